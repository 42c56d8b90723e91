"""What the triangle and the exposure say together: loss ratio, cost per member and month, the
experience of each origin, and how the reserve ran off."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from domain.actuarial.chain_ladder import ChainLadder
from domain.actuarial.development import develop
from domain.actuarial.movement import ClaimMovement
from domain.actuarial.question import Measure, Question
from domain.money import Money, RoundingMode, round_minor


@dataclass(frozen=True, slots=True)
class Experience:
    """One origin. PMPM is cost per member and month; None where there is nothing to divide by."""

    origin: str
    earned_premium: Money | None
    member_months: Fraction | None
    paid: Money
    ultimate: Money
    ibnr: Money
    loss_ratio: Fraction | None
    pmpm_paid: Money | None
    pmpm_completed: Money | None


def experience_table(
    ladder: ChainLadder,
    earned_premium: Mapping[str, Money],
    member_months: Mapping[str, Fraction],
    mode: RoundingMode = RoundingMode.HALF_UP,
) -> tuple[Experience, ...]:
    """The experience of every origin of a paid chain ladder."""
    rows = []
    for one in ladder.origins:
        premium = earned_premium.get(one.origin)
        months = member_months.get(one.origin)
        rows.append(
            Experience(
                one.origin,
                premium,
                months,
                one.latest,
                one.ultimate,
                one.ibnr,
                Fraction(one.ultimate.minor, premium.minor) if premium else None,
                per_member_month(one.latest, months, mode),
                per_member_month(one.ultimate, months, mode),
            )
        )
    return tuple(rows)


def per_member_month(
    cost: Money, member_months: Fraction | None, mode: RoundingMode = RoundingMode.HALF_UP
) -> Money | None:
    """Cost per member and month, rounded once; None without member months."""
    if not member_months:
        return None
    return Money(round_minor(cost.minor / member_months, mode), cost.currency)


@dataclass(frozen=True, slots=True)
class LargeClaim:
    claim: str
    paid: Money
    incurred: Money


def large_claims(
    movements: Sequence[ClaimMovement], question: Question, threshold: Money
) -> tuple[LargeClaim, ...]:
    """Claims whose incurred amount reaches the threshold as known, the largest first."""
    paid = _by_claim(movements, replace(question, measure=Measure.PAID))
    incurred = _by_claim(movements, replace(question, measure=Measure.INCURRED))
    found = [
        LargeClaim(
            claim, Money(paid.get(claim, 0), threshold.currency), Money(sum_, threshold.currency)
        )
        for claim, sum_ in incurred.items()
        if sum_ >= threshold.minor
    ]
    return tuple(sorted(found, key=lambda one: (-one.incurred.minor, one.claim)))


@dataclass(frozen=True, slots=True)
class RunOff:
    """Opening reserve, what was paid on it and what is still reserved; the rest is the result
    (positive: the reserve was more than enough)."""

    opening: Money
    paid: Money
    closing: Money
    result: Money


def run_off(opening: Money, paid_since: Money, closing: Money) -> RunOff:
    """How the reserve of one day did until another, for the claims it was held for."""
    return RunOff(opening, paid_since, closing, opening - paid_since - closing)


def _by_claim(movements: Sequence[ClaimMovement], question: Question) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for posting in develop(movements, question)[0]:
        if posting.on <= question.valuation:
            sums[posting.claim] += posting.value
    return sums
