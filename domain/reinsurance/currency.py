"""Amounts of another currency at dated rates, with the odd unit shown on a line of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from domain.money import Money, RoundingMode, exponent, round_minor, total
from domain.ratio import Ratio
from domain.refusals import RuleBroken


class RateRule(StrEnum):
    """Which day's rate converts a loss; FIXED takes one rate for the whole treaty period."""

    PAYMENT_DATE = "payment_date"
    LOSS_DATE = "loss_date"
    PERIOD_END = "period_end"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class DatedRate:
    """On this day one unit of `base` costs `price` units of `quote`."""

    on: date
    base: str
    quote: str
    price: Ratio


@dataclass(frozen=True, slots=True)
class Rates:
    """Dated rates; a day without a rate of its own is refused unless `look_back_days` allows an
    older one (for weekends and holidays)."""

    rates: tuple[DatedRate, ...]
    look_back_days: int = 0

    def of(self, base: str, quote: str, on: date) -> Fraction:
        """Units of `quote` for one `base` on that day, either way round.

        Raises RuleBroken `treaty.missing_rate` when no rate of the pair is near enough.
        """
        if base == quote:
            return Fraction(1)
        best: DatedRate | None = None
        for rate in self.rates:
            age = (on - rate.on).days
            pair = {rate.base, rate.quote} == {base, quote}
            if pair and 0 <= age <= self.look_back_days and (best is None or rate.on > best.on):
                best = rate
        if best is None:
            raise RuleBroken(
                "treaty.missing_rate",
                f"no rate of {base} in {quote} for {on}: record one before converting",
                base=base,
                quote=quote,
                on=on,
            )
        return best.price.exact if best.base == base else 1 / best.price.exact


@dataclass(frozen=True, slots=True)
class Conversion:
    """`rule` says which day's rate counts; `fixed` is the rate of a fixed-rate clause, in units
    of the original currency for one unit of the treaty currency."""

    to: str
    rule: RateRule = RateRule.PAYMENT_DATE
    fixed: Ratio | None = None


def convert(
    amount: Money, to: str, price: Fraction, mode: RoundingMode = RoundingMode.HALF_UP
) -> Money:
    """The amount in `to`, at `price` units of it for one unit of the amount's currency."""
    scale = Fraction(10) ** (exponent(to) - exponent(amount.currency))
    return Money(round_minor(amount.minor * price * scale, mode), to)


def convert_by_terms(
    terms: Conversion,
    amount: Money,
    rates: Rates,
    on: date | None,
    mode: RoundingMode = RoundingMode.HALF_UP,
) -> Money:
    """The amount in the treaty currency by the treaty's own rule.

    `on` is the day that the rule names (payment, loss, or end of the period). Raises RuleBroken
    `treaty.missing_rate`, also where the day itself or the fixed rate is missing.
    """
    if terms.rule is RateRule.FIXED:
        if terms.fixed is None:
            raise RuleBroken("treaty.missing_rate", "the fixed-rate clause names no rate")
        return convert(amount, terms.to, 1 / terms.fixed.exact, mode)
    if on is None:
        raise RuleBroken("treaty.missing_rate", f"the {terms.rule.value} is not known", to=terms.to)
    return convert(amount, terms.to, rates.of(amount.currency, terms.to, on), mode)


@dataclass(frozen=True, slots=True)
class ConvertedAccount:
    """Every line in the new currency; lines and `rounding` together are `balance`."""

    lines: Mapping[str, Money]
    rounding: Money
    balance: Money


def convert_account(
    lines: Mapping[str, Money],
    to: str,
    price: Fraction,
    mode: RoundingMode = RoundingMode.HALF_UP,
) -> ConvertedAccount:
    """Convert an account: line by line, and the balance as one amount.

    Lines rounded one by one need not add up to the converted balance; the difference is a line
    of its own and never hidden in another. Raises ValueError for an account without lines.
    """
    if not lines:
        raise ValueError("an account without lines has no currency")
    currency = next(iter(lines.values())).currency
    converted = {name: convert(amount, to, price, mode) for name, amount in lines.items()}
    balance = convert(total(lines.values(), currency), to, price, mode)
    return ConvertedAccount(converted, balance - total(converted.values(), to), balance)


def rates_needed(conversion: Conversion, days: Sequence[date | None]) -> frozenset[date]:
    """The days for which a rate must be recorded before these amounts can be converted."""
    if conversion.rule is RateRule.FIXED:
        return frozenset()
    return frozenset(day for day in days if day is not None)
