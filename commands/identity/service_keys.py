"""Use cases of the keys of services: issue, rotate, revoke, and act by them.

A key is told once, to whoever issues it; what is stored is its hash, and no event holds either.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from adapters.postgres import Connection
from adapters.service_keys import Acting, ServiceKey, ServiceKeys, new_secret
from commands.context import Context, Desk
from commands.handling import Outcome
from commands.identity.users import of_user
from domain.refusals import WrongStage
from domain.user.decide import SignIn
from domain.user.keys import IssueKey, RevokeKey, RotateKey, UseKey

API_KEY = "api key"


@dataclass(frozen=True, slots=True)
class NewKey:
    """`days` from now on it is good; `permissions` are what it opens."""

    name: str
    permissions: tuple[str, ...]
    days: int


def issue_key(desk: Desk, context: Context, user_id: UUID, new: NewKey) -> Outcome:
    """Give a service a key; the answer tells it this once."""
    now = context.recorded_at
    until = now + timedelta(days=new.days)
    command = IssueKey(desk.ids.new(), new.name, new.permissions, now, until)
    return _issued(desk, context, user_id, command, command)


def rotate_key(
    desk: Desk, context: Context, user_id: UUID, key_id: UUID, overlap: timedelta
) -> Outcome:
    """Another key in place of one, for as long and for the same; the old one ends after
    `overlap`, in which programs change over."""
    now = context.recorded_at
    old = next((key for key in _keys(desk).of_user(user_id) if key.key_id == key_id), None)
    if old is None:
        raise WrongStage("user_key.not_found", "this service has no such key", field="key_id")
    until = now + (old.expires_at - old.issued_at)
    by = IssueKey(desk.ids.new(), old.name, old.permissions, now, until)
    return _issued(desk, context, user_id, RotateKey(key_id, by, now + overlap), by)


def revoke_key(desk: Desk, context: Context, user_id: UUID, key_id: UUID) -> Outcome:
    """Refuse a key, and every token that was issued for it."""
    keys, now = _keys(desk), context.recorded_at
    return of_user(
        desk, context, user_id, RevokeKey(key_id, context.reason or "revoked"),
        also=lambda conn: keys.put_revoked(conn, key_id, now), told={"key_id": str(key_id)},
    )  # fmt: skip


def sign_in_by_key(
    desk: Desk, context: Context, acting: Acting, session_id: UUID, until: datetime
) -> Outcome:
    """Begin a sign-in of a service that has shown its key; it is not renewed."""
    keys, now = _keys(desk), context.recorded_at

    def also(conn: Connection) -> None:
        keys.put_session(conn, acting, session_id, now, until)
        keys.put_used(conn, acting.key_id, now)

    return of_user(desk, context, acting.user.user_id, SignIn(session_id, (API_KEY,)), also=also)


def note_use(desk: Desk, context: Context, acting: Acting) -> None:
    """Remember when a key was used; the first use on a day is an event."""
    keys, now, last = _keys(desk), context.recorded_at, acting.last_used_at
    if last is not None and last.date() == now.date():
        keys.note_used(acting.key_id, now)
        return
    of_user(
        desk, context, acting.user.user_id, UseKey(acting.key_id),
        also=lambda conn: keys.put_used(conn, acting.key_id, now),
    )  # fmt: skip


def _issued(
    desk: Desk, context: Context, user_id: UUID, command: IssueKey | RotateKey, new: IssueKey
) -> Outcome:
    keys, told = _keys(desk), list[str]()
    key = ServiceKey(new.key_id, user_id, new.name, new.permissions, new.now, new.expires_at)

    def also(conn: Connection) -> None:
        secret = new_secret()
        if isinstance(command, RotateKey):
            keys.put_end(conn, command.key_id, command.until)
        keys.put(conn, key, secret)
        told.append(secret)

    outcome = of_user(
        desk, context, user_id, command, also=also,
        told={"key_id": str(new.key_id), "expires_at": new.expires_at.isoformat()},
    )  # fmt: skip
    # In the answer alone: it is not in the receipt, and a repeated request is not told it again.
    return replace(outcome, answer={**outcome.answer, "key": told[-1]}) if told else outcome


def _keys(desk: Desk) -> ServiceKeys:
    return ServiceKeys(desk.store.pool, desk.store.tenant)
