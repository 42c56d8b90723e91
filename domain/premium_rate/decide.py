"""What we allow for premium rates: versions without contradictions; and what a household pays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.money import Money, total
from domain.periods import age_on
from domain.premium_rate.check import faults_in
from domain.premium_rate.events import AgePrice, PremiumRatesPublished, Whom
from domain.premium_rate.state import NotPublished, PremiumRate, Published
from domain.rating.contribution import ContributionRates, Head, contribution
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class PublishRates:
    """The first version of a table, or the next one: its product stays the same."""

    code: str
    name: str
    product_id: UUID
    effective_from: date
    currency: str
    prices: tuple[AgePrice, ...] = ()
    contribution: ContributionRates | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """Somebody to be insured."""

    born_on: date
    sex: str
    whom: Whom = Whom.PRINCIPAL
    outside: bool = False


def decide(rate: PremiumRate, command: PublishRates) -> Sequence[PremiumRatesPublished]:
    """Raises RuleBroken with every fault, and `premium_rate.of_another_product`."""
    versions = rate.versions if isinstance(rate, Published) else ()
    if isinstance(rate, Published) and rate.product_id != command.product_id:
        raise RuleBroken(
            "premium_rate.of_another_product",
            f"{rate.code} holds the rates of another product: choose another code",
            field="product_id",
        )
    faults = faults_in(command.currency, command.prices, command.contribution)
    if faults:
        raise RuleBroken(
            "premium_rate.contradicts_itself",
            "; ".join(f"{fault.field}: {fault.detail}" for fault in faults),
            field="prices",
            faults=[{"field": fault.field, "reason": fault.detail} for fault in faults],
        )
    return [
        PremiumRatesPublished(
            command.code, command.name, command.product_id, command.effective_from,
            len(versions) + 1, command.currency, command.prices, command.contribution,
        )
    ]  # fmt: skip


def published(rate: PremiumRate) -> Published:
    """The table if published; otherwise the refusal."""
    if isinstance(rate, NotPublished):
        raise WrongStage("premium_rate.not_found", "there are no such rates", field="id")
    return rate


def rates_on(rate: PremiumRate, day: date) -> PremiumRatesPublished:
    """The version in force; raises RuleBroken where none has begun."""
    found = published(rate).on(day)
    if found is None:
        raise RuleBroken(
            "premium_rate.not_in_force", f"no version is in force on {day}", field="on"
        )
    return found


def premiums(rates: PremiumRatesPublished, lives: Sequence[Life], on: date) -> tuple[Money, ...]:
    """What each life pays a year by its age on a day; raises RuleBroken where one has no price."""
    return tuple(_price(rates, number, life, on) for number, life in enumerate(lives))


def premium_of(
    rates: PremiumRatesPublished, lives: Sequence[Life], on: date, *, renewal: bool = False
) -> Money:
    """What a household pays a year under a version of the rates."""
    if rates.contribution is not None:
        heads = [Head(life.born_on, life.outside) for life in lives]
        return contribution(rates.contribution, heads, on, renewal=renewal)
    return total(premiums(rates, lives, on), rates.currency)


def _price(rates: PremiumRatesPublished, number: int, life: Life, on: date) -> Money:
    age = age_on(life.born_on, on)
    for price in rates.prices:
        of_age = price.age_from <= age and (price.age_to is None or age <= price.age_to)
        if of_age and price.sex in ("", life.sex) and price.whom in (Whom.ANY, life.whom):
            return price.premium
    raise RuleBroken(
        "premium_rate.no_price",
        f"there is no price for a {life.whom} of {age}",
        field=f"lives.{number}",
    )
