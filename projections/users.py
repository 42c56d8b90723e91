"""Who may sign in, their sign-ins, and everything that happened when they did or tried to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.personal import Personal
from domain.user import events as user
from projections.declaring import SEARCHED, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class UserRow(Row):
    """`stage` is active, locked or removed; `subject_id` whom an outside user acts for."""

    user_id: UUID
    username: Annotated[str, SEARCHED, Personal("identity")]
    name: Annotated[str, SEARCHED, Personal("identity")]
    email: Annotated[str, SEARCHED, Personal("contact")]
    kind: Annotated[str, SORTS]
    roles: tuple[str, ...]
    stage: Annotated[str, SORTS] = "active"
    subject_id: UUID | None = None
    email_verified: bool = False
    second_factor: bool = False
    last_signed_in_at: Annotated[datetime | None, SORTS] = None


@dataclass(slots=True)
class SessionRow(Row):
    """One sign-in and all that was renewed from it; `ended_for` is empty while it runs."""

    session_id: UUID
    user_id: UUID
    proofs: tuple[str, ...]
    started_at: Annotated[datetime, SORTS]
    running: Annotated[bool, SORTS] = True
    ended_at: Annotated[datetime | None, SORTS] = None
    ended_for: str = ""


@dataclass(slots=True)
class HappenedRow(Row):
    """One event of somebody's access; `attempt` tells whether somebody tried to sign in."""

    user_id: UUID
    nth: Annotated[int, SORTS]
    event: Annotated[str, SORTS]
    attempt: bool
    succeeded: bool
    reason: str
    actor: Annotated[str, SORTS]


@dataclass(slots=True)
class GrantRow(Row):
    """A change of what somebody may do."""

    user_id: UUID
    nth: Annotated[int, SORTS]
    granted: tuple[str, ...]
    withdrawn: tuple[str, ...]
    actor: Annotated[str, SORTS]


def _session(event: Recorded, rows: Rows) -> Iterable[UUID]:
    fact = event.fact
    return (fact.session_id,) if isinstance(fact, _OF_SESSIONS) else ()


_OF_SESSIONS = (user.UserSignedIn, user.UserSessionEnded)

USERS = Table(
    UserRow,
    "users",
    ("user_id",),
    indexes=(
        Index(("kind", "stage")),
        Index(("created_at", "user_id")),
        Index(("subject_id",), where="subject_id IS NOT NULL"),
    ),
    person="user_id",
)
SESSIONS = Table(
    SessionRow,
    "user_sessions",
    ("session_id",),
    indexes=(Index(("user_id", "started_at")), Index(("created_at", "session_id"))),
    parents=_session,
    needed_for=_OF_SESSIONS,
)
HAPPENED = Table(
    HappenedRow,
    "authentication_events",
    ("user_id", "nth"),
    indexes=(Index(("created_at", "user_id")), Index(("event", "created_at"))),
    added_only=True,
)
GRANTS = Table(
    GrantRow,
    "permission_changes",
    ("user_id", "nth"),
    indexes=(Index(("created_at", "user_id")),),
    added_only=True,
)


def added(event: Recorded, fact: user.UserAdded, rows: Rows) -> None:
    rows.add(
        USERS,
        UserRow(
            user_id=event.stream_id,
            username=fact.username,
            name=fact.name,
            email=fact.email,
            kind=fact.kind,
            roles=fact.roles,
            subject_id=fact.subject_id,
        ),
    )
    happened(event, rows)
    granted(event, rows, fact.roles, ())


def changed(event: Recorded, fact: user.UserChanged, rows: Rows) -> None:
    row = rows.change(USERS, event.stream_id)
    row.email_verified = row.email_verified and row.email == fact.email
    row.name, row.email = fact.name, fact.email
    happened(event, rows)


def roles_changed(event: Recorded, fact: user.UserRolesChanged, rows: Rows) -> None:
    rows.change(USERS, event.stream_id).roles = fact.roles
    happened(event, rows)
    granted(event, rows, fact.granted, fact.withdrawn)


def locked(event: Recorded, fact: user.UserLocked, rows: Rows) -> None:
    rows.change(USERS, event.stream_id).stage = "locked"
    happened(event, rows, reason=fact.reason)


def unlocked(event: Recorded, fact: user.UserUnlocked, rows: Rows) -> None:
    rows.change(USERS, event.stream_id).stage = "active"
    happened(event, rows, reason=fact.reason)


def removed(event: Recorded, fact: user.UserRemoved, rows: Rows) -> None:
    rows.change(USERS, event.stream_id).stage = "removed"
    happened(event, rows, reason=fact.reason)


def password_changed(event: Recorded, fact: user.UserPasswordChanged, rows: Rows) -> None:
    rows.change(USERS, event.stream_id)
    happened(event, rows, reason=fact.how)


def reset_requested(event: Recorded, fact: user.UserPasswordResetRequested, rows: Rows) -> None:
    rows.change(USERS, event.stream_id)
    happened(event, rows)


def email_verified(event: Recorded, fact: user.UserEmailVerified, rows: Rows) -> None:
    rows.change(USERS, event.stream_id).email_verified = True
    happened(event, rows)


def factor_added(event: Recorded, fact: user.UserSecondFactorAdded, rows: Rows) -> None:
    rows.change(USERS, event.stream_id).second_factor = True
    happened(event, rows, reason=fact.factor)


def factor_removed(event: Recorded, fact: user.UserSecondFactorRemoved, rows: Rows) -> None:
    rows.change(USERS, event.stream_id).second_factor = bool(fact.left)
    happened(event, rows, reason=fact.factor)


def passkey_added(event: Recorded, fact: user.UserPasskeyAdded, rows: Rows) -> None:
    rows.change(USERS, event.stream_id).second_factor = True
    happened(event, rows, reason="passkey")


def passkey_removed(event: Recorded, fact: user.UserPasskeyRemoved, rows: Rows) -> None:
    rows.change(USERS, event.stream_id).second_factor = bool(fact.left)
    happened(event, rows, reason="passkey")


def signed_in(event: Recorded, fact: user.UserSignedIn, rows: Rows) -> None:
    rows.change(USERS, event.stream_id).last_signed_in_at = event.meta.recorded_at
    rows.add(
        SESSIONS,
        SessionRow(
            session_id=fact.session_id,
            user_id=event.stream_id,
            proofs=fact.proofs,
            started_at=event.meta.recorded_at,
        ),
    )
    happened(event, rows, attempt=True, succeeded=True)


def refused(event: Recorded, fact: user.UserSignInRefused, rows: Rows) -> None:
    rows.change(USERS, event.stream_id)
    happened(event, rows, attempt=True, succeeded=False, reason=fact.reason)


def session_ended(event: Recorded, fact: user.UserSessionEnded, rows: Rows) -> None:
    rows.change(USERS, event.stream_id)
    row = rows.change(SESSIONS, fact.session_id)
    row.running, row.ended_at, row.ended_for = False, event.meta.recorded_at, fact.why
    happened(event, rows, reason=fact.why)


def key_issued(event: Recorded, fact: user.UserKeyIssued, rows: Rows) -> None:
    rows.change(USERS, event.stream_id)
    happened(event, rows, reason=fact.name)


def key_changed(event: Recorded, fact: object, rows: Rows) -> None:
    """Which keys there are stands with what a sign-in is checked against, not here."""
    rows.change(USERS, event.stream_id)
    happened(event, rows, reason=getattr(fact, "why", ""))


def happened(
    event: Recorded,
    rows: Rows,
    *,
    attempt: bool = False,
    succeeded: bool = True,
    reason: str = "",
) -> None:
    rows.add(
        HAPPENED,
        HappenedRow(
            user_id=event.stream_id,
            nth=event.version,
            event=event.name,
            attempt=attempt,
            succeeded=succeeded,
            reason=reason,
            actor=event.meta.actor,
        ),
    )


def granted(
    event: Recorded, rows: Rows, given: tuple[str, ...], withdrawn: tuple[str, ...]
) -> None:
    rows.add(
        GRANTS,
        GrantRow(
            user_id=event.stream_id,
            nth=event.version,
            granted=given,
            withdrawn=withdrawn,
            actor=event.meta.actor,
        ),
    )


PROJECTION = Projection(
    name="users",
    version=1,
    question="Who may sign in and as what, and when did they?",
    tables=(USERS, SESSIONS, HAPPENED, GRANTS),
    on={
        user.UserAdded: added,
        user.UserChanged: changed,
        user.UserRolesChanged: roles_changed,
        user.UserLocked: locked,
        user.UserUnlocked: unlocked,
        user.UserRemoved: removed,
        user.UserPasswordChanged: password_changed,
        user.UserPasswordResetRequested: reset_requested,
        user.UserEmailVerified: email_verified,
        user.UserSecondFactorAdded: factor_added,
        user.UserSecondFactorRemoved: factor_removed,
        user.UserSignedIn: signed_in,
        user.UserSignInRefused: refused,
        user.UserSessionEnded: session_ended,
        user.UserPasskeyAdded: passkey_added,
        user.UserPasskeyRenamed: key_changed,
        user.UserPasskeyRemoved: passkey_removed,
        user.UserProviderLinked: key_changed,
        user.UserKeyIssued: key_issued,
        user.UserKeyRotated: key_changed,
        user.UserKeyRevoked: key_changed,
        user.UserKeyUsed: key_changed,
    },
)
