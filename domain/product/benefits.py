"""Single benefits of a product: to add, change or end one is to publish the next version."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.adjudication.product import Benefit, Terms
from domain.product.state import Published
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class AddBenefit:
    effective_from: date
    benefit: Benefit


@dataclass(frozen=True, slots=True)
class ChangeBenefit:
    """`key` is its code or category, which stays as it is."""

    effective_from: date
    key: str
    benefit: Benefit


@dataclass(frozen=True, slots=True)
class EndBenefit:
    effective_from: date
    key: str


BenefitCommand = AddBenefit | ChangeBenefit | EndBenefit


def terms_after(product: Published, command: BenefitCommand) -> Terms:
    """The terms of the command's day with the benefit added, changed or taken out.

    Raises RuleBroken `product.benefit_there`, `product.benefit_renamed` and
    `product.no_benefit_left`, and WrongStage `product.benefit_not_found`.
    """
    terms = product.on(command.effective_from) or product.versions[0].terms
    return replace(terms, benefits=tuple(_benefits(terms.benefits, command)))


def _benefits(there: Sequence[Benefit], command: BenefitCommand) -> Sequence[Benefit]:
    keys = [benefit.key for benefit in there]
    if isinstance(command, AddBenefit):
        if command.benefit.key in keys:
            raise RuleBroken(
                "product.benefit_there",
                f"{command.benefit.key} is promised already: change it",
                field="benefit",
            )
        return (*there, command.benefit)
    if command.key not in keys:
        raise WrongStage("product.benefit_not_found", f"{command.key} is not promised on that day")
    at = keys.index(command.key)
    if isinstance(command, EndBenefit):
        if len(there) == 1:
            raise RuleBroken(
                "product.no_benefit_left", "it is the only benefit: withdraw the scheme instead"
            )
        return (*there[:at], *there[at + 1 :])
    if command.benefit.key != command.key:
        raise RuleBroken(
            "product.benefit_renamed",
            f"{command.key} cannot become {command.benefit.key}: end it and add the other",
            field="benefit",
        )
    return (*there[:at], command.benefit, *there[at + 1 :])
