"""What waits for whom at the claims desk: one row for each claim that somebody must act on.

Queues are `automatic` (the next step is a worker's), `processor`, `manager`, `investigator`,
`reviewer`, `information` (somebody outside was asked) and `finance` (approved, not yet paid). A
claim that waits for nobody is not here; one that is decided again comes back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.adjudication.routing import Route
from domain.claim.desk_events import (
    ClaimAssigned,
    ClaimInformationReceived,
    ClaimInformationRequested,
    ClaimReviewed,
    ClaimReviewRequested,
)
from domain.claim.events import (
    ClaimAdjudicated,
    ClaimApproved,
    ClaimCleared,
    ClaimClosed,
    ClaimCorrected,
    ClaimDenied,
    ClaimPaid,
    ClaimPrepared,
    ClaimReadjudicated,
    ClaimReopened,
    ClaimReversed,
    ClaimScored,
    ClaimSubmitted,
    ClaimSuspended,
    ClaimWithdrawn,
)
from projections.declaring import AMOUNT, SEARCHED, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class InboxRow(Row):
    """`since` is the instant from which the claim waits in this queue; `amount_minor` what is
    asked, and once adjudicated what would be paid."""

    claim_id: UUID
    number: Annotated[str, SEARCHED]
    queue: Annotated[str, SORTS]
    stage: str
    since: Annotated[datetime, SORTS]
    member_id: UUID
    policy_id: UUID
    provider_id: UUID
    kind: str
    service_from: Annotated[date, SORTS]
    submitted_on: Annotated[date, SORTS]
    submitted_by: str
    currency: str
    amount_minor: Annotated[int, AMOUNT]
    billed_minor: Annotated[int, AMOUNT]
    route: str = ""
    score: Annotated[Decimal | None, SORTS] = None
    reasons: tuple[str, ...] = ()
    prepared_by: str = ""
    assigned_to: str = ""


INBOX = Table(
    InboxRow,
    "claim_inbox",
    ("claim_id",),
    indexes=(
        Index(("queue", "since")),
        Index(("queue", "amount_minor")),
        Index(("assigned_to", "since"), where="assigned_to <> ''"),
    ),
)

# What is done with, kept for the day on which it is decided again.
DONE = Table(
    InboxRow,
    "claim_inbox_done",
    ("claim_id",),
    needed_for=(
        ClaimDenied,
        ClaimPaid,
        ClaimClosed,
        ClaimWithdrawn,
        ClaimReversed,
        ClaimAssigned,
        ClaimCorrected,
        ClaimReadjudicated,
        ClaimReopened,
    ),
)

ROUTED_TO: Mapping[str, str] = {
    Route.PROCESSOR_REVIEW: "processor",
    Route.MANAGER_APPROVAL: "manager",
}


def submitted(event: Recorded, fact: ClaimSubmitted, rows: Rows) -> None:
    rows.add(
        INBOX,
        InboxRow(
            claim_id=event.stream_id,
            number=fact.number,
            queue="automatic",
            stage="submitted",
            since=event.meta.recorded_at,
            member_id=fact.member_id,
            policy_id=fact.policy_id,
            provider_id=fact.provider_id,
            kind=fact.kind,
            service_from=fact.service_from,
            submitted_on=fact.submitted_on,
            submitted_by=fact.submitted_by,
            currency=fact.billed.currency,
            amount_minor=fact.billed.minor,
            billed_minor=fact.billed.minor,
        ),
    )


def scored(event: Recorded, fact: ClaimScored, rows: Rows) -> None:
    claim = rows.change(INBOX, event.stream_id)
    claim.stage, claim.score = "scored", fact.score


def suspended(event: Recorded, fact: ClaimSuspended, rows: Rows) -> None:
    claim = moved_to("investigator", event, rows)
    claim.stage, claim.reasons = "suspended", fact.reasons


def cleared(event: Recorded, fact: ClaimCleared, rows: Rows) -> None:
    go_on(fact.goes_on_at, event, rows).reasons = ()


def go_on(stage: str, event: Recorded, rows: Rows) -> InboxRow:
    """Back to whoever had it, or on by itself."""
    routed = rows.change(INBOX, event.stream_id).route if stage == "adjudicated" else ""
    claim = moved_to(ROUTED_TO.get(routed, "automatic"), event, rows)
    claim.stage = stage
    return claim


def assigned(event: Recorded, fact: ClaimAssigned, rows: Rows) -> None:
    claim = rows.find(INBOX, event.stream_id) or rows.find(DONE, event.stream_id)
    if claim is not None:
        table = INBOX if rows.find(INBOX, event.stream_id) is claim else DONE
        rows.touch(table, claim)
        claim.assigned_to = fact.assigned_to


def information_requested(event: Recorded, fact: ClaimInformationRequested, rows: Rows) -> None:
    moved_to("information", event, rows).stage = "pended"


def review_requested(event: Recorded, fact: ClaimReviewRequested, rows: Rows) -> None:
    moved_to("reviewer", event, rows).stage = "in_review"


def answered(event: Recorded, fact: ClaimInformationReceived | ClaimReviewed, rows: Rows) -> None:
    go_on(fact.goes_on_at, event, rows)


def corrected(event: Recorded, fact: ClaimCorrected, rows: Rows) -> None:
    claim = back(event, rows)
    claim.kind, claim.service_from = fact.kind, fact.service_from
    claim.billed_minor = fact.billed.minor
    if not claim.route:
        claim.amount_minor = fact.billed.minor


def reopened(event: Recorded, fact: ClaimReopened, rows: Rows) -> None:
    claim = back(event, rows)
    claim.queue, claim.stage, claim.reasons = "automatic", "scored", ()


def back(event: Recorded, rows: Rows) -> InboxRow:
    """The claim is here, though it may have been done with."""
    done_with = rows.find(DONE, event.stream_id)
    if rows.find(INBOX, event.stream_id) is None and done_with is not None:
        rows.remove(DONE, event.stream_id)
        rows.add(INBOX, replace(done_with, since=event.meta.recorded_at))
    return rows.change(INBOX, event.stream_id)


def readjudicated(event: Recorded, fact: ClaimReadjudicated, rows: Rows) -> None:
    back(event, rows)
    adjudicated(event, fact, rows)


def adjudicated(event: Recorded, fact: ClaimAdjudicated | ClaimReadjudicated, rows: Rows) -> None:
    claim = moved_to(ROUTED_TO.get(fact.route, "automatic"), event, rows)
    claim.stage, claim.route = "adjudicated", fact.route
    claim.amount_minor = fact.payable.minor
    claim.reasons = fact.determination.reasons


def prepared(event: Recorded, fact: ClaimPrepared, rows: Rows) -> None:
    rows.change(INBOX, event.stream_id).prepared_by = fact.prepared_by


def approved(event: Recorded, fact: ClaimApproved, rows: Rows) -> None:
    claim = moved_to("finance", event, rows)
    claim.stage, claim.amount_minor = "approved", fact.payable.minor


def moved_to(queue: str, event: Recorded, rows: Rows) -> InboxRow:
    """The claim waits in this queue from now on."""
    claim = rows.change(INBOX, event.stream_id)
    if claim.queue != queue:
        claim.queue, claim.since = queue, event.meta.recorded_at
    return claim


def done(
    event: Recorded,
    fact: ClaimDenied | ClaimPaid | ClaimClosed | ClaimWithdrawn | ClaimReversed,
    rows: Rows,
) -> None:
    claim = rows.find(INBOX, event.stream_id)
    if claim is not None:
        rows.remove(INBOX, event.stream_id)
        rows.add(DONE, replace(claim, queue="", stage=""))


PROJECTION = Projection(
    name="claim_inbox",
    version=2,
    question="Which claims wait for whom, since when, and for how much?",
    tables=(INBOX, DONE),
    on={
        ClaimSubmitted: submitted,
        ClaimScored: scored,
        ClaimSuspended: suspended,
        ClaimCleared: cleared,
        ClaimAdjudicated: adjudicated,
        ClaimPrepared: prepared,
        ClaimApproved: approved,
        ClaimDenied: done,
        ClaimPaid: done,
        ClaimClosed: done,
        ClaimWithdrawn: done,
        ClaimReversed: done,
        ClaimAssigned: assigned,
        ClaimInformationRequested: information_requested,
        ClaimInformationReceived: answered,
        ClaimReviewRequested: review_requested,
        ClaimReviewed: answered,
        ClaimCorrected: corrected,
        ClaimReadjudicated: readjudicated,
        ClaimReopened: reopened,
    },
)
