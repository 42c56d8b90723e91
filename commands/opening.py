"""Bringing along what a policy's members had used before the policy came to this ledger."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from adapters.envelope import Change
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.accumulator import ACCUMULATOR
from domain.accumulator.decide import BringForward
from domain.adjudication.balances import LIFE, Entry
from domain.adjudication.product import Terms, YearIs
from domain.adjudication.working import member_account
from domain.ids import accumulator_id
from domain.periods import plan_year
from domain.policy import POLICY
from domain.policy.decide import issued
from domain.policy.state import Issued
from domain.product import PRODUCT
from domain.product.decide import published
from domain.refusals import RuleBroken


@dataclass(frozen=True, slots=True)
class OpeningBalance:
    """One total: of a member, or of the family where `member_id` is None; for the benefit year
    that starts on `year_start`, or for life where that is None."""

    member_id: UUID | None
    year_start: date | None
    what: str
    amount_minor: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class OpeningBalances:
    """Everything that is brought along for one policy; a member's use is not added to the
    family's by itself."""

    policy_id: UUID
    balances: tuple[OpeningBalance, ...]
    origin: str


def bring_forward(desk: Desk, context: Context, request: OpeningBalances) -> Outcome:
    """Start the accumulators of a policy from what was used elsewhere; once for each year."""

    def decide() -> Decision:
        policy = issued(desk.store.load(POLICY, request.policy_id).state)
        product = published(desk.store.load(PRODUCT, policy.product_id).state)
        by_year: dict[date | None, list[Entry]] = defaultdict(list)
        for balance in request.balances:
            terms = None if balance.year_start is None else product.on(balance.year_start)
            entry = the_entry(
                request.policy_id, policy, terms or product.versions[-1].terms, balance
            )
            by_year[balance.year_start].append(entry)
        changes = tuple(_started(desk, request, year, entries) for year, entries in by_year.items())
        return Decision(changes, {"id": str(request.policy_id), "number": policy.number})

    return carry_out(desk.store, replace(context, expected_version=None), decide)


def _started(
    desk: Desk, request: OpeningBalances, year: date | None, entries: list[Entry]
) -> Change:
    accumulator = desk.store.load(ACCUMULATOR, accumulator_id(request.policy_id, year))
    command = BringForward(request.policy_id, tuple(entries), (), request.origin)
    return changed(accumulator, ACCUMULATOR.decide(accumulator.state, command))


def the_entry(policy_id: UUID, policy: Issued, terms: Terms, balance: OpeningBalance) -> Entry:
    """The total under the name by which claims will look for it.

    Raises RuleBroken for a member of another policy and a day on which no benefit year starts.
    """
    year = balance.year_start
    if year is not None and not _starts(year, policy, terms):
        raise RuleBroken(
            "accumulator.no_benefit_year", f"no benefit year of this policy starts on {year}",
            field="balances",
        )  # fmt: skip
    if balance.member_id is not None and all(
        covered.member_id != balance.member_id for covered in policy.covered
    ):
        raise RuleBroken(
            "accumulator.not_a_member", f"{balance.member_id} is not on this policy",
            field="balances",
        )  # fmt: skip
    who = account_of(policy_id, policy, terms, balance.member_id)
    name = LIFE if year is None else year.isoformat()
    return Entry(who, name, balance.what, balance.amount_minor, balance.count)


def account_of(policy_id: UUID, policy: Issued, terms: Terms, member_id: UUID | None) -> str:
    """Whose totals: a member's or the family's, as the terms keep their accounts."""
    if terms.year_is is YearIs.PLAN_YEAR:
        return str(policy_id if member_id is None else member_id)
    return policy.number if member_id is None else member_account(str(member_id), policy.number)


def _starts(year: date, policy: Issued, terms: Terms) -> bool:
    if terms.year_is is YearIs.PLAN_YEAR:
        return plan_year(year, terms.year_start).from_on == year
    return any(period.from_on == year for period in policy.periods)
