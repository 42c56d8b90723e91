"""The second factor: an authenticator is set up, shown a code of, and taken away."""

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from adapters.identities import Purpose, User
from api.access import Caller
from api.envelope import Success, success
from api.errors import SIGN_IN_FAILED, SIGN_IN_FIRST, Problem, wrong_field
from api.fields import Body
from api.identity import (
    OneTimeCode,
    Secret,
    SignedIn,
    Started,
    begin,
    context_of,
    count_guess,
    guessed_right,
    tokens,
)
from api.parts import Parts, parts_of
from api.proving import prove_anew
from api.routing import resource_router
from api.sign_in import Anybody, Oneself
from api.staff_sign_in import first_proof
from commands.identity import signing_in
from commands.identity.users import of_user
from domain.user.decide import RefuseSignIn

router = resource_router("/api/v1/security/mfa", "Audit & Security")


class Offered(BaseModel):
    """The secret, and as an address for a QR code; it counts once a code of it was shown."""

    secret: str
    otpauth_uri: str


class Again(Body):
    """The password again, where the sign-in is not of the last minutes."""

    password: Secret | None = None


class Code(Body):
    code: OneTimeCode


class CodeOfSignIn(Code):
    """With the token of a sign-in it completes that; without, it confirms one's authenticator."""

    second_factor_token: Secret | None = None


@router.post("/enable", response_model=Success[Offered])
async def offer_authenticator(
    request: Request, caller: Oneself, body: Again | None = None
) -> Response:
    """Set up an authenticator: show a code of it to `/security/mfa/verify`, then it counts."""
    await prove_anew(request, caller, body.password if body else None)
    parts, user = parts_of(request), caller.user
    known = await run_in_threadpool(parts.identities.secrets_of, user.user_id)
    if known is not None and known.totp_on:
        raise wrong_field("code", "there is an authenticator already: take it away first")
    secret = parts.factors.new()
    sealed = parts.factors.sealed(secret, user.user_id)
    context = context_of(parts, user)
    await run_in_threadpool(
        signing_in.offer_authenticator, parts.desk, context, user.user_id, sealed
    )
    address = parts.factors.address(secret, user.username)
    return success({"secret": secret, "otpauth_uri": address}, "Show a code of it.")


@router.post("/verify", response_model=Success[SignedIn | None])
async def verify_code(body: CodeOfSignIn, request: Request, caller: Anybody) -> Response:
    """Show a code: it completes a sign-in, has one's new authenticator count, or stands for the
    next approvals of money."""
    parts = parts_of(request)
    if body.second_factor_token is not None:
        user = await run_in_threadpool(awaited, parts, body.second_factor_token)
        await count_guess(parts, request, f"code|{user.user_id}")
        started = await run_in_threadpool(_complete, parts, user, body)
        await guessed_right(parts, request, f"code|{user.user_id}")
        return success(await tokens(parts, started), "Signed in.")
    if caller is None:
        raise Problem(SIGN_IN_FIRST)
    await count_guess(parts, request, f"code|{caller.user.user_id}")
    said = await run_in_threadpool(_confirm, parts, caller, body.code)
    await guessed_right(parts, request, f"code|{caller.user.user_id}")
    parts.forget(caller.user.user_id, caller.session_id)
    return success(None, said)


@router.post("/disable", response_model=Success[None])
async def remove_authenticator(body: Code, request: Request, caller: Oneself) -> Response:
    """Take one's authenticator away, with a last code of it."""
    parts, user = parts_of(request), caller.user
    await count_guess(parts, request, f"code|{user.user_id}")
    await run_in_threadpool(_remove, parts, user, body.code)
    await guessed_right(parts, request, f"code|{user.user_id}")
    return success(None, "Codes are not asked for any more.")


def awaited(parts: Parts, token: str) -> User:
    """Whose sign-in waits for a second factor; raises Problem for a token that is not good."""
    now = parts.desk.clock.now()
    user_id = parts.identities.of_link(token, Purpose.SECOND_FACTOR, now)
    user = None if user_id is None else parts.identities.by_id(user_id)
    if user is None or not user.active:
        raise Problem(SIGN_IN_FAILED, "This sign-in has ended: begin again.")
    return user


def _complete(parts: Parts, user: User, body: CodeOfSignIn) -> Started:
    step, _ = _step(parts, user, body.code)
    if step is None:
        context = context_of(parts, user)
        of_user(parts.desk, context, user.user_id, RefuseSignIn("code"))
        raise Problem(SIGN_IN_FAILED, "The code is not right.")
    signing_in.spend_code(parts.desk, context_of(parts, user), user.user_id, step)
    proofs = (*first_proof(parts, user), "totp")
    return begin(parts, user, proofs, body.second_factor_token or "")


def _confirm(parts: Parts, caller: Caller, code: str) -> str:
    """Have a new authenticator count, or take the code for approvals of money."""
    user, session = caller.user, caller.session_id
    step, sealed = _step(parts, user, code)
    if step is None or sealed is None:
        raise wrong_field("code", "is not the code of now")
    context = context_of(parts, user)
    known = parts.identities.secrets_of(user.user_id)
    if known is not None and known.totp_on:
        signing_in.show_code(parts.desk, context, user.user_id, session, step)
        return f"Approvals need no further code for {parts.settings.step_up_minutes} minutes."
    signing_in.confirm_authenticator(parts.desk, context, user.user_id, session, sealed, step)
    return "From now on a sign-in needs a code."


def _remove(parts: Parts, user: User, code: str) -> None:
    step, _ = _step(parts, user, code)
    if step is None:
        raise wrong_field("code", "is not the code of now")
    signing_in.remove_authenticator(parts.desk, context_of(parts, user), user.user_id, step)


def _step(parts: Parts, user: User, code: str) -> tuple[int | None, bytes | None]:
    known = parts.identities.secrets_of(user.user_id)
    if known is None or known.totp is None:
        return None, None
    now = parts.desk.clock.now()
    return parts.factors.step_of(code, known.totp, user.user_id, now), known.totp
