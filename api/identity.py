"""What the operations of signing in share: their context, bounds on guessing, and the answers."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, Field, StringConstraints

from adapters.identities import User
from adapters.rate_limit import BackOff, LimiterAway
from api.access import Caller
from api.errors import TOO_MANY, UNAVAILABLE, Problem
from api.parts import Parts
from commands.context import Context
from commands.identity.signing_in import start_session

Secret = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=256)]
OneTimeCode = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[0-9]{6}$"), Field(examples=["492039"])
]


NO_SIGN_IN = "Signing in is not possible for the moment."
GUESSES = BackOff(free=10, first=60, longest=86_400)
"""Ten in a row, then one after a minute, after two, four … a day: 10,000 tries take decades."""


class Profile(BaseModel):
    """Who is signed in, and what they may do."""

    id: UUID
    username: str
    name: str
    email: str
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


@dataclass(frozen=True, slots=True)
class Started:
    user: User
    session_id: UUID
    renewal: str


def profile(user: User, permissions: frozenset[str]) -> dict[str, object]:
    return {
        "id": user.user_id,
        "username": user.username,
        "name": user.display_name,
        "email": user.email,
        "kind": user.kind,
        "roles": sorted(user.roles),
        "permissions": sorted(permissions),
        "subject_id": user.subject_id,
    }


async def tokens(parts: Parts, started: Started) -> dict[str, object]:
    """The answer to a sign-in that has begun or was renewed."""
    user, now = started.user, parts.desk.clock.now()
    return {
        "access_token": parts.tokens.issue(user.user_id, started.session_id, now),
        "refresh_token": started.renewal,
        "token_type": "Bearer",
        "expires_in": int(parts.tokens.lifetime.total_seconds()),
        "user": profile(user, await parts.may(user)),
    }


def context_of(parts: Parts, who: User | Caller, reason: str = "") -> Context:
    """What surrounds a command that somebody gives about their own access."""
    user = who.user if isinstance(who, Caller) else who
    command = parts.desk.ids.new()
    clock = parts.desk.clock
    return Context(user.actor, command, command, clock.now(), clock.today(), reason=reason)


def begin(parts: Parts, user: User, proofs: tuple[str, ...], link: str = "") -> Started:
    """Begin a sign-in of somebody who has proven to be themselves."""
    context, session_id = context_of(parts, user), parts.desk.ids.new()
    longest = timedelta(days=parts.settings.session_days)
    if user.provided:
        longest = min(longest, timedelta(hours=parts.settings.oidc_session_hours))
    until = context.recorded_at + longest
    renewal = start_session(
        parts.desk, context, user.user_id, session_id, proofs, until, link,
        parts.settings.most_sign_ins,
    )  # fmt: skip
    return Started(user, session_id, renewal)


async def count_try(parts: Parts, request: Request, what: str) -> None:
    """Bound the guesses at one secret from one address; where nobody counts, nobody guesses."""
    if not parts.settings.rate_limits:
        return
    try:
        limit = parts.settings.limit_sign_in
        allowance = await parts.limiter.take(f"sign-in|{_whose_try(request, what)}", limit)
    except LimiterAway as away:
        raise Problem(UNAVAILABLE, NO_SIGN_IN) from away
    if not allowance.allowed:
        raise _wait(-(-allowance.retry_ms // 1000))


async def count_guess(parts: Parts, request: Request, what: str) -> None:
    """The same for what is guessed in a row: after some wrong tries each has to wait longer.

    A right one is told by `guessed_right`, and the row ends.
    """
    await count_try(parts, request, what)
    if not parts.settings.rate_limits:
        return
    try:
        seconds = await parts.limiter.may_try(f"guess|{_whose_try(request, what)}", GUESSES)
    except LimiterAway as away:
        raise Problem(UNAVAILABLE, NO_SIGN_IN) from away
    if seconds:
        raise _wait(seconds)


async def guessed_right(parts: Parts, request: Request, what: str) -> None:
    """The row of wrong tries has ended."""
    if not parts.settings.rate_limits:
        return
    with suppress(LimiterAway):  # it was right all the same
        await parts.limiter.was_right(f"guess|{_whose_try(request, what)}")


def _whose_try(request: Request, what: str) -> str:
    host = request.client.host if request.client else "local"
    return sha256(f"{what.lower()}|{host}".encode()).hexdigest()


def _wait(seconds: int) -> Problem:
    return Problem(
        TOO_MANY,
        "Too many tries to sign in: wait a little.",
        {"retry_after_seconds": seconds},
        {"Retry-After": str(seconds)},
    )
