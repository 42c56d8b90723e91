"""Beneficiaries over HTTP: nominate, approve by somebody else, and see how they share."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field, StringConstraints

from api.answers import done, made
from api.documentation import listed, single
from api.fields import Asked, Day, Id, Name, OptionalWords, Sentence, Word
from api.history import HISTORY, add_history
from api.members import NationalId, Phone
from api.ownership import OfRow
from api.readable import BENEFICIARIES, MEMBERS, SHARES
from api.reads import Read, Reads
from api.roles import APPROVE_BENEFICIARY, MANAGE_BENEFICIARIES
from api.routing import resource_router
from api.writing import Write, Writes
from commands import beneficiaries
from domain.beneficiary.events import Kinship, Nominee

CREATED = "/api/v1/beneficiaries"
router = resource_router("/api/v1", "Beneficiary Management")

PERCENT = r"^(100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?)$"


Percent = Annotated[str, StringConstraints(strict=True, pattern=PERCENT)]


def in_bps(percent: str) -> int:
    """`40.5` as 4,050 basis points."""
    whole, _, part = percent.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0"))


class Nominating(Asked):
    """Who is to receive which share, in percent of the whole. Who is under 18 needs a guardian."""

    full_name: Name = Field(examples=["Neema Mwakalinga"])
    kinship: Kinship
    born_on: Day = Field(examples=["1990-06-30"])
    share: Percent = Field(examples=["100.00"])
    national_id: NationalId = ""
    phone: Phone = ""
    guardian: Word = ""

    def nominee(self) -> Nominee:
        return Nominee(
            self.full_name.strip(), self.kinship, self.born_on, self.national_id.strip(),
            self.phone.strip(), self.guardian.strip(),
        )  # fmt: skip


class NewBeneficiary(Nominating):
    id: UUID | None = Field(None, description="Made by the client; the ledger makes one if not.")


class Rejecting(Asked):
    reasons: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)]
    note: Sentence = ""


OfBeneficiary = Annotated[Read, Depends(Reads(BENEFICIARIES))]
Manages = Annotated[Write, Depends(Writes(MANAGE_BENEFICIARIES, whose=OfRow(BENEFICIARIES)))]
Approves = Annotated[Write, Depends(Writes(APPROVE_BENEFICIARY))]


@router.get("/members/{member_id}/beneficiaries", **listed(BENEFICIARIES))
async def list_beneficiaries(
    member_id: UUID, read: OfBeneficiary, member: Annotated[Read, Depends(Reads(MEMBERS))]
) -> Response:
    """The beneficiaries of a member, whatever their stage."""
    await member.check_there(member_id)
    return await read.only(member_id=member_id).page()


@router.post("/members/{member_id}/beneficiaries", **made())
async def nominate_beneficiary(
    member_id: UUID,
    body: NewBeneficiary,
    write: Annotated[
        Write,
        Depends(Writes(MANAGE_BENEFICIARIES, creates=CREATED, whose=OfRow(MEMBERS, "member_id"))),
    ],
) -> Response:
    """Nominate somebody for a share that is still free; it waits for approval."""
    new = beneficiaries.Nomination(member_id, body.nominee(), in_bps(body.share), body.id)
    return await write(body, beneficiaries.nominate_beneficiary, new)


@router.get("/members/{member_id}/designation", **listed(SHARES))
async def list_designated_shares(
    member_id: UUID,
    read: Annotated[Read, Depends(Reads(SHARES))],
    member: Annotated[Read, Depends(Reads(MEMBERS))],
) -> Response:
    """How the beneficiaries of a member share today, and what is planned."""
    await member.check_there(member_id)
    return await read.only(member_id=member_id).page()


@router.get("/beneficiaries", **listed(BENEFICIARIES))
async def find_beneficiaries(read: OfBeneficiary) -> Response:
    """Beneficiaries of all members: `stage=nominated` are those that wait for approval."""
    return await read.page()


@router.get("/beneficiaries/{id}", **single(BENEFICIARIES))
async def show_beneficiary(
    beneficiary_id: Id, read: Annotated[Read, Depends(Reads(BENEFICIARIES, past=True))]
) -> Response:
    """One beneficiary, now or as known then."""
    return await read.shown(beneficiary_id)


@router.put("/beneficiaries/{id}", **done())
async def correct_beneficiary(beneficiary_id: Id, body: Nominating, write: Manages) -> Response:
    """Say anew who it is and with what share; it waits for approval again."""
    step = beneficiaries.NomineeCorrection(beneficiary_id, body.nominee(), in_bps(body.share))
    return await write(body, beneficiaries.correct_beneficiary, step)


@router.delete("/beneficiaries/{id}", **done())
async def remove_beneficiary(beneficiary_id: Id, write: Manages) -> Response:
    """Take a beneficiary out; what is in force stays until a new whole is approved."""
    return await write(None, beneficiaries.remove_beneficiary, beneficiary_id)


@router.patch("/beneficiaries/{id}/approve", **done())
async def approve_beneficiary(
    beneficiary_id: Id, write: Approves, body: OptionalWords = None
) -> Response:
    """Approve, where all shares make 100 %; never by who nominated."""
    return await write(body, beneficiaries.approve_beneficiary, beneficiary_id)


@router.patch("/beneficiaries/{id}/reject", **done())
async def reject_beneficiary(beneficiary_id: Id, body: Rejecting, write: Approves) -> Response:
    """Do not approve; the share is free again."""
    step = beneficiaries.NomineeRefusal(beneficiary_id, body.reasons, body.note)
    return await write(body, beneficiaries.reject_beneficiary, step)


add_history(router, BENEFICIARIES, HISTORY, prefix="/beneficiaries")
