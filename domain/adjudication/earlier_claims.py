"""Balances from a list of earlier claims, for products that keep accounts by policy.

An insurer that joins with a history, and the cases of a national scheme, bring earlier claims
and not accumulators; this folds the one into the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.adjudication.balances import Balances, Entry, Use
from domain.adjudication.case import Cover
from domain.adjudication.working import member_account

NOT_COUNTED = ("entered", "rejected")


@dataclass(frozen=True, slots=True)
class PastLine:
    code: str
    quantity: Decimal
    passed: bool


@dataclass(frozen=True, slots=True)
class PastAmount:
    """What an earlier claim added to one total, such as `deductible` or `paid:inpatient`."""

    what: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PastClaim:
    """An earlier claim; `policy` empty = every policy that holds its day.

    A claim that was only entered, or was rejected, counts for nothing.
    """

    claim_id: str
    member: str
    on: date
    category: str
    state: str
    lines: tuple[PastLine, ...]
    amounts: tuple[PastAmount, ...]
    policy: str = ""


def balances_from(past: Iterable[PastClaim], covers: tuple[Cover, ...]) -> Balances:
    """The balances that earlier claims left on each policy, with the uses of their services."""
    entries: list[Entry] = []
    uses: list[Use] = []
    for claim in past:
        if claim.state in NOT_COUNTED:
            continue
        for cover in covers:
            if _belongs(claim, cover):
                entries += _entries(claim, cover)
        uses += [
            Use(
                claim.member,
                line.code,
                claim.on,
                line.quantity,
                claim_id=claim.claim_id,
                benefit=line.code,
            )
            for line in claim.lines
            if line.passed
        ]
    return Balances().apply(entries, uses)


def _belongs(claim: PastClaim, cover: Cover) -> bool:
    if claim.policy:
        return claim.policy == cover.policy
    return cover.effective_on <= claim.on <= cover.expires_on


def _entries(claim: PastClaim, cover: Cover) -> list[Entry]:
    year = cover.effective_on.isoformat()
    accounts = (member_account(claim.member, cover.policy), cover.policy)
    found = [
        Entry(who, year, amount.what, amount.amount_minor)
        for who in accounts
        for amount in claim.amounts
    ]
    if claim.category and _in_own_period(claim, cover):
        found += [Entry(who, year, f"claims:{claim.category}", count=1) for who in accounts]
    return found


def _in_own_period(claim: PastClaim, cover: Cover) -> bool:
    """Claims from before the member joined the policy do not count against his number of them."""
    for member in cover.members:
        if member.member == claim.member:
            first = max(cover.effective_on, member.from_on or cover.effective_on)
            last = min(cover.expires_on, member.last_on or cover.expires_on)
            return first <= claim.on <= last
    return True
