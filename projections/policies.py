"""Policies: the contract and its periods, whom they cover and when, and the premium's account."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.policy.events import (
    Covered,
    Instalment,
    MemberAddedToPolicy,
    MemberRemovedFromPolicy,
    PolicyIssued,
    PolicyLapsed,
    PolicyRenewed,
    PolicyResumed,
    PolicyRevived,
    PolicySuspended,
    PolicyTerminated,
    PremiumReceived,
)
from projections.declaring import AMOUNT, SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class PolicyRow(Row):
    """`stage` is active, lapsed, suspended or terminated as recorded; what holds on a day follows
    from the periods and pauses. `premium_minor` sums all periods, `charged_minor` their
    instalments."""

    policy_id: UUID
    number: Annotated[str, SEARCHED]
    stage: Annotated[str, SORTS]
    product_id: UUID
    holder_id: UUID
    from_on: Annotated[date, SORTS]
    until_on: Annotated[date | None, SORTS]
    currency: str
    premium_minor: Annotated[int, AMOUNT]
    charged_minor: Annotated[int, AMOUNT]
    received_minor: Annotated[int, AMOUNT]
    grace_days: int
    renewal: bool
    covered_count: Annotated[int, SORTS]
    origin: str = ""
    paused_on: Annotated[date | None, SORTS] = None
    terminated_on: Annotated[date | None, SORTS] = None
    reason: Annotated[str, SHOWN] = ""


@dataclass(slots=True)
class PeriodRow(Row):
    policy_id: UUID
    from_on: Annotated[date, SORTS]
    until_on: Annotated[date | None, SORTS]
    currency: str
    premium_minor: Annotated[int, AMOUNT]


@dataclass(slots=True)
class CoverRow(Row):
    """A member's own cover, from `from_on` up to, and without, `until_on`."""

    policy_id: UUID
    member_id: UUID
    cover: int
    from_on: Annotated[date, SORTS]
    until_on: Annotated[date | None, SORTS]


@dataclass(slots=True)
class InstalmentRow(Row):
    policy_id: UUID
    entry: int
    line: int
    due_on: Annotated[date, SORTS]
    currency: str
    amount_minor: Annotated[int, AMOUNT]


@dataclass(slots=True)
class ReceiptRow(Row):
    policy_id: UUID
    entry: int
    received_on: Annotated[date, SORTS]
    currency: str
    amount_minor: Annotated[int, AMOUNT]
    reference: str


@dataclass(slots=True)
class PauseRow(Row):
    """Days without cover: lapsed or suspended, until taken up again."""

    policy_id: UUID
    pause: int
    why: str
    from_on: Annotated[date, SORTS]
    until_on: Annotated[date | None, SORTS]


POLICIES = Table(
    PolicyRow,
    "policies",
    ("policy_id",),
    indexes=(
        Index(("number",)),
        Index(("holder_id",)),
        Index(("product_id",)),
        Index(("stage", "until_on")),
        Index(("created_at", "policy_id")),
    ),
)
PERIODS = Table(PeriodRow, "policy_periods", ("policy_id", "from_on"), added_only=True)
COVERS = Table(
    CoverRow,
    "policy_members",
    ("policy_id", "member_id", "cover"),
    indexes=(Index(("member_id", "from_on")),),
    needed_for=(PolicyIssued, MemberAddedToPolicy, MemberRemovedFromPolicy, PolicyRenewed),
)
INSTALMENTS = Table(
    InstalmentRow,
    "policy_instalments",
    ("policy_id", "entry", "line"),
    indexes=(Index(("due_on",)),),
    added_only=True,
)
RECEIPTS = Table(
    ReceiptRow,
    "policy_receipts",
    ("policy_id", "entry"),
    indexes=(Index(("received_on",)),),
    added_only=True,
)
PAUSES = Table(
    PauseRow,
    "policy_pauses",
    ("policy_id", "pause"),
    needed_for=(PolicyLapsed, PolicySuspended, PolicyRevived, PolicyResumed),
)


def issued(event: Recorded, fact: PolicyIssued, rows: Rows) -> None:
    rows.add(
        POLICIES,
        PolicyRow(
            policy_id=event.stream_id,
            number=fact.number,
            stage="active",
            product_id=fact.product_id,
            holder_id=fact.holder_id,
            from_on=fact.period.from_on,
            until_on=fact.period.until_on,
            currency=fact.premium.currency,
            premium_minor=0,
            charged_minor=0,
            received_minor=0,
            grace_days=fact.grace_days,
            renewal=fact.renewal,
            covered_count=0,
            origin=fact.origin,
        ),
    )
    add_period(event, fact, rows)
    for covered in fact.covered:
        add_cover(event, covered, rows)


def add_period(event: Recorded, fact: PolicyIssued | PolicyRenewed, rows: Rows) -> None:
    policy = rows.change(POLICIES, event.stream_id)
    policy.until_on = fact.period.until_on
    policy.premium_minor += fact.premium.minor
    rows.add(
        PERIODS,
        PeriodRow(
            policy_id=event.stream_id,
            from_on=fact.period.from_on,
            until_on=fact.period.until_on,
            currency=fact.premium.currency,
            premium_minor=fact.premium.minor,
        ),
    )
    for line, instalment in enumerate(fact.instalments, 1):
        policy.charged_minor += instalment.amount.minor
        add_instalment(event, line, instalment, rows)


def add_instalment(event: Recorded, line: int, instalment: Instalment, rows: Rows) -> None:
    rows.add(
        INSTALMENTS,
        InstalmentRow(
            policy_id=event.stream_id,
            entry=event.version,
            line=line,
            due_on=instalment.due_on,
            currency=instalment.amount.currency,
            amount_minor=instalment.amount.minor,
        ),
    )


def add_cover(event: Recorded, covered: Covered, rows: Rows) -> None:
    rows.add(
        COVERS,
        CoverRow(
            policy_id=event.stream_id,
            member_id=covered.member_id,
            cover=event.version,
            from_on=covered.period.from_on,
            until_on=covered.period.until_on,
        ),
    )
    rows.change(POLICIES, event.stream_id).covered_count += 1


def member_added(event: Recorded, fact: MemberAddedToPolicy, rows: Rows) -> None:
    add_cover(event, fact.covered, rows)


def member_removed(event: Recorded, fact: MemberRemovedFromPolicy, rows: Rows) -> None:
    """Ends the cover that holds on the day, as the policy itself reads this event."""
    policy = rows.change(POLICIES, event.stream_id)
    day = fact.until_on
    for cover in rows.all(COVERS, event.stream_id):
        if cover.member_id == fact.member_id and holds(cover, day):
            rows.touch(COVERS, cover)
            cover.until_on = max(cover.from_on, day)
            policy.covered_count -= 1


def holds(cover: CoverRow, day: date) -> bool:
    return cover.from_on <= day and (cover.until_on is None or day < cover.until_on)


def premium_received(event: Recorded, fact: PremiumReceived, rows: Rows) -> None:
    rows.change(POLICIES, event.stream_id).received_minor += fact.amount.minor
    rows.add(
        RECEIPTS,
        ReceiptRow(
            policy_id=event.stream_id,
            entry=event.version,
            received_on=fact.received_on,
            currency=fact.amount.currency,
            amount_minor=fact.amount.minor,
            reference=fact.reference,
        ),
    )


def lapsed(event: Recorded, fact: PolicyLapsed, rows: Rows) -> None:
    paused(event, "lapsed", fact.lapsed_on, rows).reason = "premium unpaid"


def suspended(event: Recorded, fact: PolicySuspended, rows: Rows) -> None:
    paused(event, "suspended", fact.suspended_on, rows).reason = fact.reason


def paused(event: Recorded, why: str, day: date, rows: Rows) -> PolicyRow:
    policy = rows.change(POLICIES, event.stream_id)
    policy.stage, policy.paused_on = why, day
    rows.add(PAUSES, PauseRow(event.stream_id, event.version, why, day, None))
    return policy


def revived(event: Recorded, fact: PolicyRevived, rows: Rows) -> None:
    taken_up(event, fact.revived_on, rows)


def resumed(event: Recorded, fact: PolicyResumed, rows: Rows) -> None:
    taken_up(event, fact.resumed_on, rows)


def taken_up(event: Recorded, day: date, rows: Rows) -> None:
    policy = rows.change(POLICIES, event.stream_id)
    policy.stage, policy.paused_on, policy.reason = "active", None, ""
    for pause in rows.all(PAUSES, event.stream_id):
        if pause.until_on is None:
            rows.touch(PAUSES, pause)
            pause.until_on = day


def renewed(event: Recorded, fact: PolicyRenewed, rows: Rows) -> None:
    """Covers that ran to the end of the last period go on to the end of the new one."""
    last = rows.change(POLICIES, event.stream_id).until_on
    for cover in rows.all(COVERS, event.stream_id):
        if cover.until_on == last:
            rows.touch(COVERS, cover)
            cover.until_on = fact.period.until_on
    add_period(event, fact, rows)


def terminated(event: Recorded, fact: PolicyTerminated, rows: Rows) -> None:
    policy = rows.change(POLICIES, event.stream_id)
    policy.stage, policy.terminated_on, policy.reason = "terminated", fact.until_on, fact.reason


PROJECTION = Projection(
    name="policies",
    version=1,
    question="Which policies are there, whom do they cover when, and what is paid and due?",
    tables=(POLICIES, PERIODS, COVERS, INSTALMENTS, RECEIPTS, PAUSES),
    on={
        PolicyIssued: issued,
        MemberAddedToPolicy: member_added,
        MemberRemovedFromPolicy: member_removed,
        PremiumReceived: premium_received,
        PolicyLapsed: lapsed,
        PolicySuspended: suspended,
        PolicyRevived: revived,
        PolicyResumed: resumed,
        PolicyRenewed: renewed,
        PolicyTerminated: terminated,
    },
)
