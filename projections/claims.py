"""Claims as the desk, the provider and the member see them: every figure, stage and name."""

from adapters.envelope import Recorded
from domain.adjudication.determination import Determination, LineDetermination
from domain.claim.desk_events import (
    ClaimAssigned,
    ClaimInformationOverdue,
    ClaimInformationReceived,
    ClaimInformationRequested,
    ClaimRecovered,
    ClaimReviewed,
    ClaimReviewRequested,
    ReviewedLine,
)
from domain.claim.events import (
    BilledLine,
    ClaimAdjudicated,
    ClaimApproved,
    ClaimBalanceTransferred,
    ClaimCleared,
    ClaimClosed,
    ClaimCorrected,
    ClaimDenied,
    ClaimPaid,
    ClaimPaymentPosted,
    ClaimPrepared,
    ClaimReadjudicated,
    ClaimReopened,
    ClaimReversed,
    ClaimScored,
    ClaimSubmitted,
    ClaimSuspended,
    ClaimTakenOver,
    ClaimWithdrawn,
)
from domain.ids import claim_line_id
from projections.claim_rows import (
    ACCOUNT,
    CLAIMS,
    LINES,
    ClaimAccountRow,
    ClaimLineRow,
    ClaimRow,
)
from projections.declaring import Projection
from projections.rows import Rows

__all__ = ["ACCOUNT", "CLAIMS", "LINES", "PROJECTION"]

# What waits for whom at each stage; a claim at any other stage waits for nobody.
QUEUES = {
    "processor_review": "processor",
    "manager_approval": "manager",
    "suspended_for_investigation": "investigator",
}


def submitted(event: Recorded, fact: ClaimSubmitted, rows: Rows) -> None:
    rows.add(
        CLAIMS,
        ClaimRow(
            claim_id=event.stream_id,
            number=fact.number,
            stage="submitted",
            member_id=fact.member_id,
            policy_id=fact.policy_id,
            provider_id=fact.provider_id,
            kind=fact.kind,
            visit_type=fact.visit_type,
            invoice_no=fact.invoice_no,
            payee=fact.payee,
            service_from=fact.service_from,
            service_until=fact.service_until,
            diagnoses=fact.diagnoses,
            line_count=len(fact.lines),
            currency=fact.billed.currency,
            billed_minor=fact.billed.minor,
            submitted_on=fact.submitted_on,
            submitted_by=fact.submitted_by,
            queue="automatic",
        ),
    )
    add_lines(event, fact.lines, rows)


def taken_over(event: Recorded, fact: ClaimTakenOver, rows: Rows) -> None:
    rows.add(
        CLAIMS,
        ClaimRow(
            claim_id=event.stream_id,
            number=fact.number,
            stage="taken_over",
            member_id=fact.member_id,
            policy_id=fact.policy_id,
            provider_id=fact.provider_id,
            kind=fact.kind,
            visit_type="",
            invoice_no="",
            payee="",
            service_from=fact.service_from,
            service_until=fact.service_until,
            diagnoses=fact.diagnoses,
            line_count=len(fact.lines),
            currency=fact.billed.currency,
            billed_minor=fact.billed.minor,
            submitted_on=event.meta.effective_on,
            submitted_by=event.meta.actor,
            taken_over=True,
            origin=fact.origin,
            origin_id=fact.origin_id,
            practitioner_id=fact.practitioner_id,
            balance_minor=fact.billed.minor,
        ),
    )
    add_lines(event, fact.lines, rows)


def add_lines(event: Recorded, lines: tuple[BilledLine, ...], rows: Rows) -> None:
    for line in lines:
        rows.add(
            LINES,
            ClaimLineRow(
                claim_id=event.stream_id,
                line=line.line,
                code=line.code,
                description=line.description,
                category=line.category,
                quantity=line.quantity,
                currency=line.billed.currency,
                billed_minor=line.billed.minor,
                line_id=claim_line_id(event.stream_id, line.line),
                site=line.site,
            ),
        )


def scored(event: Recorded, fact: ClaimScored, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.stage = "scored"
    claim.score, claim.score_model, claim.score_reasons = fact.score, fact.model, fact.reasons


def suspended(event: Recorded, fact: ClaimSuspended, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.stage, claim.queue = "suspended", "investigator"


def cleared(event: Recorded, fact: ClaimCleared, rows: Rows) -> None:
    go_on(rows.change(CLAIMS, event.stream_id), fact.goes_on_at)


def go_on(claim: ClaimRow, stage: str) -> None:
    """The claim goes on where it had come to: to a person's desk, or by itself."""
    claim.stage = stage
    claim.queue = QUEUES.get(claim.route, "") if stage == "adjudicated" else "automatic"


def assigned(event: Recorded, fact: ClaimAssigned, rows: Rows) -> None:
    rows.change(CLAIMS, event.stream_id).assigned_to = fact.assigned_to


def information_requested(event: Recorded, fact: ClaimInformationRequested, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.stage, claim.queue = "pended", "information"


def information_received(event: Recorded, fact: ClaimInformationReceived, rows: Rows) -> None:
    go_on(rows.change(CLAIMS, event.stream_id), fact.goes_on_at)


def information_overdue(event: Recorded, fact: ClaimInformationOverdue, rows: Rows) -> None:
    """The claim waits on; its row tells the new version."""
    rows.change(CLAIMS, event.stream_id)


def review_requested(event: Recorded, fact: ClaimReviewRequested, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.stage, claim.queue, claim.review_reason = "in_review", "reviewer", fact.reason


def reviewed(event: Recorded, fact: ClaimReviewed, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.reviewed_by = fact.reviewer
    go_on(claim, fact.goes_on_at)
    by_line = {said.line: said for said in fact.lines}
    for line in rows.all(LINES, event.stream_id):
        rows.touch(LINES, line)
        said = by_line.get(line.line, ReviewedLine(line.line))
        line.quantity_reviewed, line.reviewed_out = said.quantity, said.refused
        line.unit_price_reviewed_minor = said.unit_price.minor if said.unit_price else None
        line.review_reason = said.reason


def corrected(event: Recorded, fact: ClaimCorrected, rows: Rows) -> None:
    """The lines are others now; those that were there stand in the history."""
    claim = rows.change(CLAIMS, event.stream_id)
    claim.kind, claim.visit_type = fact.kind, fact.visit_type
    claim.service_from, claim.service_until = fact.service_from, fact.service_until
    claim.diagnoses, claim.line_count = fact.diagnoses, len(fact.lines)
    claim.billed_minor = fact.billed.minor
    for line in rows.all(LINES, event.stream_id):
        rows.remove(LINES, event.stream_id, line.line)
    add_lines(event, fact.lines, rows)


def readjudicated(event: Recorded, fact: ClaimReadjudicated, rows: Rows) -> None:
    adjudicated(event, fact, rows)
    claim = rows.change(CLAIMS, event.stream_id)
    claim.decided_again_because = fact.why
    claim.balance_minor, claim.credit_balance_minor = fact.to_pay.minor, fact.to_recover.minor


def reopened(event: Recorded, fact: ClaimReopened, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.stage, claim.queue, claim.reasons = "scored", "automatic", ()


def recovered(event: Recorded, fact: ClaimRecovered, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.paid_minor -= fact.amount.minor
    claim.recovered_minor += fact.amount.minor
    if fact.amount.minor <= claim.credit_balance_minor:
        claim.credit_balance_minor -= fact.amount.minor
    else:  # the bank returned what was rightly paid: it is owed again
        balance(claim)


def adjudicated(event: Recorded, fact: ClaimAdjudicated | ClaimReadjudicated, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.times_decided += 1
    claim.stage = "adjudicated"
    claim.route = fact.route
    claim.queue = QUEUES.get(fact.route, "")
    claim.payable_minor = fact.payable.minor
    claim.product_id, claim.product_version = fact.product_id, fact.product_version
    claim.tariff_no = fact.tariff_no
    claim.reasons = fact.determination.reasons
    claim.adjudicated_on = event.meta.effective_on
    add_figures(claim, fact.determination)
    for line in fact.determination.lines:
        set_line(event, line, rows)


def add_figures(claim: ClaimRow, determination: Determination) -> None:
    """The sums of the lines: who bears what."""
    lines = determination.lines
    claim.allowed_minor = sum(line.allowed.minor for line in lines)
    claim.write_off_minor = sum(line.write_off.minor for line in lines)
    claim.balance_bill_minor = sum(line.balance_bill.minor for line in lines)
    claim.deductible_minor = sum(line.deductible.minor for line in lines)
    claim.copay_minor = sum(line.copay.minor for line in lines)
    claim.coinsurance_minor = sum(line.coinsurance.minor for line in lines)
    claim.over_limit_minor = sum(line.over_limit.minor for line in lines)
    claim.not_covered_minor = sum(line.not_covered.minor for line in lines)
    claim.member_pays_minor = sum(line.member_pays.minor for line in lines)
    claim.plan_pays_minor = sum(line.plan_pays.minor for line in lines)


def set_line(event: Recorded, decided: LineDetermination, rows: Rows) -> None:
    line = rows.change(LINES, event.stream_id, decided.line)
    line.status = decided.status
    line.charge_minor = decided.billed.minor
    line.allowed_minor = decided.allowed.minor
    line.write_off_minor = decided.write_off.minor
    line.balance_bill_minor = decided.balance_bill.minor
    line.deductible_minor = decided.deductible.minor
    line.copay_minor = decided.copay.minor
    line.coinsurance_minor = decided.coinsurance.minor
    line.over_limit_minor = decided.over_limit.minor
    line.not_covered_minor = decided.not_covered.minor
    line.plan_pays_minor = decided.plan_pays.minor
    line.reasons = decided.reasons


def prepared(event: Recorded, fact: ClaimPrepared, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.prepared_by = fact.prepared_by


def approved(event: Recorded, fact: ClaimApproved, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.stage, claim.queue = "approved", "finance"
    claim.payable_minor = fact.payable.minor
    balance(claim)
    claim.decided_by, claim.decided_on = fact.approved_by, event.meta.effective_on


def denied(event: Recorded, fact: ClaimDenied, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.stage, claim.queue = "denied", ""
    claim.payable_minor = 0
    balance(claim)
    claim.reasons = fact.reasons
    claim.decided_by, claim.decided_on = event.meta.actor, event.meta.effective_on


def paid(event: Recorded, fact: ClaimPaid, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    if claim.stage == "approved":
        claim.stage, claim.queue = "paid", ""
    claim.paid_minor += fact.amount.minor
    balance(claim)
    claim.payment_id, claim.paid_on = fact.payment_id, fact.paid_on


def balance(claim: ClaimRow) -> None:
    """What is still to be paid, or what the payee has had too much."""
    open_minor = (claim.payable_minor or 0) - claim.paid_minor
    claim.balance_minor, claim.credit_balance_minor = max(open_minor, 0), max(-open_minor, 0)


def payment_posted(event: Recorded, fact: ClaimPaymentPosted, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.paid_minor += fact.amount.minor
    open_minor = claim.billed_minor - claim.paid_minor
    claim.balance_minor = max(open_minor, 0)
    claim.credit_balance_minor = max(-open_minor, 0)
    claim.paid_on = fact.posted_on
    entry = enter(event, fact, "payment", rows)
    entry.source, entry.method = fact.source, fact.method


def balance_transferred(event: Recorded, fact: ClaimBalanceTransferred, rows: Rows) -> None:
    rows.change(CLAIMS, event.stream_id).transferred_minor += fact.amount.minor
    enter(event, fact, "transfer", rows).to_party = fact.to_party


def enter(
    event: Recorded, fact: ClaimPaymentPosted | ClaimBalanceTransferred, kind: str, rows: Rows
) -> ClaimAccountRow:
    """A new entry in the claim's account, to be completed."""
    entry = ClaimAccountRow(
        claim_id=event.stream_id,
        entry=event.version,
        kind=kind,
        line=fact.line,
        currency=fact.amount.currency,
        amount_minor=fact.amount.minor,
        posted_on=fact.posted_on,
        origin_id=fact.origin_id,
    )
    rows.add(ACCOUNT, entry)
    return entry


def closed(event: Recorded, fact: ClaimClosed, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.stage, claim.queue = "closed", ""
    claim.closed_on = fact.closed_on


def withdrawn(event: Recorded, fact: ClaimWithdrawn, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.stage, claim.queue = "withdrawn", ""


def reversed_(event: Recorded, fact: ClaimReversed, rows: Rows) -> None:
    """What was paid is now owed to us: a credit balance."""
    claim = rows.change(CLAIMS, event.stream_id)
    claim.stage, claim.queue = "reversed", ""
    claim.payable_minor = 0
    balance(claim)


PROJECTION = Projection(
    name="claims",
    version=2,
    question="Which claims are there, how far are they, and who bears what of them?",
    tables=(CLAIMS, LINES, ACCOUNT),
    on={
        ClaimSubmitted: submitted,
        ClaimTakenOver: taken_over,
        ClaimScored: scored,
        ClaimSuspended: suspended,
        ClaimCleared: cleared,
        ClaimAdjudicated: adjudicated,
        ClaimPrepared: prepared,
        ClaimApproved: approved,
        ClaimDenied: denied,
        ClaimPaid: paid,
        ClaimPaymentPosted: payment_posted,
        ClaimBalanceTransferred: balance_transferred,
        ClaimClosed: closed,
        ClaimWithdrawn: withdrawn,
        ClaimReversed: reversed_,
        ClaimAssigned: assigned,
        ClaimInformationRequested: information_requested,
        ClaimInformationReceived: information_received,
        ClaimInformationOverdue: information_overdue,
        ClaimReviewRequested: review_requested,
        ClaimReviewed: reviewed,
        ClaimCorrected: corrected,
        ClaimReadjudicated: readjudicated,
        ClaimReopened: reopened,
        ClaimRecovered: recovered,
    },
)
