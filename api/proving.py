"""Who changes how they are known proves anew that it is them: a sign-in that was left open is not
enough to take an account over (ASVS 7.5.1)."""

from datetime import UTC, datetime, timedelta

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from api.access import RFC_9470, Caller
from api.errors import SIGN_IN_FIRST, Problem, wrong_field
from api.identity import count_guess, guessed_right
from api.parts import Parts, parts_of

PASSWORD_FIRST = "Show your password again, or sign in anew."  # noqa: S105  # words, no password


async def prove_anew(
    request: Request, caller: Caller, password: str | None, *, always: bool = False
) -> None:
    """Raises Problem unless the caller has just signed in or shows the password again.

    With `always` whoever has a password shows it, however short ago they signed in.
    """
    parts = parts_of(request)
    found = await run_in_threadpool(parts.identities.secrets_of, caller.user.user_id)
    stored = None if found is None else found.password_hash
    if password is None or stored is None:
        if (stored is None or not always) and just_proven(parts, caller):
            return
        raise Problem(SIGN_IN_FIRST, PASSWORD_FIRST, {"step_up": "password"}, RFC_9470)
    await count_guess(parts, request, caller.user.username)
    good, _ = await run_in_threadpool(parts.passwords.matches, password, stored)
    if not good:
        raise wrong_field("password", "is not the password")
    await guessed_right(parts, request, caller.user.username)


def just_proven(parts: Parts, caller: Caller) -> bool:
    """Whether the caller signed in, or showed a second factor, a few minutes ago."""
    shown = (caller.user.signed_in_at, caller.user.code_shown_at)
    longest = timedelta(minutes=parts.settings.step_up_minutes)
    return any(at is not None and datetime.now(UTC) - at <= longest for at in shown)
