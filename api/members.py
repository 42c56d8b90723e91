"""Members over HTTP: enrol, find, correct, set aside, take up again, withdraw."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field, StringConstraints

from api.alike import Reached, alike
from api.answers import done, made
from api.documentation import listed, single
from api.fields import Asked, Body, Day, Flag, Id, Name, OptionalWords, Word
from api.history import AUDIT_TRAIL, HISTORY, add_history
from api.ownership import OfRow
from api.readable import MEMBERS, POLICIES
from api.reads import Read, Reads
from api.roles import ADD_MEMBER, CHANGE_MEMBER, DELETE_MEMBER, VIEW_POLICY
from api.routing import resource_router
from api.writing import Write, Writes
from commands import members
from domain.member.events import MemberDetails, Relationship, Sex

PREFIX = "/api/v1/members"
router = resource_router(PREFIX, "Member Management")

OF_FAMILY = OfRow(MEMBERS, "principal_id", in_body=True)
"""Agents enrol people of their own book, and their dependants."""

NationalId = Annotated[
    str, StringConstraints(strict=True, max_length=30, pattern=r"^([0-9A-Za-z][0-9A-Za-z -]*)?$")
]
Phone = Annotated[
    str, StringConstraints(strict=True, max_length=25, pattern=r"^(\+?[0-9][0-9 -]*)?$")
]
Email = Annotated[
    str,
    StringConstraints(
        strict=True, max_length=254, pattern=r"^([^\s@\x00-\x1f\x7f]+@[^\s@\x00-\x1f\x7f]+)?$"
    ),
]


class Details(Body):
    """Who the person is and how to reach them."""

    first_name: Name = Field(examples=["Asha"])
    last_name: Name = Field(examples=["Mtei"])
    born_on: Day = Field(examples=["1990-04-12"])
    sex: Sex
    national_id: NationalId = Field("", examples=["19900412-14101-00001-21"])
    phone: Phone = Field("", examples=["+255 712 000 111"])
    email: Email = ""
    region: Word = ""
    district: Word = ""
    ward: Word = ""
    language: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z]{2}$")] = "sw"

    def details(self) -> MemberDetails:
        return MemberDetails(
            first_name=self.first_name.strip(),
            last_name=self.last_name.strip(),
            born_on=self.born_on,
            sex=self.sex,
            national_id=self.national_id.strip(),
            phone=self.phone.strip(),
            email=self.email.strip(),
            region=self.region.strip(),
            district=self.district.strip(),
            ward=self.ward.strip(),
            language=self.language,
        )


class NewMember(Details, Asked):
    """A person to enrol; a dependant names the principal and the relationship."""

    relationship: Relationship = Relationship.SELF
    principal_id: UUID | None = None
    id: UUID | None = Field(None, description="Made by the client; the ledger makes one if not.")
    not_a_duplicate: Flag = Field(
        False, description="Others have this telephone or e-mail, and it is somebody else."
    )

    def enrolment(self) -> members.Enrolment:
        return members.Enrolment(
            self.details(), self.relationship, self.principal_id, self.id,
            not_a_duplicate=self.not_a_duplicate,
        )  # fmt: skip


def reached(person: members.Enrolment) -> Reached:
    """How somebody who is to be enrolled is reached."""
    return Reached(person.details.phone, person.details.email, person.principal_id)


class CorrectedMember(Details, Asked):
    """The details as they should have been, all of them."""


@router.post("", **made())
async def enrol_member(
    body: NewMember,
    write: Annotated[Write, Depends(Writes(ADD_MEMBER, creates=PREFIX, whose=OF_FAMILY))],
) -> Response:
    """Enrol a person under the next member number; a national id enrols once.

    Whoever is reached like a member of another family is refused without `not_a_duplicate`.
    """
    person = body.enrolment()
    (numbers,) = await alike(write.parts, [reached(person)])
    return await write(body, members.enrol_member, replace(person, alike=numbers))


@router.get("", **listed(MEMBERS))
async def list_members(read: Annotated[Read, Depends(Reads(MEMBERS))]) -> Response:
    """Members, filtered, sorted, page by page."""
    return await read.page()


@router.get("/search", **listed(MEMBERS))
async def search_members(read: Annotated[Read, Depends(Reads(MEMBERS))]) -> Response:
    """Members by words of their name, number, phone or national id."""
    return await read.page()


@router.get("/{id}", **single(MEMBERS))
async def show_member(
    member_id: Id,
    read: Annotated[Read, Depends(Reads(MEMBERS, past=True))],
) -> Response:
    """One member, now or as known then."""
    return await read.shown(member_id)


@router.put("/{id}", **done())
async def correct_member(
    member_id: Id, body: CorrectedMember, write: Annotated[Write, Depends(Writes(CHANGE_MEMBER))]
) -> Response:
    """Correct the details; the earlier ones stay in the history."""
    return await write(body, members.correct_member, members.Correction(member_id, body.details()))


@router.patch("/{id}/deactivate", **done())
async def deactivate_member(
    member_id: Id,
    write: Annotated[Write, Depends(Writes(CHANGE_MEMBER))],
    body: OptionalWords = None,
) -> Response:
    """Set a member's record aside."""
    return await write(body, members.deactivate_member, member_id)


@router.patch("/{id}/activate", **done())
async def activate_member(
    member_id: Id,
    write: Annotated[Write, Depends(Writes(CHANGE_MEMBER))],
    body: OptionalWords = None,
) -> Response:
    """Take a member's record up again."""
    return await write(body, members.reactivate_member, member_id)


@router.delete("/{id}", **done())
async def withdraw_member(
    member_id: Id, write: Annotated[Write, Depends(Writes(DELETE_MEMBER))]
) -> Response:
    """Withdraw a record that was entered by mistake; its history stays."""
    return await write(None, members.withdraw_member, member_id)


@router.get("/{member_id}/policies", tags=["Policy Management"], **listed(POLICIES))
async def list_policies_of_member(
    member_id: UUID,
    read: Annotated[Read, Depends(Reads(POLICIES))],
    member: Annotated[Read, Depends(Reads(MEMBERS, VIEW_POLICY))],
) -> Response:
    """Policies that the member holds or is covered by."""
    await member.check_there(member_id)
    return await read.that(
        "(t.holder_id = {0} OR EXISTS (SELECT FROM policy_members c WHERE c.tenant = t.tenant"
        " AND c.policy_id = t.policy_id AND c.member_id = {0}))",
        member_id,
    ).page()


add_history(router, MEMBERS, HISTORY, AUDIT_TRAIL)
