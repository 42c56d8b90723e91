"""Signing in with a name and a password, staying signed in, and signing out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field, StringConstraints

from adapters.identities import RenewalRefused, User
from adapters.rate_limit import LimiterAway
from api.access import Allowed, Caller, Signed
from api.envelope import Success, success
from api.errors import SIGN_IN_FAILED, TOO_MANY, UNAVAILABLE, Problem
from api.fields import Body, Name
from api.parts import Parts, parts_of
from api.roles import OWN_ACCOUNT, PUBLIC, permitted
from api.routing import resource_router

router = resource_router("/api/v1/auth", "Authentication")

Secret = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=256)]


class SignIn(Body):
    username: Name = Field(examples=["asha.mtei"])
    password: Secret = Field(examples=["correct horse battery staple"])


class Renewal(Body):
    refresh_token: Secret


class Profile(BaseModel):
    """Who is signed in, and what they may do."""

    id: UUID
    username: str
    name: str
    kind: str
    roles: list[str]
    permissions: list[str]
    subject_id: UUID | None = None


class SignedIn(BaseModel):
    """`expires_in` are the seconds that the access token is good; then it is renewed."""

    access_token: str
    refresh_token: str
    token_type: str = "Bearer"  # noqa: S105  # the kind of token, not a token
    expires_in: int
    user: Profile


@router.post("/login", response_model=Success[SignedIn])
async def sign_in(
    body: SignIn, request: Request, _: Annotated[Caller | None, Depends(Allowed(PUBLIC))]
) -> Response:
    """Sign in with a name and a password."""
    parts = parts_of(request)
    await _count_try(parts, request, body.username)
    # argon2 takes its time on purpose: never on the event loop.
    started = await run_in_threadpool(_start, parts, body)
    if started is None:
        raise Problem(SIGN_IN_FAILED, "The name or the password is not right.")
    return success(_tokens(parts, started), "Signed in.")


@router.post("/refresh", response_model=Success[SignedIn])
async def refresh_sign_in(
    body: Renewal, request: Request, _: Annotated[Caller | None, Depends(Allowed(PUBLIC))]
) -> Response:
    """Renew a sign-in: its token is used up; one that was used before ends the sign-in."""
    parts = parts_of(request)
    renewed = await run_in_threadpool(_renew, parts, body.refresh_token)
    if renewed is None:
        raise Problem(SIGN_IN_FAILED, "This sign-in has ended: sign in again.")
    return success(_tokens(parts, renewed), "Renewed.")


@router.post("/logout", response_model=Success[None])
async def sign_out(
    request: Request, caller: Annotated[Caller, Depends(Signed(OWN_ACCOUNT))]
) -> Response:
    """End this sign-in: neither of its tokens is good from now on."""
    parts = parts_of(request)
    await run_in_threadpool(
        parts.identities.end_session, caller.session_id, datetime.now(UTC), "signed out"
    )
    parts.forget(caller.user.user_id, caller.session_id)
    return success(None, "Signed out.", headers={"Clear-Site-Data": '"cache", "storage"'})


@router.get("/profile", response_model=Success[Profile])
async def show_profile(caller: Annotated[Caller, Depends(Signed(OWN_ACCOUNT))]) -> Response:
    """Who is signed in, and what they may do."""
    return success(profile(caller.user, caller.permissions))


def profile(user: User, permissions: frozenset[str]) -> dict[str, object]:
    return {
        "id": user.user_id,
        "username": user.username,
        "name": user.display_name,
        "kind": user.kind,
        "roles": sorted(user.roles),
        "permissions": sorted(permissions),
        "subject_id": user.subject_id,
    }


@dataclass(frozen=True, slots=True)
class Started:
    user: User
    session_id: UUID
    renewal: str


async def _count_try(parts: Parts, request: Request, username: str) -> None:
    """Bound the guesses at one name; where nobody counts, nobody signs in."""
    if not parts.settings.rate_limits:
        return
    host = request.client.host if request.client else "local"
    who = sha256(f"{username.lower()}|{host}".encode()).hexdigest()
    try:
        allowance = await parts.limiter.take(f"sign-in|{who}", parts.settings.limit_sign_in)
    except LimiterAway as away:
        raise Problem(UNAVAILABLE, "Signing in is not possible for the moment.") from away
    if not allowance.allowed:
        seconds = -(-allowance.retry_ms // 1000)
        raise Problem(
            TOO_MANY,
            "Too many tries to sign in: wait a little.",
            {"retry_after_seconds": seconds},
            {"Retry-After": str(seconds)},
        )


def _start(parts: Parts, body: SignIn) -> Started | None:
    found = parts.identities.named(body.username)
    user, stored = found or (None, None)
    good, renewed = parts.passwords.matches(body.password, stored)
    if user is None or not good or not user.active:
        return None
    if renewed is not None:
        parts.identities.set_password(user.user_id, renewed)
    now = datetime.now(UTC)
    session_id = uuid4()
    until = now + timedelta(days=parts.settings.session_days)
    renewal = parts.identities.start_session(user.user_id, session_id, now, until)
    return Started(user, session_id, renewal)


def _renew(parts: Parts, token: str) -> Started | None:
    now = datetime.now(UTC)
    try:
        user_id, session_id, renewal = parts.identities.renew(token, now)
    except RenewalRefused:
        return None
    user = parts.identities.signed_in(user_id, session_id, now)
    return None if user is None else Started(user, session_id, renewal)


def _tokens(parts: Parts, started: Started) -> dict[str, object]:
    user = started.user
    now = datetime.now(UTC)
    return {
        "access_token": parts.tokens.issue(user.user_id, started.session_id, now),
        "refresh_token": started.renewal,
        "token_type": "Bearer",
        "expires_in": int(parts.tokens.lifetime.total_seconds()),
        "user": profile(user, permitted(user.kind, user.roles)),
    }
