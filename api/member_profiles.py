"""Profiles over HTTP: read, change, approve what members ask for; the photo."""

from typing import Annotated

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from adapters.personal_contents import PersonalContents
from adapters.uploads import PDF
from api.answers import done
from api.claim_documents import NewVersion
from api.documentation import listed
from api.envelope import Success, plain, success
from api.errors import not_found, wrong_field
from api.fields import Asked, Id, Name, OptionalWords, Sentence, Word
from api.members import Details
from api.ownership import OfRow
from api.readable import MEMBERS, PROFILES
from api.reads import Read, Reads
from api.roles import APPROVE_PROFILE, CHANGE_PROFILE
from api.routing import resource_router
from api.writing import Write, Writes
from commands import member_profiles
from domain.member import MEMBER
from domain.member.events import MemberDetails, Profile
from domain.member.state import Enrolled

router = resource_router("/api/v1", "Member Management")

Approves = Annotated[Write, Depends(Writes(APPROVE_PROFILE))]
Changes = Annotated[Write, Depends(Writes(CHANGE_PROFILE, whose=OfRow(MEMBERS)))]
PICTURE = {
    "content": {
        media: {"schema": {"type": "string", "format": "binary"}}
        for media in ("image/jpeg", "image/png")
    },
    "description": "The photo.",
}


class ProfileBody(Details, Asked):
    """Who the member is, how to reach them, where they live and work: all of it."""

    address: Word = Field("", examples=["Mtaa wa Jamhuri 14"])
    postal_code: Word = ""
    employer: Word = ""
    occupation: Word = ""
    employee_number: Word = ""

    def profile(self) -> Profile:
        return Profile(
            self.address.strip(), self.postal_code.strip(), self.employer.strip(),
            self.occupation.strip(), self.employee_number.strip(),
        )  # fmt: skip


class Rejecting(Asked):
    reasons: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)]
    note: Sentence = ""


class Wanted(BaseModel):
    """A change that waits for somebody else's eyes: details and profile as they are to be."""

    details: MemberDetails
    profile: Profile
    requested_by: str


class FullProfile(BaseModel):
    """What is known of a member. `photo` is the hash of the picture, empty without one."""

    number: str
    active: bool
    details: MemberDetails
    profile: Profile
    photo: str
    waits: Wanted | None


@router.get("/profile-changes", **listed(PROFILES))
async def list_profile_changes(read: Annotated[Read, Depends(Reads(PROFILES))]) -> Response:
    """Profiles of which a change waits for approval."""
    return await read.only(change_waits=True).page()


@router.get("/members/{id}/profile", response_model=Success[FullProfile])
async def show_member_profile(
    member_id: Id, read: Annotated[Read, Depends(Reads(PROFILES))]
) -> Response:
    """What is known of a member, and what waits to be changed."""
    read.nothing_else()
    await read.check_there(member_id)
    store = read.parts.desk.store
    member = await run_in_threadpool(store.load, MEMBER, member_id)
    if not isinstance(member.state, Enrolled):
        raise not_found()
    known = member.state
    data = {
        "number": known.number,
        "active": known.active,
        "details": plain(known.details),
        "profile": plain(known.profile),
        "photo": known.photo,
        "waits": plain(known.wanted) if known.wanted else None,
    }
    return success(data, headers={"ETag": f'"{member.version}"'})


@router.put("/members/{id}/profile", **done())
async def change_member_profile(member_id: Id, body: ProfileBody, write: Changes) -> Response:
    """Change the profile. What members ask for themselves, and who somebody is, waits for approval
    by somebody else."""
    change = member_profiles.ProfileChange(
        member_id, body.details(), body.profile(), by_member=write.caller.outside
    )
    return await write(body, member_profiles.change_profile, change)


@router.patch("/members/{id}/profile/approve", **done())
async def approve_profile_change(
    member_id: Id, write: Approves, body: OptionalWords = None
) -> Response:
    """Approve the change that waits; never by who asked for it."""
    return await write(body, member_profiles.approve_profile_change, member_id)


@router.patch("/members/{id}/profile/reject", **done())
async def reject_profile_change(member_id: Id, body: Rejecting, write: Approves) -> Response:
    """Leave the profile as it is, and say why."""
    refusal = member_profiles.ChangeRefusal(member_id, body.reasons, body.note)
    return await write(body, member_profiles.reject_profile_change, refusal)


class NewPhoto(NewVersion):
    """A picture (JPEG or PNG). It is drawn anew, without whatever else was in the file."""


@router.post("/members/{id}/photo", **done())
async def take_member_photo(member_id: Id, body: NewPhoto, write: Changes) -> Response:
    """Keep the picture that the member's card shows, sealed with the member's key."""
    clean = await run_in_threadpool(body.cleaned, write.parts.settings)
    if clean.media_type == PDF:
        raise wrong_field("media_type", "a photo is a JPEG or PNG picture")
    contents = PersonalContents(write.parts.desk.store)
    digest = await run_in_threadpool(contents.keep, member_id, clean.content, dry_run=write.dry_run)
    photo = member_profiles.Photo(member_id, clean.media_type, len(clean.content), digest)
    return await write(body, member_profiles.take_photo, photo)


@router.get("/members/{id}/photo", response_class=Response, responses={200: PICTURE})
async def show_member_photo(
    member_id: Id, read: Annotated[Read, Depends(Reads(PROFILES))]
) -> Response:
    """The member's photo."""
    read.nothing_else()
    await read.check_there(member_id)
    parts = read.parts
    row = await parts.reading.row(
        "SELECT photo, photo_type FROM member_profiles WHERE tenant = %s AND member_id = %s",
        (parts.settings.tenant, member_id),
    )
    if row is None or not row[0]:
        raise not_found()
    contents = PersonalContents(parts.desk.store)
    content = await run_in_threadpool(contents.find, member_id, row[0])
    if content is None:
        raise not_found()
    return Response(content, media_type=row[1], headers={"X-Content-SHA256": row[0]})
