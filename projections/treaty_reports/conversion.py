"""Which rate of exchange a report names for a row."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.ratio import decimals
from domain.refusals import RuleBroken
from domain.reinsurance.currency import RateRule, Rates
from projections.treaty_reports.asking import Asked


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of the settlement currency for one of the original, and the day of the rate."""

    price: Decimal | None
    on: date | None


def rate_of(asked: Asked, original: str, settlement: str) -> Rate:
    """The rate by the treaty's rule: the fixed one, or the latest dated one of the period.

    Amounts were converted when they were ceded, each at the rate of its own day; this is the rate
    that the row is read by. Empty where there is none.
    """
    administration = asked.administration
    if original == settlement:
        return Rate(Decimal("1.00000000"), asked.period.last_day)
    if administration.rate_rule is RateRule.FIXED and administration.fixed_rate is not None:
        return Rate(decimals(1 / administration.fixed_rate.exact, 8), asked.period.from_on)
    dated = [r.on for r in administration.rates if r.on <= asked.period.last_day]
    if not dated:
        return Rate(None, None)
    on = max(dated)
    try:
        return Rate(decimals(Rates(administration.rates).of(original, settlement, on), 8), on)
    except RuleBroken:
        return Rate(None, None)
