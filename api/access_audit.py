"""What happened when people signed in or tried to, and how their rights changed."""

from typing import Annotated

from fastapi import Depends, Response

from api.documentation import listed
from api.readable import AUTHENTICATION_EVENTS, PERMISSION_CHANGES
from api.reads import Read, Reads
from api.routing import resource_router

router = resource_router("/api/v1/audit", "Audit & Security")

Events = Annotated[Read, Depends(Reads(AUTHENTICATION_EVENTS))]


@router.get("/login-attempts", **listed(AUTHENTICATION_EVENTS))
async def list_login_attempts(read: Events) -> Response:
    """Who signed in, and who was turned away and why."""
    return await read.only(attempt=True).page()


@router.get("/authentication-events", **listed(AUTHENTICATION_EVENTS))
async def list_authentication_events(read: Events) -> Response:
    """Everything that happened to anybody's access."""
    return await read.page()


@router.get("/permission-changes", **listed(PERMISSION_CHANGES))
async def list_permission_changes(
    read: Annotated[Read, Depends(Reads(PERMISSION_CHANGES))],
) -> Response:
    """Which roles were given to whom, and taken from whom."""
    return await read.page()
