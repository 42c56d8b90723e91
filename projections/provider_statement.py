"""What a provider billed and was paid, month by month.

Each figure stands in the month in which it happened: billed when the claim came in, allowed when
it was adjudicated, denied when it was denied, paid on the day of payment.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.claim.desk_events import ClaimRecovered
from domain.claim.events import (
    ClaimAdjudicated,
    ClaimApproved,
    ClaimCorrected,
    ClaimDenied,
    ClaimPaid,
    ClaimPaymentPosted,
    ClaimReadjudicated,
    ClaimReopened,
    ClaimReversed,
    ClaimSubmitted,
    ClaimTakenOver,
)
from domain.money import Money
from projections.declaring import AMOUNT, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class StatementRow(Row):
    """One provider, month (its first day) and currency. `paid_minor` is what the provider got;
    where a claim pays the member, it is in `paid_to_members_minor`."""

    provider_id: UUID
    month: Annotated[date, SORTS]
    currency: str
    claim_count: Annotated[int, SORTS] = 0
    billed_minor: Annotated[int, AMOUNT] = 0
    allowed_minor: Annotated[int, AMOUNT] = 0
    approved_minor: Annotated[int, AMOUNT] = 0
    denied_count: Annotated[int, SORTS] = 0
    denied_minor: Annotated[int, AMOUNT] = 0
    paid_count: Annotated[int, SORTS] = 0
    paid_minor: Annotated[int, AMOUNT] = 0
    paid_to_members_minor: Annotated[int, AMOUNT] = 0


@dataclass(slots=True)
class ClaimOfProviderRow(Row):
    """Whose claim it is and what of it stands in the statement so far."""

    claim_id: UUID
    provider_id: UUID
    payee: str
    currency: str
    billed_minor: int
    allowed_minor: int = 0


CLAIMS = Table(ClaimOfProviderRow, "statement_claims", ("claim_id",))


def providers_of(event: Recorded, rows: Rows) -> list[UUID]:
    """The provider whose statement the event changes; in the batch itself it says so."""
    if isinstance(event.fact, ClaimSubmitted | ClaimTakenOver):
        return [event.fact.provider_id]
    claim = rows.find(CLAIMS, event.stream_id)
    return [] if claim is None else [claim.provider_id]


STATEMENT = Table(
    StatementRow,
    "provider_statement",
    ("provider_id", "month", "currency"),
    indexes=(Index(("month",)),),
    parents=providers_of,
)


def billed(event: Recorded, fact: ClaimSubmitted | ClaimTakenOver, rows: Rows) -> None:
    payee = fact.payee if isinstance(fact, ClaimSubmitted) else "provider"
    claim = rows.add(
        CLAIMS,
        ClaimOfProviderRow(
            claim_id=event.stream_id,
            provider_id=fact.provider_id,
            payee=payee,
            currency=fact.billed.currency,
            billed_minor=fact.billed.minor,
        ),
    )
    month = statement(claim, event.meta.effective_on, rows)
    month.claim_count += 1
    month.billed_minor += fact.billed.minor


def adjudicated(event: Recorded, fact: ClaimAdjudicated, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    claim.allowed_minor = fact.determination.allowed.minor
    statement(claim, event.meta.effective_on, rows).allowed_minor += claim.allowed_minor


def approved(event: Recorded, fact: ClaimApproved, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    statement(claim, event.meta.effective_on, rows).approved_minor += fact.payable.minor


def denied(event: Recorded, fact: ClaimDenied, rows: Rows) -> None:
    """What had been allowed is taken back in the month of the denial."""
    claim = rows.change(CLAIMS, event.stream_id)
    month = statement(claim, event.meta.effective_on, rows)
    month.denied_count += 1
    month.denied_minor += claim.billed_minor
    month.allowed_minor -= claim.allowed_minor
    claim.allowed_minor = 0


def reversed_(event: Recorded, fact: ClaimReversed, rows: Rows) -> None:
    """Allowed and approved are taken back in the month of the reversal; what was paid stays paid
    until it is recovered."""
    claim = rows.change(CLAIMS, event.stream_id)
    month = statement(claim, fact.reversed_on, rows)
    month.allowed_minor -= fact.allowed.minor
    month.approved_minor -= fact.approved.minor
    claim.allowed_minor = 0


def corrected(event: Recorded, fact: ClaimCorrected, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    month = statement(claim, event.meta.effective_on, rows)
    month.billed_minor += fact.billed.minor - fact.billed_was.minor
    claim.billed_minor = fact.billed.minor


def readjudicated(event: Recorded, fact: ClaimReadjudicated, rows: Rows) -> None:
    """The differences stand in the month in which the claim was decided again."""
    claim = rows.change(CLAIMS, event.stream_id)
    month = statement(claim, event.meta.effective_on, rows)
    month.allowed_minor += fact.determination.allowed.minor - fact.allowed_was.minor
    month.approved_minor -= fact.approved_was.minor
    claim.allowed_minor = fact.determination.allowed.minor


def reopened(event: Recorded, fact: ClaimReopened, rows: Rows) -> None:
    """The denial is taken back in the month of the reopening."""
    claim = rows.change(CLAIMS, event.stream_id)
    month = statement(claim, event.meta.effective_on, rows)
    month.denied_count -= 1
    month.denied_minor -= claim.billed_minor


def recovered(event: Recorded, fact: ClaimRecovered, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    month = statement(claim, fact.recovered_on, rows)
    if claim.payee == "provider":
        month.paid_minor -= fact.amount.minor
    else:
        month.paid_to_members_minor -= fact.amount.minor


def paid(event: Recorded, fact: ClaimPaid, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    receive(claim, fact.paid_on, fact.amount, rows)


def payment_posted(event: Recorded, fact: ClaimPaymentPosted, rows: Rows) -> None:
    claim = rows.change(CLAIMS, event.stream_id)
    receive(claim, fact.posted_on, fact.amount, rows)


def receive(claim: ClaimOfProviderRow, day: date, amount: Money, rows: Rows) -> None:
    month = statement(claim, day, rows)
    month.paid_count += 1
    if claim.payee == "provider":
        month.paid_minor += amount.minor
    else:
        month.paid_to_members_minor += amount.minor


def statement(claim: ClaimOfProviderRow, day: date, rows: Rows) -> StatementRow:
    """The provider's row for the month of a day, marked as changed."""
    key = (claim.provider_id, day.replace(day=1), claim.currency)
    row = rows.find(STATEMENT, *key)
    if row is None:
        return rows.add(STATEMENT, StatementRow(*key))
    rows.touch(STATEMENT, row)
    return row


PROJECTION = Projection(
    name="provider_statement",
    version=1,
    question="What did a provider bill in a month, and what was allowed, denied and paid?",
    tables=(CLAIMS, STATEMENT),
    on={
        ClaimSubmitted: billed,
        ClaimTakenOver: billed,
        ClaimAdjudicated: adjudicated,
        ClaimApproved: approved,
        ClaimDenied: denied,
        ClaimPaid: paid,
        ClaimPaymentPosted: payment_posted,
        ClaimReversed: reversed_,
        ClaimCorrected: corrected,
        ClaimReadjudicated: readjudicated,
        ClaimReopened: reopened,
        ClaimRecovered: recovered,
    },
)
