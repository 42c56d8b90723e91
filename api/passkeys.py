"""Passkeys over HTTP: registered, listed, renamed, removed, and signed in with.

A passkey is a key in a device that signs after a fingerprint, a face or a PIN: it stands for both
factors. Who has one signs in by it alone, or completes a sign-in that a password began.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import AwareDatetime, BaseModel, Field

from adapters.passkeys import Passkey, PasskeyRefused, challenge_of, credential_id
from api.access import Caller
from api.envelope import Success, success
from api.errors import SIGN_IN_FAILED, Problem, not_found, wrong_field
from api.fields import Body, Id, Name
from api.identity import Secret, SignedIn, Started, begin, context_of, count_try, tokens
from api.parts import Parts, parts_of
from api.proving import prove_anew
from api.routing import resource_router
from api.second_factor import Again, awaited
from api.sign_in import Anybody, Oneself, why_not
from api.staff_sign_in import asks_directory, first_proof
from commands.identity import passkeys
from commands.identity.signing_in import refuse_sign_in
from domain.user.state import PASSKEY

router = resource_router("/api/v1/auth/passkeys", "Passkeys")

REGISTER, SIGN = "passkey register", "passkey sign"
NOT_GOOD = "This passkey is not good here: sign in another way."
Credential = Annotated[
    dict[str, Any],
    Field(
        max_length=20,
        examples=[{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}],
    ),
]


class Asked(Body):
    """With the token of a sign-in that a password began, that user's passkeys are asked for."""

    second_factor_token: Secret | None = None


class Shown(Asked):
    """What `navigator.credentials.get` answered."""

    credential: Credential


class NewPasskey(Body):
    """What `navigator.credentials.create` answered; `name` tells one's devices apart."""

    name: Name = Field(examples=["the phone"])
    credential: Credential


class Called(Body):
    name: Name = Field(examples=["the old phone"])


class Options(BaseModel):
    """What the browser's `navigator.credentials` takes as `publicKey`."""

    options: dict[str, Any]


class PasskeyShown(BaseModel):
    id: UUID
    name: str
    added_at: AwareDatetime
    last_used_at: AwareDatetime | None = None


class PasskeyList(BaseModel):
    results: list[PasskeyShown]
    count: int


@router.get("", response_model=Success[PasskeyList])
async def list_passkeys(request: Request, caller: Oneself) -> Response:
    """One's own passkeys."""
    found = await run_in_threadpool(parts_of(request).passkeys.of_user, caller.user.user_id)
    shown = [
        {"id": it.passkey_id, "name": it.name, "added_at": it.added_at,
         "last_used_at": it.last_used_at} for it in found
    ]  # fmt: skip
    return success({"results": shown, "count": len(shown)})


@router.post("/register-options", response_model=Success[Options])
async def begin_passkey(request: Request, caller: Oneself, body: Again | None = None) -> Response:
    """What one's device is asked for to make a passkey."""
    await prove_anew(request, caller, body.password if body else None)
    parts, user = parts_of(request), caller.user
    known = await run_in_threadpool(parts.passkeys.of_user, user.user_id)
    challenge = await run_in_threadpool(
        parts.challenges.make, REGISTER, parts.desk.clock.now(), user.user_id
    )
    asked = parts.party.asked_to_register(challenge, user.user_id, user.username, known)
    return success({"options": asked})


@router.post("", response_model=Success[PasskeyShown])
async def add_passkey(body: NewPasskey, request: Request, caller: Oneself) -> Response:
    """Have a passkey count from now on, as a way in and as a second factor."""
    parts = parts_of(request)
    added = await run_in_threadpool(_add, parts, caller, body)
    parts.forget(caller.user.user_id, caller.session_id)
    shown = {"id": added.passkey_id, "name": added.name, "added_at": added.added_at}
    return success({**shown, "last_used_at": None}, "The passkey counts from now on.")


@router.put("/{id}", response_model=Success[None])
async def rename_passkey(
    passkey_id: Id, body: Called, request: Request, caller: Oneself
) -> Response:
    """Call one's passkey otherwise."""
    parts, user = parts_of(request), caller.user
    context = context_of(parts, caller)
    await run_in_threadpool(
        passkeys.rename_passkey, parts.desk, context, user.user_id, passkey_id, body.name
    )
    return success(None, "Renamed.")


@router.delete("/{id}", response_model=Success[None])
async def remove_passkey(
    passkey_id: Id, request: Request, caller: Oneself, body: Again | None = None
) -> Response:
    """Have one's passkey count no more."""
    await prove_anew(request, caller, body.password if body else None)
    parts, user = parts_of(request), caller.user
    context = context_of(parts, caller)
    await run_in_threadpool(passkeys.remove_passkey, parts.desk, context, user.user_id, passkey_id)
    parts.forget(user.user_id, caller.session_id)
    return success(None, "The passkey counts no more.")


@router.post("/options", response_model=Success[Options])
async def ask_for_passkey(body: Asked, request: Request, _: Anybody) -> Response:
    """What a device is asked to sign. Who has passkeys is not told."""
    parts = parts_of(request)
    await count_try(parts, request, "passkey asked")
    known: list[Passkey] = []
    if body.second_factor_token is not None:
        user = await run_in_threadpool(awaited, parts, body.second_factor_token)
        known = await run_in_threadpool(parts.passkeys.of_user, user.user_id)
    now = parts.desk.clock.now()
    challenge = await run_in_threadpool(parts.challenges.make, SIGN, now)
    return success({"options": parts.party.asked_to_sign(challenge, known)})


@router.post("/sign-in", response_model=Success[SignedIn])
async def sign_in_by_passkey(body: Shown, request: Request, _: Anybody) -> Response:
    """Sign in by a passkey alone, or complete a sign-in that a password began."""
    parts = parts_of(request)
    await count_try(parts, request, "passkey")
    started = await run_in_threadpool(_sign_in, parts, body)
    return success(await tokens(parts, started), "Signed in.")


@router.post("/prove", response_model=Success[None])
async def prove_by_passkey(body: Shown, request: Request, caller: Oneself) -> Response:
    """Show one's passkey again: it stands for the next approvals of money."""
    parts = parts_of(request)
    await count_try(parts, request, f"passkey|{caller.user.user_id}")
    await run_in_threadpool(_prove, parts, caller, body)
    parts.forget(caller.user.user_id, caller.session_id)
    minutes = parts.settings.step_up_minutes
    return success(None, f"Approvals need no further proof for {minutes} minutes.")


def _add(parts: Parts, caller: Caller, body: NewPasskey) -> Passkey:
    user, context = caller.user, context_of(parts, caller)
    now = context.recorded_at
    try:
        challenge = challenge_of(body.credential)
        if parts.challenges.take(challenge, REGISTER, now, user.user_id) is None:
            raise PasskeyRefused("nobody was asked for this")
        made = parts.party.registered(body.credential, challenge)
    except PasskeyRefused as refused:
        raise wrong_field("credential", "is not what your device was asked for") from refused
    passkey = Passkey(parts.desk.ids.new(), user.user_id, *made, body.name.strip(), now)
    passkeys.add_passkey(parts.desk, context, caller.session_id, passkey)
    return passkey


def _sign_in(parts: Parts, body: Shown) -> Started:
    passkey, count = _signed(parts, body)
    user = parts.identities.by_id(passkey.user_id)
    if user is None:
        raise Problem(SIGN_IN_FAILED, NOT_GOOD)
    proofs: tuple[str, ...] = (PASSKEY,)
    if body.second_factor_token is not None:
        if awaited(parts, body.second_factor_token).user_id != user.user_id:
            raise Problem(SIGN_IN_FAILED, NOT_GOOD)
        proofs = (*first_proof(parts, user), PASSKEY)
    elif user.provided or asks_directory(parts, user, user.username):
        # Whoever vouches for them says every time whether they still belong to the insurer.
        raise Problem(SIGN_IN_FAILED, "Sign in with your name and password first.")
    if why := why_not(parts, user, good=True):
        refuse_sign_in(parts.desk, context_of(parts, user), user.user_id, why)
        raise Problem(SIGN_IN_FAILED, NOT_GOOD)
    passkeys.use_passkey(parts.desk, context_of(parts, user), passkey, count)
    return begin(parts, user, proofs, body.second_factor_token or "")


def _prove(parts: Parts, caller: Caller, body: Shown) -> None:
    passkey, count = _signed(parts, body)
    if passkey.user_id != caller.user.user_id:
        raise not_found()
    context = context_of(parts, caller)
    passkeys.use_passkey(parts.desk, context, passkey, count, caller.session_id)


def _signed(parts: Parts, body: Shown) -> tuple[Passkey, int]:
    """The passkey that has signed what was asked, and its count; raises Problem."""
    now, known = parts.desk.clock.now(), None
    try:
        challenge = challenge_of(body.credential)
        if parts.challenges.take(challenge, SIGN, now) is None:
            raise PasskeyRefused("nobody was asked for this")
        known = parts.passkeys.by_credential(credential_id(body.credential))
        if known is None:
            raise PasskeyRefused("nobody has this passkey")
        return known, parts.party.signed(body.credential, challenge, known)
    except PasskeyRefused as refused:
        user = None if known is None else parts.identities.by_id(known.user_id)
        if user is not None:
            refuse_sign_in(parts.desk, context_of(parts, user), user.user_id, PASSKEY)
        raise Problem(SIGN_IN_FAILED, NOT_GOOD) from refused
