"""What stands of somebody's access."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.user.events import (
    UserAdded,
    UserChanged,
    UserEmailVerified,
    UserEvent,
    UserKeyIssued,
    UserKeyRevoked,
    UserKeyRotated,
    UserKeyUsed,
    UserLocked,
    UserPasskeyAdded,
    UserPasskeyRemoved,
    UserPasskeyRenamed,
    UserPasswordChanged,
    UserPasswordResetRequested,
    UserProviderLinked,
    UserRemoved,
    UserRolesChanged,
    UserSecondFactorAdded,
    UserSecondFactorRemoved,
    UserSessionEnded,
    UserSignedIn,
    UserSignInRefused,
    UserUnlocked,
)

MOST_SESSIONS = 50  # remembered; older ones have run out or were ended long ago


PASSKEY = "passkey"


class Stage(StrEnum):
    ACTIVE = "active"
    LOCKED = "locked"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class NotAdded:
    pass


@dataclass(frozen=True, slots=True)
class Added:
    username: str
    name: str
    kind: str
    roles: tuple[str, ...]
    subject_id: UUID | None = None
    email: str = ""
    email_verified: bool = False
    stage: Stage = Stage.ACTIVE
    factors: tuple[str, ...] = ()
    sessions: tuple[UUID, ...] = ()
    keys: tuple[UUID, ...] = ()
    passkeys: tuple[UUID, ...] = ()
    issuer: str = ""
    subject: str = ""


User = NotAdded | Added


def evolve(user: User, event: UserEvent) -> User:
    if isinstance(event, UserAdded):
        return Added(
            event.username, event.name, event.kind, event.roles, event.subject_id, event.email
        )
    if isinstance(user, NotAdded):
        return user
    match event:
        case UserChanged():
            verified = user.email_verified and event.email == user.email
            return replace(user, name=event.name, email=event.email, email_verified=verified)
        case UserRolesChanged():
            return replace(user, roles=event.roles)
        case UserLocked():
            return replace(user, stage=Stage.LOCKED)
        case UserUnlocked():
            return replace(user, stage=Stage.ACTIVE)
        case UserRemoved():
            return replace(user, stage=Stage.REMOVED)
        case UserEmailVerified():
            return replace(user, email_verified=True)
        case UserSecondFactorAdded():
            return replace(user, factors=(*user.factors, event.factor))
        case UserSecondFactorRemoved():
            return replace(user, factors=tuple(f for f in user.factors if f != event.factor))
        case UserSignedIn():
            return replace(user, sessions=(*user.sessions, event.session_id)[-MOST_SESSIONS:])
        case UserSessionEnded():
            return replace(user, sessions=tuple(s for s in user.sessions if s != event.session_id))
        case UserPasskeyAdded():
            factors = tuple(dict.fromkeys((*user.factors, PASSKEY)))
            return replace(user, factors=factors, passkeys=(*user.passkeys, event.passkey_id))
        case UserPasskeyRemoved():
            others = tuple(one for one in user.passkeys if one != event.passkey_id)
            return replace(user, factors=event.left, passkeys=others)
        case UserProviderLinked():
            return replace(user, issuer=event.issuer, subject=event.subject)
        case UserKeyIssued():
            return replace(user, keys=(*user.keys, event.key_id))
        case UserKeyRotated() | UserKeyRevoked():
            return replace(user, keys=tuple(key for key in user.keys if key != event.key_id))
        case (
            UserPasswordChanged() | UserSignInRefused() | UserPasswordResetRequested()
            | UserKeyUsed() | UserPasskeyRenamed()
        ):  # fmt: skip
            return user
        case _:
            assert_never(event)
