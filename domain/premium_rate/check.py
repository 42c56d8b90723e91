"""What contradicts itself in a table of premium rates; every fault is told."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import combinations

from domain.adjudication.faults import Fault
from domain.money import BadAmount, Money, exponent
from domain.premium_rate.events import AgePrice, Whom
from domain.rating.contribution import ContributionRates

SEXES = ("", "F", "M")


def faults_in(
    currency: str, prices: Sequence[AgePrice], contribution: ContributionRates | None
) -> tuple[Fault, ...]:
    """Every contradiction, field by field."""
    return tuple(_faults(currency, prices, contribution))


def _faults(
    currency: str, prices: Sequence[AgePrice], contribution: ContributionRates | None
) -> Iterator[Fault]:
    try:
        exponent(currency)
    except BadAmount as bad:
        yield Fault("currency", str(bad))
    if bool(prices) == (contribution is not None):
        yield Fault("prices", "give prices by age, or a contribution: one of them")
    for number, price in enumerate(prices):
        where = f"prices.{number}"
        if price.age_from < 0:
            yield Fault(f"{where}.age_from", f"{price.age_from} is below zero")
        if price.age_to is not None and price.age_to < price.age_from:
            yield Fault(f"{where}.age_to", f"{price.age_to} is below {price.age_from}")
        if price.sex not in SEXES:
            yield Fault(f"{where}.sex", f"{price.sex!r} is neither F nor M nor left empty")
        yield from _amount(f"{where}.premium", price.premium, currency)
    for (one, first), (other, second) in combinations(enumerate(prices), 2):
        if _meet(first, second):
            yield Fault(f"prices.{other}", f"is for lives that prices.{one} is for already")
    if contribution is not None:
        yield from _of_household(contribution, currency)


def _amount(where: str, amount: Money, currency: str) -> Iterator[Fault]:
    if amount.currency != currency:
        yield Fault(where, f"is in {amount.currency}, not {currency}")
    if amount.minor < 0:
        yield Fault(where, f"{amount} is below zero")


def _meet(one: AgePrice, other: AgePrice) -> bool:
    """Whether a life may have both prices."""
    ages = (one.age_to is None or other.age_from <= one.age_to) and (
        other.age_to is None or one.age_from <= other.age_to
    )
    sexes = not one.sex or not other.sex or one.sex == other.sex
    return ages and sexes and (Whom.ANY in (one.whom, other.whom) or one.whom is other.whom)


def _of_household(rates: ContributionRates, currency: str) -> Iterator[Fault]:
    if rates.currency != currency:
        yield Fault("contribution.currency", f"is {rates.currency}, not {currency}")
    for field in fields(rates):
        value, where = getattr(rates, field.name), f"contribution.{field.name}"
        if isinstance(value, Money):
            yield from _amount(where, value, currency)
        elif isinstance(value, int) and value < 0:
            yield Fault(where, f"{value} is below zero")
