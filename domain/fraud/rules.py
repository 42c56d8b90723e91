"""The fraud rules that stand beside any model: each adds to the score and says why.

The frequency rule follows the platform document's investigation journey: five claims of one
member in two weeks, all from different providers, score 0.92 and are suspended.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

MODEL = "rules-1"
FREQUENT_WITHIN = timedelta(days=14)
FREQUENT_CLAIMS = 5
FAR_ABOVE_USUAL = 3
CERTAIN = Decimal("0.99")


@dataclass(frozen=True, slots=True)
class EarlierClaim:
    """What the rules read of another claim of the same member."""

    provider: str
    service_from: date
    billed_minor: int
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One unit's billed price beside the median that others bill; None where hardly known."""

    code: str
    unit_minor: Decimal
    usual_minor: Decimal | None


@dataclass(frozen=True, slots=True)
class Suspect:
    """The claim in question with what was known beside it, at its own place in the log."""

    provider: str
    service_from: date
    billed_minor: int
    codes: frozenset[str]
    lines: tuple[PricedLine, ...]
    earlier: tuple[EarlierClaim, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """From 0 (nothing seen) to 0.99; reasons are stable words, strongest rule first."""

    value: Decimal
    reasons: tuple[str, ...]


def frequency_abuse(suspect: Suspect) -> Decimal:
    """Five or more claims within two weeks, each from another provider.

    Days of service count, not days of submission: a provider may send a month at once. Any two
    weeks that hold the claim's own day are looked at.
    """
    day = suspect.service_from
    visits = [(e.service_from, e.provider) for e in suspect.earlier] + [(day, suspect.provider)]
    for first in {on for on, _ in visits if day - FREQUENT_WITHIN <= on <= day}:
        seen = {provider for on, provider in visits if first <= on <= first + FREQUENT_WITHIN}
        if len(seen) >= FREQUENT_CLAIMS:
            return Decimal("0.92")
    return Decimal(0)


def near_duplicate(suspect: Suspect) -> Decimal:
    """The same services, provider and day as an earlier claim of the member."""
    same = any(
        e.provider == suspect.provider
        and e.service_from == suspect.service_from
        and e.codes == suspect.codes
        for e in suspect.earlier
    )
    return Decimal("0.85") if same else Decimal(0)


def price_outlier(suspect: Suspect) -> Decimal:
    """A unit price of three times the median or more."""
    far = any(
        line.usual_minor is not None and line.unit_minor >= FAR_ABOVE_USUAL * line.usual_minor > 0
        for line in suspect.lines
    )
    return Decimal("0.40") if far else Decimal(0)


def same_amounts(suspect: Suspect) -> Decimal:
    """Three earlier claims for the very same amount at other providers."""
    same = [
        e
        for e in suspect.earlier
        if e.billed_minor == suspect.billed_minor and e.provider != suspect.provider
    ]
    return Decimal("0.30") if len(same) >= 3 else Decimal(0)


RULES: tuple[tuple[str, Callable[[Suspect], Decimal]], ...] = (
    ("FREQUENCY_ABUSE", frequency_abuse),
    ("NEAR_DUPLICATE", near_duplicate),
    ("PRICE_OUTLIER", price_outlier),
    ("SAME_AMOUNTS", same_amounts),
)


def score(suspect: Suspect) -> Score:
    """The strongest rule, raised by a quarter of each further one, at most 0.99."""
    found = sorted(
        ((rule(suspect), name) for name, rule in RULES), key=lambda hit: (-hit[0], hit[1])
    )
    hits = [(weight, name) for weight, name in found if weight]
    if not hits:
        return Score(Decimal(0), ())
    value = hits[0][0] + sum((weight / 4 for weight, _ in hits[1:]), Decimal(0))
    return Score(min(value, CERTAIN), tuple(name for _, name in hits))
