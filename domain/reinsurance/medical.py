"""Medical stop loss of an employer plan: specific (per member) and aggregate (whole plan)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.money import Money, RoundingMode, share, total
from domain.periods import Period, add_months
from domain.ratio import WHOLE, Ratio
from domain.refusals import RuleBroken


@dataclass(frozen=True, slots=True)
class Laser:
    """A higher specific deductible of one named member."""

    member: str
    deductible: Money


@dataclass(frozen=True, slots=True)
class Specific:
    """Reimburses each member above `deductible` (a laser replaces it), up to `limit`.

    The first `aggregating_deductible` of what all members together would be reimbursed stays
    with the plan.
    """

    deductible: Money
    lasers: tuple[Laser, ...] = ()
    limit: Money | None = None
    aggregating_deductible: Money | None = None


@dataclass(frozen=True, slots=True)
class MonthlyFactor:
    """Expected cost of one covered unit (single, family …) in one month."""

    tier: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Reimburses the plan's own part above `corridor` x expected claims, up to `limit`.

    Expected claims are the monthly factors x the units covered each month. The attachment never
    falls below `minimum_attachment`.
    """

    corridor: Ratio = WHOLE
    factors: tuple[MonthlyFactor, ...] = ()
    minimum_attachment: Money | None = None
    limit: Money | None = None


@dataclass(frozen=True, slots=True)
class ContractBasis:
    """Claims count when incurred in the first period and paid in the second."""

    incurred: Period
    paid: Period


@dataclass(frozen=True, slots=True)
class MedicalClaim:
    member: str
    incurred_on: date
    paid_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class AggregateResult:
    """`eligible` is what the plan keeps below the specific deductibles."""

    eligible: Money
    attachment: Money
    reimbursed: Money


def contract_basis(name: str, year_from: date) -> ContractBasis:
    """The windows of a basis such as 12/12, 12/15 (run-out), 15/12 (run-in) or paid.

    Months of incurring over months of paying: more than twelve to incur reach back before the
    plan year, more than twelve to pay reach beyond it. Raises RuleBroken `treaty.bad_basis`.
    """
    year_until = add_months(year_from, 12)
    if name == "paid":
        return ContractBasis(Period(date.min), Period(year_from, year_until))
    incurring, _, paying = name.partition("/")
    if not (incurring.isdigit() and paying.isdigit()) or min(int(incurring), int(paying)) < 12:
        raise RuleBroken("treaty.bad_basis", f"{name!r} is not a basis like 12/12, 12/15 or paid")
    run_in, run_out = int(incurring) - 12, int(paying) - 12
    return ContractBasis(
        Period(add_months(year_from, -run_in), year_until),
        Period(year_from, add_months(year_until, run_out)),
    )


def eligible_by_member(
    claims: Iterable[MedicalClaim], basis: ContractBasis, currency: str
) -> dict[str, Money]:
    """The claims that the basis counts, added up by member."""
    sums: dict[str, Money] = {}
    for one in claims:
        if basis.incurred.holds(one.incurred_on) and basis.paid.holds(one.paid_on):
            sums[one.member] = sums.get(one.member, Money.zero(currency)) + one.amount
    return sums


def specific_reimbursements(terms: Specific, claims: Mapping[str, Money]) -> dict[str, Money]:
    """Reimbursement of each member, in the order given.

    The order matters for an aggregating deductible only: it is used up by the members in turn.
    """
    answer: dict[str, Money] = {}
    left = terms.aggregating_deductible
    for member, amount in claims.items():
        above = max(amount - deductible_of(terms, member), Money.zero(amount.currency))
        above = above if terms.limit is None else min(above, terms.limit)
        if left is not None:
            kept = min(above, left)
            left, above = left - kept, above - kept
        answer[member] = above
    return answer


def deductible_of(terms: Specific, member: str) -> Money:
    """The member's own deductible where it is lasered, the plan's otherwise."""
    lasers = {laser.member: laser.deductible for laser in terms.lasers}
    return lasers.get(member, terms.deductible)


def expected_claims(terms: Aggregate, months: Sequence[Mapping[str, int]], currency: str) -> Money:
    """Monthly factors x units covered, over the months; a tier without a factor is refused."""
    factors = {factor.tier: factor.amount for factor in terms.factors}
    sums = []
    for month in months:
        for tier, units in month.items():
            if tier not in factors:
                raise RuleBroken("treaty.missing_factor", f"no monthly factor for tier {tier!r}")
            sums.append(Money(factors[tier].minor * units, currency))
    return total(sums, currency)


def aggregate_reimbursement(
    terms: Aggregate,
    specific: Specific | None,
    expected: Money,
    claims: Mapping[str, Money],
    mode: RoundingMode = RoundingMode.HALF_UP,
) -> AggregateResult:
    """What the aggregate cover pays on claims by member.

    Only what lies below the plan's specific deductible counts; a laser's extra part does not, as
    it is no part of expected claims.
    """
    currency = expected.currency
    own = (min(x, specific.deductible) if specific else x for x in claims.values())
    eligible = total(own, currency)
    attachment = share(expected, terms.corridor.exact, mode)
    if terms.minimum_attachment is not None:
        attachment = max(attachment, terms.minimum_attachment)
    above = max(eligible - attachment, Money.zero(currency))
    return AggregateResult(
        eligible, attachment, above if terms.limit is None else min(above, terms.limit)
    )
