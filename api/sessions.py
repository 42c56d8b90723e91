"""Sign-ins that run or ran: one's own, and for those who look after users, everybody's."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from api.access import Caller, Signed
from api.documentation import listed, single
from api.envelope import Success, success
from api.errors import not_found
from api.fields import Id
from api.identity import context_of
from api.ownership import Told
from api.parts import Parts, parts_of
from api.readable import SESSIONS
from api.reads import Read, Reads
from api.roles import CHANGE_USER, OUTSIDE, OWN_ACCOUNT, VIEW_USER
from api.routing import resource_router
from commands.identity import users

router = resource_router("/api/v1/sessions", "Session Management")

OWN_SIGN_INS = Told(dict.fromkeys(OUTSIDE, "the own sign-ins"))
OfSessions = Annotated[Read, Depends(Reads(SESSIONS, OWN_ACCOUNT, whose=OWN_SIGN_INS))]
Oneself = Annotated[Caller, Depends(Signed(OWN_ACCOUNT))]


class Ended(BaseModel):
    id: UUID


def seen_by(read: Read) -> Read:
    """Everybody's for those who may see users, one's own for all others."""
    caller = read.caller
    if caller.may(VIEW_USER):
        return read
    read.within = True  # below oneself, so to speak: all fields, no other rule of visibility
    return read.only(user_id=caller.user.user_id)


@router.get("", **listed(SESSIONS))
async def list_sessions(read: OfSessions) -> Response:
    """Sign-ins, filtered, sorted, page by page."""
    return await seen_by(read).page()


@router.get("/active", **listed(SESSIONS))
async def list_active_sessions(read: OfSessions) -> Response:
    """Sign-ins that were not ended."""
    return await seen_by(read).only(running=True).page()


@router.delete("/revoke-all", response_model=Success[None])
async def revoke_all_sessions(request: Request, caller: Oneself) -> Response:
    """End every other sign-in of one's own."""
    parts = parts_of(request)
    context = context_of(parts, caller, "revoked")
    await run_in_threadpool(
        users.end_all_sessions, parts.desk, context, caller.user.user_id, caller.session_id
    )
    return success(None, "Every other sign-in has ended.")


@router.get("/{id}", **single(SESSIONS))
async def show_session(session_id: Id, read: OfSessions) -> Response:
    """One sign-in."""
    return await seen_by(read).one(session_id)


@router.delete("/{id}", response_model=Success[Ended])
async def end_session(session_id: Id, request: Request, caller: Oneself) -> Response:
    """End a sign-in: neither of its tokens is good from now on."""
    return await _ended(parts_of(request), caller, session_id)


@router.post("/{id}/revoke", response_model=Success[Ended])
async def revoke_session(session_id: Id, request: Request, caller: Oneself) -> Response:
    """The same, under another name."""
    return await _ended(parts_of(request), caller, session_id)


async def _ended(parts: Parts, caller: Caller, session_id: UUID) -> Response:
    owner = await run_in_threadpool(parts.identities.owner_of, session_id)
    mine = owner == caller.user.user_id
    if owner is None or not (mine or caller.may(CHANGE_USER)):
        raise not_found()
    context = context_of(parts, caller, "revoked")
    await run_in_threadpool(users.end_session, parts.desk, context, owner, session_id)
    parts.forget(owner, session_id)
    return success({"id": session_id}, "The sign-in has ended.")
