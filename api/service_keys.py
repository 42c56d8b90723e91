"""Keys of services over HTTP, and the token that one is exchanged for (OAuth 2.0, RFC 6749, 4.4).

A service sends its key with every request (`Authorization: ApiKey bima_…`), or exchanges it for an
access token of some minutes as OAuth's client credentials do. Either opens what the key was made
for and the roles of the service permit, whichever is less.
"""

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from fastapi import Depends, Form, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from adapters.service_keys import Acting
from api.access import Caller, Signed
from api.answers import Done, done
from api.envelope import Answer, Success, stamp, success
from api.errors import SIGN_IN_FAILED, Problem, not_found, wrong_field
from api.fields import Asked, Code, Id, Name, OptionalWords
from api.identity import context_of, count_try
from api.parts import Parts, parts_of
from api.roles import CHANGE_USER, OWN_ACCOUNT, VIEW_USER
from api.routing import resource_router
from api.sign_in import Anybody
from api.writing import Write, Writes
from commands.identity import service_keys
from commands.identity.service_keys import NewKey, sign_in_by_key
from domain.user.keys import LONGEST_DAYS

router = resource_router("/api/v1", "Service Keys")

Changes = Annotated[Write, Depends(Writes(CHANGE_USER))]
KeyId = Annotated[UUID, Path()]
Opened = Annotated[tuple[Code, ...], Field(min_length=1, max_length=200)]
BAD_CLIENT = "The client id or the key is not good."


class AskedKey(Asked):
    """`permissions` are those of the service's roles that the key opens."""

    name: Name = Field(examples=["claims gateway"])
    permissions: Opened = Field(examples=[["claims.view_claim"]])
    days: int = Field(90, ge=1, le=LONGEST_DAYS)


class Rotation(Asked):
    """For `overlap_hours` the old key is good as well, so that programs change over."""

    overlap_hours: int = Field(24, ge=0, le=168)


class Issued(Done):
    """The key itself is told this once, and not again when the request is repeated."""

    key_id: UUID
    expires_at: datetime
    key: str | None = None


class Key(BaseModel):
    key_id: UUID
    name: str
    permissions: list[str]
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


class Keys(BaseModel):
    results: list[Key]
    count: int


class Grant(BaseModel):
    """RFC 6749, 4.4.2; the credentials may come by HTTP Basic instead. `scope` is permissions with
    blanks between them: fewer than the key opens, never more."""

    grant_type: Literal["client_credentials"]
    client_id: Annotated[str, Field(max_length=64)] = ""
    client_secret: Annotated[str, Field(max_length=128)] = ""
    scope: Annotated[str, Field(max_length=4_000)] = ""


class ServiceToken(BaseModel):
    access_token: str
    token_type: str = "Bearer"  # noqa: S105  # the kind of token, not a token
    expires_in: int
    scope: str


class Granted(Success[ServiceToken]):
    """The same beside `data`, where RFC 6749 has its clients look for it."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


@router.get("/users/{id}/keys", response_model=Success[Keys])
async def list_keys(
    user_id: Id, request: Request, _: Annotated[Caller, Depends(Signed(VIEW_USER))]
) -> Response:
    """The keys of a service: what they open, until when, and when they were last used."""
    parts = parts_of(request)
    if await run_in_threadpool(parts.identities.by_id, user_id) is None:
        raise not_found()
    found = await run_in_threadpool(parts.keys.of_user, user_id)
    shown = [
        {name: getattr(key, name) for name in Key.model_fields} for key in found
    ]  # the answer shows instants as everywhere
    return success({"results": shown, "count": len(shown)})


@router.post("/users/{id}/keys", response_model=Success[Issued])
async def issue_key(user_id: Id, body: AskedKey, write: Changes) -> Response:
    """Give a service a key; it is told this once."""
    user = await run_in_threadpool(write.parts.identities.by_id, user_id)
    if user is None:
        raise not_found()
    held = await write.parts.may(user) - {OWN_ACCOUNT}
    if strange := sorted(set(body.permissions) - held):
        raise wrong_field("permissions", f"the service's roles do not give {', '.join(strange)}")
    new = NewKey(body.name, body.permissions, body.days)
    return await write(body, service_keys.issue_key, user_id, new)


@router.post("/users/{id}/keys/{key_id}/rotate", response_model=Success[Issued])
async def rotate_key(user_id: Id, key_id: KeyId, body: Rotation, write: Changes) -> Response:
    """Another key for the same, told this once; the old one ends a little later."""
    overlap = timedelta(hours=body.overlap_hours)
    return await write(body, service_keys.rotate_key, user_id, key_id, overlap)


@router.delete("/users/{id}/keys/{key_id}", **done())
async def revoke_key(
    user_id: Id, key_id: KeyId, write: Changes, body: OptionalWords = None
) -> Response:
    """Refuse a key, and every token that was issued for it, within seconds."""
    return await write(body, service_keys.revoke_key, user_id, key_id)


@router.post("/auth/token", response_model=Granted)
async def grant_token(body: Annotated[Grant, Form()], request: Request, _: Anybody) -> Response:
    """Exchange a service's key for an access token (OAuth 2.0 client credentials)."""
    parts = parts_of(request)
    client_id, secret = _credentials(request, body)
    await count_try(parts, request, f"client|{client_id}")
    acting = await run_in_threadpool(parts.keys.acting, secret, datetime.now(UTC))
    if acting is None or str(acting.key_id) != client_id.lower():
        raise Problem(SIGN_IN_FAILED, BAD_CLIENT)
    acting = _narrowed(acting, body.scope, await parts.may(acting.user))
    granted = await run_in_threadpool(_granted, parts, acting)
    content = {"success": True, "data": granted, "message": "Granted.", "timestamp": stamp(None)}
    return Answer(msgspec.json.encode({**content, **granted}))


def _credentials(request: Request, body: Grant) -> tuple[str, str]:
    """Client id and key, by HTTP Basic or in the body, and not by both (RFC 6749, 2.3)."""
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return body.client_id, body.client_secret
    if body.client_secret:
        raise wrong_field("client_secret", "comes in one way, not in two")
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Problem(SIGN_IN_FAILED, BAD_CLIENT) from error
    return client_id[:64], secret[:128]


def _narrowed(acting: Acting, asked: str, may: frozenset[str]) -> Acting:
    """Who acts, with what was asked for alone; raises Problem for more than the key opens."""
    wanted = frozenset(asked.split()) or may
    if strange := sorted(wanted - may):
        raise wrong_field("scope", f"the key does not open {', '.join(strange)[:200]}")
    return acting.opening(wanted)


def _granted(parts: Parts, acting: Acting) -> dict[str, object]:
    context, session_id = context_of(parts, acting.user), parts.desk.ids.new()
    now = context.recorded_at
    until = min(now + parts.tokens.lifetime, acting.expires_at)
    sign_in_by_key(parts.desk, context, acting, session_id, until)
    return {
        "access_token": parts.tokens.issue(acting.user.user_id, session_id, now),
        "token_type": "Bearer",
        "expires_in": int((until - now).total_seconds()),
        "scope": " ".join(sorted(acting.user.scope or ())),
    }
