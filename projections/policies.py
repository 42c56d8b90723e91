"""Policies: the contract and its periods, whom they cover and when, and the premium's account."""

from datetime import date

from adapters.envelope import Recorded
from domain.policy.events import (
    Covered,
    Instalment,
    MemberAddedToPolicy,
    MemberRemovedFromPolicy,
    PolicyCorrected,
    PolicyIssued,
    PolicyLapsed,
    PolicyRenewed,
    PolicyResumed,
    PolicyRevived,
    PolicySuspended,
    PolicyTerminated,
    PremiumReceived,
)
from projections.declaring import Projection
from projections.policy_rows import (
    COVERS,
    INSTALMENTS,
    PAUSES,
    PERIODS,
    POLICIES,
    RECEIPTS,
    CoverRow,
    InstalmentRow,
    PauseRow,
    PeriodRow,
    PolicyRow,
    ReceiptRow,
)
from projections.rows import Rows

__all__ = ["COVERS", "INSTALMENTS", "PAUSES", "PERIODS", "POLICIES", "PROJECTION", "RECEIPTS"]


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


def corrected(event: Recorded, fact: PolicyCorrected, rows: Rows) -> None:
    policy = rows.change(POLICIES, event.stream_id)
    policy.holder_id, policy.grace_days = fact.holder_id, fact.grace_days


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
        PolicyCorrected: corrected,
        PolicyTerminated: terminated,
    },
)
