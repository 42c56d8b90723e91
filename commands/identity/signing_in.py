"""Use cases of signing in: begin and refuse sign-ins, passwords, links, second factors.

Secrets are stored beside the events in the same transaction, and are in no event and no receipt.
"""

from datetime import datetime, timedelta
from uuid import UUID

from adapters.identities import Identities, Purpose
from adapters.postgres import Connection
from commands.context import Context, Desk
from commands.handling import Outcome
from commands.identity.users import of_user
from domain.refusals import WrongStage
from domain.user.decide import (
    AddFactor,
    ChangePassword,
    RefuseSignIn,
    RemoveFactor,
    RequestReset,
    SignIn,
    VerifyEmail,
)
from domain.user.state import PASSKEY

TOTP = "totp"
LINK_LIFETIME = {
    Purpose.RESET: timedelta(minutes=30),
    Purpose.VERIFY: timedelta(days=2),
    Purpose.SECOND_FACTOR: timedelta(minutes=5),
}


def start_session(
    desk: Desk,
    context: Context,
    user_id: UUID,
    session_id: UUID,
    proofs: tuple[str, ...],
    until: datetime,
    link: str = "",
    most: int = 0,
) -> str:
    """Begin a sign-in; the token that renews it. A `link` that led here is used up by it; of more
    than `most` side by side the oldest ends."""
    identities = _identities(desk)
    issued: list[str] = []

    def also(conn: Connection) -> None:
        _used(identities, conn, link)
        now = context.recorded_at
        issued.append(identities.put_session(conn, user_id, session_id, now, until))
        if TOTP in proofs or PASSKEY in proofs:
            identities.put_code_shown(conn, session_id, now)

    of_user(desk, context, user_id, SignIn(session_id, proofs, most), also=also)
    return issued[-1]


def refuse_sign_in(desk: Desk, context: Context, user_id: UUID, reason: str) -> Outcome:
    """Record that somebody tried to sign in as this user and was turned away."""
    return of_user(desk, context, user_id, RefuseSignIn(reason))


def change_password(
    desk: Desk,
    context: Context,
    user_id: UUID,
    password_hash: str,
    how: str,
    *,
    but: UUID | None = None,
    link: str = "",
) -> Outcome:
    """A new password; every sign-in but one ends. A `link` that led here is used up by it."""
    identities = _identities(desk)
    return of_user(
        desk, context, user_id, ChangePassword(how, but), password_hash=password_hash,
        also=lambda conn: _used(identities, conn, link),
    )  # fmt: skip


def make_link(desk: Desk, context: Context, user_id: UUID, purpose: Purpose) -> str:
    """A one-time token for a purpose; an earlier one is not good any more."""
    identities = _identities(desk)
    made: list[str] = []
    until = context.recorded_at + LINK_LIFETIME[purpose]
    command = RequestReset() if purpose is Purpose.RESET else None
    of_user(
        desk, context, user_id, command,
        also=lambda conn: made.append(identities.put_link(conn, user_id, purpose, until)),
    )  # fmt: skip
    return made[-1]


def verify_email(desk: Desk, context: Context, user_id: UUID, link: str) -> Outcome:
    """The address is the user's own: they have used the link that was sent there."""
    identities = _identities(desk)

    def also(conn: Connection) -> None:
        _used(identities, conn, link)
        identities.put_verified(conn, user_id)

    return of_user(desk, context, user_id, VerifyEmail(), also=also)


def offer_authenticator(desk: Desk, context: Context, user_id: UUID, sealed: bytes) -> Outcome:
    """Keep the secret of an authenticator; it counts once a code of it was shown."""
    identities = _identities(desk)
    return of_user(
        desk, context, user_id, None,
        also=lambda conn: identities.put_totp(conn, user_id, sealed, on=False),
    )  # fmt: skip


def confirm_authenticator(
    desk: Desk, context: Context, user_id: UUID, session_id: UUID, sealed: bytes, step: int
) -> Outcome:
    """From now on a sign-in needs a code of it; this one has just shown one."""
    identities = _identities(desk)

    def also(conn: Connection) -> None:
        identities.put_totp(conn, user_id, sealed, on=True)
        use_code(identities, conn, user_id, step)
        identities.put_code_shown(conn, session_id, context.recorded_at)

    return of_user(desk, context, user_id, AddFactor(TOTP), also=also)


def show_code(desk: Desk, context: Context, user_id: UUID, session_id: UUID, step: int) -> Outcome:
    """A code shown in the middle of a sign-in: approvals of money take it for a while."""
    identities = _identities(desk)

    def also(conn: Connection) -> None:
        use_code(identities, conn, user_id, step)
        identities.put_code_shown(conn, session_id, context.recorded_at)

    return of_user(desk, context, user_id, None, also=also)


def remove_authenticator(desk: Desk, context: Context, user_id: UUID, step: int) -> Outcome:
    """A sign-in needs the password alone again."""
    identities = _identities(desk)

    def also(conn: Connection) -> None:
        use_code(identities, conn, user_id, step)
        identities.put_totp(conn, user_id, None, on=False)

    return of_user(desk, context, user_id, RemoveFactor(TOTP), also=also)


def spend_code(desk: Desk, context: Context, user_id: UUID, step: int) -> Outcome:
    """Use a code up before the sign-in that it completes begins."""
    identities = _identities(desk)
    return of_user(
        desk, context, user_id, None,
        also=lambda conn: use_code(identities, conn, user_id, step),
    )  # fmt: skip


def use_code(identities: Identities, conn: Connection, user_id: UUID, step: int) -> None:
    """Raises WrongStage for a code that was used before."""
    if not identities.use_code(conn, user_id, step):
        raise WrongStage("user.code_used", "this code was used before: wait for the next one")


def _used(identities: Identities, conn: Connection, link: str) -> None:
    if link and not identities.use_link(conn, link):
        raise WrongStage("user.link_used", "this link was used before")


def _identities(desk: Desk) -> Identities:
    return Identities(desk.store.pool, desk.store.tenant)
