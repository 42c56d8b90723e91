"""Use cases of premium rates: publish a version, and what a household would pay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.ids import premium_rate_id
from domain.money import Money
from domain.premium_rate import PREMIUM_RATE
from domain.premium_rate.decide import (
    Life,
    PublishRates,
    premium_of,
    premiums,
    published,
    rates_on,
)
from domain.premium_rate.state import Published
from domain.product import PRODUCT
from domain.product.decide import published as product_published


def publish_rates(desk: Desk, context: Context, request: PublishRates) -> Outcome:
    """Publish rates of a product that there is; the same code is the next version."""

    def decide() -> Decision:
        product_published(desk.store.load(PRODUCT, request.product_id).state)
        return _published(desk, premium_rate_id(request.code), request)

    return carry_out(desk.store, context, decide)


def publish_next_rates(
    desk: Desk, context: Context, rate_id: UUID, request: PublishRates
) -> Outcome:
    """The next version of rates by their id; code and product stay as they are."""

    def decide() -> Decision:
        known = published(desk.store.load(PREMIUM_RATE, rate_id).state)
        same = replace(request, code=known.code, product_id=known.product_id)
        return _published(desk, rate_id, same)

    return carry_out(desk.store, context, decide)


def _published(desk: Desk, rate_id: UUID, request: PublishRates) -> Decision:
    rate = desk.store.load(PREMIUM_RATE, rate_id)
    facts = PREMIUM_RATE.decide(rate.state, request)
    known = rate.state.versions if isinstance(rate.state, Published) else ()
    answer = {"id": str(rate_id), "code": request.code, "version": len(known) + 1}
    return Decision((changed(rate, facts),), answer)


@dataclass(frozen=True, slots=True)
class Quoted:
    """`each` is what each life pays; empty where the household pays as a whole."""

    version: int
    premium: Money
    each: tuple[Money, ...]


def quoted(
    desk: Desk, rate_id: UUID, lives: Sequence[Life], on: date, *, renewal: bool = False
) -> Quoted:
    """What a household pays a year for a policy that starts on a day.

    Raises WrongStage `premium_rate.not_found` and RuleBroken `premium_rate.not_in_force` and
    `premium_rate.no_price`.
    """
    rates = rates_on(desk.store.load(PREMIUM_RATE, rate_id).state, on)
    each = () if rates.contribution is not None else premiums(rates, lives, on)
    return Quoted(rates.version, premium_of(rates, lives, on, renewal=renewal), each)
