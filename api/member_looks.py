"""Who looked at a member's data: for the member, and for those who see to it that nobody pries."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Response
from pydantic import BaseModel

from api.envelope import Success, success
from api.fields import Id
from api.readable import MEMBERS
from api.reads import Read, Reads
from api.routing import resource_router

router = resource_router("/api/v1/members", "Member Management")

MOST = 500


class Looked(BaseModel):
    """`actor` is who asked, `place` the address without what was searched for."""

    looked_at: datetime
    actor: str
    place: str
    purpose: str


@router.get("/{id}/access-log", response_model=Success[list[Looked]])
async def show_who_looked(
    member_id: Id, read: Annotated[Read, Depends(Reads(MEMBERS))]
) -> Response:
    """Who of the insurer looked at this member's data, the latest first, and for which purpose
    where one was said. Looking here is noted, too."""
    read.nothing_else()
    await read.check_there(member_id)
    looks = await read.parts.looks.of(member_id, MOST)
    return success([look_of(one) for one in looks])


def look_of(one: object) -> dict[str, object]:
    return Looked.model_validate(one, from_attributes=True).model_dump()
