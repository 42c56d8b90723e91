"""Which claims a medical reviewer looks at: all, a share of them, or those out of the ordinary."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

from domain.money import Money


@dataclass(frozen=True, slots=True)
class Candidate:
    claim_id: str
    diagnosis: str
    claimed: Money


def at_least(claims: Iterable[Candidate], floor: Money) -> tuple[Candidate, ...]:
    """Every claim of the amount `floor` or more."""
    return tuple(claim for claim in claims if claim.claimed >= floor)


def above_average(
    claims: Iterable[Candidate],
    earlier: Mapping[str, Sequence[Money]],
    variance_percent: Decimal,
    floor: Money,
) -> tuple[Candidate, ...]:
    """Claims at or above the average of their diagnosis plus the allowed variance.

    A diagnosis without earlier claims has no average and picks nothing.
    """
    allowed = 1 + Fraction(variance_percent) / 100
    return tuple(
        claim
        for claim in at_least(claims, floor)
        if (amounts := earlier.get(claim.diagnosis))
        and claim.claimed.minor >= _average(amounts) * allowed
    )


def sampled(claims: Iterable[Candidate], share_percent: Decimal) -> tuple[Candidate, ...]:
    """A share of the claims that looks random, and is the same again for the same numbers."""
    edge = Fraction(share_percent) / 100 * 2**64
    return tuple(
        claim
        for claim in claims
        if int.from_bytes(sha256(claim.claim_id.encode()).digest()[:8]) < edge
    )


def _average(amounts: Sequence[Money]) -> Fraction:
    return Fraction(sum(amount.minor for amount in amounts), len(amounts))
