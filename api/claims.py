"""Claims over HTTP: submit, find, follow, and take back before they are decided."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field, StringConstraints

from adapters.identities import Kind
from api.access import Caller
from api.answers import done, made
from api.documentation import listed, single
from api.errors import NOT_PERMITTED, Problem
from api.fields import Asked, Body, Code, Count, Day, Id, Word
from api.history import HISTORY, TIMELINE, add_history
from api.money import Amount, Quantity
from api.ownership import Named, OfRow
from api.readable import CLAIMS, INBOX, LINES, PAYMENTS
from api.reads import Read, Reads
from api.roles import ADD_CLAIM, DELETE_CLAIM, VIEW_PAYMENT
from api.routing import resource_router
from api.writing import Write, Writes
from commands import claims
from domain.claim.events import BilledLine, Payee

PREFIX = "/api/v1/claims"
router = resource_router(PREFIX, "Claim Management")

MOST_LINES = 500
IN_OWN_NAME = Named({Kind.PROVIDER: "provider_id", Kind.MEMBER: "member_id"})
"""Providers claim for their own services, members for the treatment of their family."""
Diagnosis = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9.]{0,19}$")
]
Word30 = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z_]{0,29}$")]


class Line(Body):
    """One line as it is billed; `billed` is for the whole quantity."""

    line: Annotated[Count, Field(ge=1, le=MOST_LINES)] | None = Field(
        None, description="Its number; its place in the list where left out."
    )
    code: Code = Field(examples=["CONS-GP"])
    description: Word = ""
    category: Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9_ .-]{0,50}$")] = (
        Field("", examples=["outpatient"])
    )
    quantity: Quantity = Field(1, validate_default=True)
    billed: Amount
    site: Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9 -]{0,20}$")] = Field(
        "", description="Where on the body, such as a tooth."
    )

    def as_billed(self, place: int) -> BilledLine:
        return BilledLine(
            self.line or place, self.code, self.description, self.category, self.quantity,
            self.billed, self.site,
        )  # fmt: skip


class NewClaim(Asked):
    """A claim of a provider or member for services to a member on a policy."""

    member_id: UUID
    policy_id: UUID
    provider_id: UUID
    kind: Word30 = Field("outpatient", examples=["outpatient", "inpatient"])
    service_from: Day
    service_until: Day | None = Field(None, description="The last day; the first if left out.")
    diagnoses: Annotated[tuple[Diagnosis, ...], Field(max_length=50)] = ()
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=MOST_LINES)]
    payee: Payee = Payee.PROVIDER
    invoice_no: Word = ""
    visit_type: Word30 = "ordinary"
    id: UUID | None = Field(None, description="Made by the client; the ledger makes one if not.")
    preauthorisation_id: UUID | None = Field(None, description="The approval asked for before.")

    def submission(self) -> claims.Submission:
        return claims.Submission(
            member_id=self.member_id,
            policy_id=self.policy_id,
            provider_id=self.provider_id,
            kind=self.kind,
            service_from=self.service_from,
            service_until=self.service_until or self.service_from,
            diagnoses=self.diagnoses,
            lines=tuple(line.as_billed(place) for place, line in enumerate(self.lines, 1)),
            payee=self.payee,
            invoice_no=self.invoice_no,
            visit_type=self.visit_type,
            claim_id=self.id,
            preauthorisation_id=self.preauthorisation_id,
        )


@router.post("", **made())
async def submit_claim(
    body: NewClaim,
    write: Annotated[Write, Depends(Writes(ADD_CLAIM, creates=PREFIX, whose=IN_OWN_NAME))],
) -> Response:
    """Submit a claim; scoring, adjudication and payment follow by themselves."""
    return await write(body, claims.submit_claim, body.submission())


def for_whom(caller: Caller, body: NewClaim) -> None:
    """The same for claims that do not come as a body of their own; raises Problem."""
    if caller.outside and not caller.owns(getattr(body, IN_OWN_NAME.fields[caller.user.kind])):
        raise Problem(NOT_PERMITTED, "You can claim in your own name only.")


@router.get("", **listed(CLAIMS))
async def list_claims(read: Annotated[Read, Depends(Reads(CLAIMS))]) -> Response:
    """Claims, filtered, sorted, page by page."""
    return await read.page()


@router.get("/queue", **listed(INBOX))
async def list_claims_queue(read: Annotated[Read, Depends(Reads(INBOX))]) -> Response:
    """Claims that wait for somebody, those that wait longest first."""
    return await read.page()


@router.get("/my-claims", **listed(CLAIMS))
async def list_my_claims(read: Annotated[Read, Depends(Reads(CLAIMS))]) -> Response:
    """Claims that are the caller's own, or that the caller has entered."""
    if not read.caller.outside:
        read.only(submitted_by=read.caller.user.actor)
    return await read.page()


@router.get("/{id}", **single(CLAIMS))
async def show_claim(
    claim_id: Id,
    read: Annotated[Read, Depends(Reads(CLAIMS, past=True))],
) -> Response:
    """One claim with all its figures, now or as known then."""
    return await read.shown(claim_id)


@router.delete("/{id}", **done())
async def withdraw_claim(
    claim_id: Id,
    write: Annotated[Write, Depends(Writes(DELETE_CLAIM, whose=OfRow(CLAIMS)))],
) -> Response:
    """Take a claim back before it is decided; its invoice may be claimed again."""
    return await write(None, claims.withdraw_claim, claims.ClaimStep(claim_id))


@router.get("/{claim_id}/line-items", tags=["Claim Line Item"], **listed(LINES))
async def list_claim_lines(
    claim_id: UUID,
    read: Annotated[Read, Depends(Reads(LINES))],
    claim: Annotated[Read, Depends(Reads(CLAIMS))],
) -> Response:
    """The lines of a claim: as billed, and who bears what of each."""
    return await read.children(claim, claim_id)


@router.get("/{claim_id}/payments", tags=["Payment Processing"], **listed(PAYMENTS))
async def list_claim_payments(
    claim_id: UUID,
    read: Annotated[Read, Depends(Reads(PAYMENTS))],
    claim: Annotated[Read, Depends(Reads(CLAIMS, VIEW_PAYMENT))],
) -> Response:
    """The payments of a claim."""
    await claim.check_there(claim_id)
    return await read.only(claim_id=claim_id).page()


add_history(router, CLAIMS, HISTORY, TIMELINE)
