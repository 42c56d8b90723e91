"""Signing in with a name and a password, staying signed in, and signing out."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from adapters.identities import Kind, Purpose, RenewalRefused, User
from adapters.tokens import TokenRefused
from api.access import Allowed, Caller, Signed
from api.envelope import Success, success
from api.errors import SIGN_IN_FAILED, Problem
from api.fields import Body, Name, Word
from api.identity import (
    Profile,
    Secret,
    SignedIn,
    Started,
    begin,
    context_of,
    count_guess,
    guessed_right,
    profile,
    tokens,
)
from api.members import Email
from api.parts import Parts, parts_of
from api.proving import prove_anew
from api.roles import OWN_ACCOUNT, PUBLIC
from api.routing import resource_router
from api.staff_sign_in import asks_directory, first_proof, proven
from commands.identity import users
from commands.identity.signing_in import LINK_LIFETIME, make_link, refuse_sign_in
from domain.user.decide import ChangeUser

router = resource_router("/api/v1/auth", "Authentication")

Anybody = Annotated[Caller | None, Depends(Allowed(PUBLIC))]
Oneself = Annotated[Caller, Depends(Signed(OWN_ACCOUNT))]


class SignIn(Body):
    username: Name = Field(examples=["asha.mtei"])
    password: Secret = Field(examples=["correct horse battery staple"])


class Renewal(Body):
    refresh_token: Secret


class Token(Body):
    token: str = Field(max_length=4_096)


class OwnProfile(Body):
    """What people may correct of themselves; a new address asks for the password and is to be
    verified anew."""

    name: Name = Field(examples=["Asha Mtei"])
    email: Email = ""
    password: Secret | None = None
    reason: Word = ""


class CodeAsked(BaseModel):
    """The password was right; a second factor is needed as well.

    Within `expires_in` seconds, send `second_factor_token` with a code to `/security/mfa/verify`,
    or with what a passkey signed to `/auth/passkeys/sign-in`; `factors` are those that there are.
    """

    second_factor_required: bool = True
    factors: list[str] = ["totp"]
    second_factor_token: str
    expires_in: int


class Checked(BaseModel):
    """Whether a token is good now, for whom, and for how many seconds more."""

    active: bool
    user: Profile | None = None
    expires_in: int = 0


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A sign-in whose first step was right: the token to bring with one of the `factors`."""

    token: str
    factors: tuple[str, ...]

    def asked(self) -> dict[str, object]:
        return {
            "second_factor_required": True,
            "factors": self.factors,
            "second_factor_token": self.token,
            "expires_in": int(LINK_LIFETIME[Purpose.SECOND_FACTOR].total_seconds()),
        }


@router.post("/login", response_model=Success[SignedIn | CodeAsked])
async def sign_in(body: SignIn, request: Request, _: Anybody) -> Response:
    """Sign in with a name and a password."""
    parts = parts_of(request)
    began = monotonic()
    await count_guess(parts, request, body.username)
    # argon2 takes its time on purpose: never on the event loop.
    started = await run_in_threadpool(_start, parts, body)
    if started is None:
        await _as_long_as_any(parts, began)
        raise Problem(SIGN_IN_FAILED, "The name or the password is not right.")
    await guessed_right(parts, request, body.username)
    if isinstance(started, Awaiting):
        return success(started.asked(), "A second factor is needed as well.")
    return success(await tokens(parts, started), "Signed in.")


@router.post("/refresh", response_model=Success[SignedIn])
async def refresh_sign_in(body: Renewal, request: Request, _: Anybody) -> Response:
    """Renew a sign-in: its token is used up; one that was used before ends the sign-in."""
    parts = parts_of(request)
    renewed = await run_in_threadpool(_renew, parts, body.refresh_token)
    if renewed is None:
        raise Problem(SIGN_IN_FAILED, "This sign-in has ended: sign in again.")
    return success(await tokens(parts, renewed), "Renewed.")


@router.post("/logout", response_model=Success[None])
async def sign_out(request: Request, caller: Oneself) -> Response:
    """End this sign-in: neither of its tokens is good from now on."""
    parts = parts_of(request)
    context = context_of(parts, caller, "signed out")
    await run_in_threadpool(
        users.end_session, parts.desk, context, caller.user.user_id, caller.session_id
    )
    parts.forget(caller.user.user_id, caller.session_id)
    return success(None, "Signed out.", headers={"Clear-Site-Data": '"cache", "storage"'})


@router.post("/verify-token", response_model=Success[Checked])
async def verify_token(body: Token, request: Request, _: Anybody) -> Response:
    """Whether an access token is good now; why one is not, is not told."""
    parts = parts_of(request)
    now = datetime.now(UTC)
    nobody = success({"active": False, "user": None, "expires_in": 0})
    try:
        checked = parts.tokens.check(body.token, now)
    except TokenRefused:
        return nobody
    user = await parts.signed_in(checked)
    if user is None:
        return nobody
    left = int(checked.expires_at - now.timestamp())
    who = profile(user, await parts.may(user))
    return success({"active": True, "user": who, "expires_in": left})


@router.get("/profile", response_model=Success[Profile])
async def show_profile(caller: Oneself) -> Response:
    """Who is signed in, and what they may do."""
    return success(profile(caller.user, caller.permissions))


@router.put("/profile", response_model=Success[Profile])
async def correct_profile(body: OwnProfile, request: Request, caller: Oneself) -> Response:
    """Correct one's own name and address."""
    parts, user_id = parts_of(request), caller.user.user_id
    if body.email.strip() != caller.user.email:
        await prove_anew(request, caller, body.password, always=True)
    change = ChangeUser(body.name, body.email)
    context = context_of(parts, caller, body.reason)
    await run_in_threadpool(users.change_user, parts.desk, context, user_id, change)
    parts.forget(user_id, caller.session_id)
    now = await run_in_threadpool(parts.identities.by_id, user_id)
    assert now is not None
    return success(profile(now, caller.permissions), "Corrected.")


async def _as_long_as_any(parts: Parts, began: float) -> None:
    """Wait until a whole number of intervals has passed, so that what was done for a name that
    exists (the refusal is recorded) cannot be told from what was done for one that does not."""
    every = parts.refusals_take
    if every:
        await asyncio.sleep(every - (monotonic() - began) % every)


def _start(parts: Parts, body: SignIn) -> Started | Awaiting | None:
    """The sign-in that began, what it waits for, or None."""
    found = parts.identities.named(body.username)
    user, stored = found or (None, None)
    if asks_directory(parts, user, body.username):
        parts.passwords.matches(body.password, None)  # so that every name takes as long
        user = proven(parts, user, body.username, body.password)
        return None if user is None else second_step(parts, user, first_proof(parts, user))
    good, renewed = parts.passwords.matches(body.password, stored)
    if user is None:
        return None
    why = why_not(parts, user, good=good and not user.provided)
    if why:
        refuse_sign_in(parts.desk, context_of(parts, user), user.user_id, why)
        return None
    if renewed is not None:
        parts.identities.set_password(user.user_id, renewed)
    return second_step(parts, user, first_proof(parts, user))


def second_step(parts: Parts, user: User, proofs: tuple[str, ...]) -> Started | Awaiting:
    """The sign-in, or where the user has a second factor what it waits for."""
    known = parts.identities.secrets_of(user.user_id)
    if known is None or not known.second_factors:
        return begin(parts, user, proofs)
    context = context_of(parts, user)
    token = make_link(parts.desk, context, user.user_id, Purpose.SECOND_FACTOR)
    return Awaiting(token, known.second_factors)


def why_not(parts: Parts, user: User, *, good: bool) -> str:
    """Why somebody may not sign in; empty where they may."""
    if not good:
        return "password"
    if not user.active:
        return "locked"
    if user.kind is Kind.MEMBER and user.email:
        known = parts.identities.secrets_of(user.user_id)
        if known is not None and not known.email_verified:
            return "unverified"
    return ""


def _renew(parts: Parts, token: str) -> Started | None:
    now = datetime.now(UTC)
    try:
        idle = timedelta(hours=parts.settings.staff_idle_hours)
        user_id, session_id, renewal = parts.identities.renew(token, now, idle or None)
    except RenewalRefused:
        return None
    user = parts.identities.signed_in(user_id, session_id, now)
    return None if user is None else Started(user, session_id, renewal)
