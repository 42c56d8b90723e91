"""Exact money: a whole number of minor units and its currency, and the only place that rounds.

Amounts never pass through binary floating point. Two decimals of TZS are kept (CLDR gives the
shilling two), so 25,000 shillings are 2,500,000 minor units.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache, total_ordering
from typing import assert_never

# ISO 4217 exponents that differ from two; every other currency has two decimals.
UNUSUAL_EXPONENTS = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0,
    "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0,
    "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
MOST_MINOR = 2**63 - 1  # what a database column of whole numbers holds
_AMOUNT = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]+)?")
_CURRENCY = re.compile(r"[A-Z]{3}")


class RoundingMode(StrEnum):
    """How a fraction of a rounding unit is settled; half-up rounds halves away from zero."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"
    DOWN = "down"
    FLOOR = "floor"


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were put together."""


class BadAmount(ValueError):
    """A text is not an amount of this currency: not a decimal, or with too many decimals."""


@cache
def exponent(currency: str) -> int:
    """Number of decimals of the currency (ISO 4217): 2 for TZS, 0 for UGX, 3 for KWD."""
    if not _CURRENCY.fullmatch(currency):
        raise BadAmount(f"{currency!r} is not a three-letter currency code")
    return UNUSUAL_EXPONENTS.get(currency, 2)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """`minor` units of `currency`; adds, subtracts and compares within one currency only."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> "Money":
        """The amount in major units, exactly; raises BadAmount where it has too many decimals."""
        text = format(amount, "f") if isinstance(amount, Decimal) else str(amount)
        if not _AMOUNT.fullmatch(text):
            raise BadAmount(f"{text!r} is not an amount like 25000 or 1500.50")
        scaled = Decimal(text).scaleb(exponent(currency))
        if scaled != scaled.to_integral_value():
            raise BadAmount(f"{text} has more than {exponent(currency)} decimals of {currency}")
        if abs(scaled) > MOST_MINOR:
            raise BadAmount(f"{text} is more than a ledger holds")
        return cls(int(scaled), currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(0, currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor < other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    @property
    def amount(self) -> Decimal:
        """Major units as an exact Decimal with the currency's decimals."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,f}"


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts of one currency; zero of `currency` when there are none."""
    zero, minor = Money.zero(currency), 0
    for amount in amounts:
        if amount.currency != currency:
            zero._same(amount)
        minor += amount.minor
    return Money(minor, currency)


def round_minor(
    exact: Decimal | Fraction, mode: RoundingMode = RoundingMode.HALF_UP, unit_minor: int = 1
) -> int:
    """An exact number of minor units rounded to whole multiples of `unit_minor`.

    >>> round_minor(Decimal("1666.5"), RoundingMode.HALF_EVEN)
    1666
    """
    numerator, denominator = exact.as_integer_ratio()
    return round_ratio(numerator, denominator, mode, unit_minor)


def round_ratio(
    numerator: int,
    denominator: int,
    mode: RoundingMode = RoundingMode.HALF_UP,
    unit_minor: int = 1,
) -> int:
    """`numerator / denominator` minor units (denominator above zero), rounded like round_minor."""
    denominator *= unit_minor
    whole, rest = divmod(numerator, denominator)  # floor: rest is never negative
    if not rest:
        return whole * unit_minor
    twice = 2 * rest
    match mode:
        case RoundingMode.HALF_UP:
            up = twice > denominator or (twice == denominator and whole >= 0)
        case RoundingMode.HALF_EVEN:
            up = twice > denominator or (twice == denominator and whole % 2 == 1)
        case RoundingMode.UP:
            up = True
        case RoundingMode.DOWN:
            up = whole < 0
        case RoundingMode.FLOOR:
            up = False
        case _:
            assert_never(mode)
    return (whole + up) * unit_minor


def share(of: Money, part: Decimal | Fraction, mode: RoundingMode = RoundingMode.HALF_UP) -> Money:
    """`part` of an amount (0.2 = 20 %), rounded once to the minor unit."""
    return Money(round_minor(of.minor * Fraction(part), mode), of.currency)


def split(whole: Money, weights: Sequence[int | Fraction]) -> tuple[Money, ...]:
    """Divide an amount by weights so that the parts add up to it (largest remainder, first wins).

    Raises ValueError when there are no weights, a weight is negative, or all are zero.
    """
    if not weights or any(w < 0 for w in weights) or not any(weights):
        raise ValueError("weights must be non-negative and not all zero")
    whole_weight = sum(Fraction(w) for w in weights)
    sign = -1 if whole.minor < 0 else 1
    exact = [abs(whole.minor) * Fraction(w) / whole_weight for w in weights]
    parts = [part.numerator // part.denominator for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[: abs(whole.minor) - sum(parts)]:
        parts[i] += 1
    return tuple(Money(sign * part, whole.currency) for part in parts)
