"""Exact shares, rates and loss ratios: a third stays a third until a line is posted."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.money import RoundingMode, round_minor

_TEXT = re.compile(r"-?(\d+\.?\d*|\.\d+)(/\d+)?%?")


class BadRatio(ValueError):
    """A text is not a ratio: not a decimal, a percentage or one number over another."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """One whole number over another, in lowest terms; 1 is the whole."""

    numerator: int
    denominator: int = 1

    def __post_init__(self) -> None:
        if self.denominator <= 0:
            raise BadRatio(f"{self.numerator}/{self.denominator} needs a denominator above zero")
        lowest = Fraction(self.numerator, self.denominator)
        object.__setattr__(self, "numerator", lowest.numerator)
        object.__setattr__(self, "denominator", lowest.denominator)

    @classmethod
    def of(cls, value: "str | int | Decimal | Fraction | Ratio") -> "Ratio":
        """The exact ratio of `0.40`, `.5`, `1/3`, `100/80`, `40%`; raises BadRatio otherwise."""
        if isinstance(value, Ratio):
            return value
        if not isinstance(value, str):
            exact = Fraction(value)
            return cls(exact.numerator, exact.denominator)
        text = value.strip()
        if not _TEXT.fullmatch(text):
            raise BadRatio(f"{value!r} is not a ratio like 0.40, 1/3 or 40%")
        above, _, below = text.rstrip("%").partition("/")
        if below and int(below) == 0:
            raise BadRatio(f"{value!r} divides by zero")
        exact = Fraction(above) / (int(below) if below else 1)
        exact = exact / 100 if text.endswith("%") else exact
        return cls(exact.numerator, exact.denominator)

    @property
    def exact(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)

    def __str__(self) -> str:
        return (
            str(self.numerator) if self.denominator == 1 else f"{self.numerator}/{self.denominator}"
        )


WHOLE = Ratio(1)
NOTHING = Ratio(0)


def decimals(exact: Fraction, places: int, mode: RoundingMode = RoundingMode.HALF_UP) -> Decimal:
    """A ratio as it is shown in a statement: rounded once to `places` decimals."""
    return Decimal(round_minor(exact * 10**places, mode)).scaleb(-places)
