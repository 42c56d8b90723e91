"""Surplus: the insurer keeps one line of each risk and cedes the lines above it, in proportion."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.money import Money, RoundingMode, share, total
from domain.refusals import RuleBroken
from domain.reinsurance.terms import Surplus


@dataclass(frozen=True, slots=True)
class SurplusShares:
    """How one sum insured divides: each surplus in order, what exceeds them all, what is kept."""

    ceded: tuple[Fraction, ...]
    over_capacity: Fraction
    retained: Fraction


def surplus_share(terms: Surplus, sum_insured: Money, grade: str = "") -> Fraction:
    """The share of a risk of this sum insured that one surplus takes.

    The table of lines sets the retention by grade of risk; raises RuleBroken
    `treaty.grade_not_in_table` for a grade that the table does not know, and
    `treaty.bad_sum_insured` for a sum insured that is not above zero.
    """
    if sum_insured.minor <= 0:
        raise RuleBroken("treaty.bad_sum_insured", f"a sum insured of {sum_insured} has no lines")
    retention, lines = _line(terms, grade)
    starts = retention * (1 + terms.lines_below.exact)
    above = min(max(sum_insured.minor - starts, Fraction(0)), retention * lines)
    return above / sum_insured.minor


def surplus_shares(
    surpluses: Sequence[Surplus], sum_insured: Money, grade: str = ""
) -> SurplusShares:
    """Divide one risk among several surpluses; the shares add up to the whole exactly."""
    ceded = tuple(surplus_share(terms, sum_insured, grade) for terms in surpluses)
    retention = _line(surpluses[0], grade)[0]
    retained = min(Fraction(sum_insured.minor), retention) / sum_insured.minor
    return SurplusShares(ceded, 1 - retained - sum(ceded), retained)


@dataclass(frozen=True, slots=True)
class SurplusParts:
    """An amount of the risk divided by its shares; the parts add up to it."""

    ceded: tuple[Money, ...]
    over_capacity: Money
    retained: Money


def divide(
    amount: Money, shares: SurplusShares, mode: RoundingMode = RoundingMode.HALF_UP
) -> SurplusParts:
    """Premium or loss of one risk by its surplus shares: every ceded line is rounded once, the
    cedant keeps the rest."""
    ceded = tuple(share(amount, part, mode) for part in shares.ceded)
    over = share(amount, shares.over_capacity, mode)
    return SurplusParts(ceded, over, amount - over - total(ceded, amount.currency))


def _line(terms: Surplus, grade: str) -> tuple[Fraction, Fraction]:
    if not terms.table:
        return Fraction(terms.retention.minor), terms.lines.exact
    for line in terms.table:
        if line.grade == grade:
            return Fraction(line.retention.minor), (line.lines or terms.lines).exact
    raise RuleBroken("treaty.grade_not_in_table", f"grade {grade!r} has no line in the table")
