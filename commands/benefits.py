"""Use cases of benefits: each change of one is the next version of its scheme's terms."""

from dataclasses import dataclass
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.adjudication.product import Benefit
from domain.ids import benefit_id
from domain.product import PRODUCT
from domain.product.benefits import AddBenefit, BenefitCommand, ChangeBenefit, EndBenefit
from domain.product.decide import published


@dataclass(frozen=True, slots=True)
class NewBenefit:
    """A benefit that a scheme promises from the command's day on."""

    scheme_id: UUID
    benefit: Benefit


def add_benefit(desk: Desk, context: Context, request: NewBenefit) -> Outcome:
    command = AddBenefit(context.effective_on, request.benefit)
    return _publish(desk, context, request.scheme_id, request.benefit.key, command)


@dataclass(frozen=True, slots=True)
class Place:
    """A benefit by the scheme that promises it, and its code or category there."""

    scheme_id: UUID
    key: str


def change_benefit(desk: Desk, context: Context, place: Place, benefit: Benefit) -> Outcome:
    """What the scheme promises from the command's day on; earlier days keep what they had."""
    command = ChangeBenefit(context.effective_on, place.key, benefit)
    return _publish(desk, context, place.scheme_id, place.key, command)


def end_benefit(desk: Desk, context: Context, place: Place) -> Outcome:
    """Promise it no longer, from the command's day on."""
    command = EndBenefit(context.effective_on, place.key)
    return _publish(desk, context, place.scheme_id, place.key, command)


def _publish(
    desk: Desk, context: Context, scheme_id: UUID, key: str, command: BenefitCommand
) -> Outcome:
    def decide() -> Decision:
        product = desk.store.load(PRODUCT, scheme_id)
        facts = PRODUCT.decide(product.state, command)
        known = published(product.state)
        answer = {
            "id": str(benefit_id(scheme_id, key)),
            "scheme_id": str(scheme_id),
            "code": known.code,
            "version": len(known.versions) + 1,
        }
        return Decision((changed(product, facts),), answer)

    return carry_out(desk.store, context, decide)
