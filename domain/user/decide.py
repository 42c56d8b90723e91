"""What we allow for users: nobody is removed or locked by themselves, roles suit their kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.refusals import RuleBroken, WrongStage
from domain.user.events import (
    UserAdded,
    UserChanged,
    UserEmailVerified,
    UserEvent,
    UserLocked,
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
from domain.user.keys import IssueKey, KeyCommand, RevokeKey, RotateKey, UseKey, decide_key
from domain.user.passkeys import (
    AddPasskey,
    PasskeyCommand,
    RemovePasskey,
    RenamePasskey,
    decide_passkey,
)
from domain.user.state import Added, NotAdded, Stage, User

KINDS = ("staff", "member", "provider", "agent", "reinsurer", "service")
ACTS_FOR_ANOTHER = ("member", "provider", "reinsurer")


@dataclass(frozen=True, slots=True)
class AddUser:
    username: str
    name: str
    kind: str
    roles: tuple[str, ...]
    subject_id: UUID | None = None
    email: str = ""


@dataclass(frozen=True, slots=True)
class ChangeUser:
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ChangeRoles:
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LockUser:
    reason: str


@dataclass(frozen=True, slots=True)
class UnlockUser:
    reason: str


@dataclass(frozen=True, slots=True)
class RemoveUser:
    reason: str


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Ends every other sign-in than `but`."""

    how: str
    but: UUID | None = None


@dataclass(frozen=True, slots=True)
class VerifyEmail:
    pass


@dataclass(frozen=True, slots=True)
class AddFactor:
    factor: str


@dataclass(frozen=True, slots=True)
class RemoveFactor:
    factor: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """Of the sign-ins that run side by side `most` may; the oldest end. 0: as many as one likes."""

    session_id: UUID
    proofs: tuple[str, ...]
    most: int = 0


@dataclass(frozen=True, slots=True)
class RefuseSignIn:
    reason: str


@dataclass(frozen=True, slots=True)
class EndSession:
    session_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class EndAllSessions:
    why: str
    but: UUID | None = None


@dataclass(frozen=True, slots=True)
class RequestReset:
    pass


@dataclass(frozen=True, slots=True)
class LinkProvider:
    issuer: str
    subject: str


UserCommand = (
    AddUser
    | ChangeUser
    | ChangeRoles
    | LockUser
    | UnlockUser
    | RemoveUser
    | ChangePassword
    | VerifyEmail
    | AddFactor
    | RemoveFactor
    | SignIn
    | RefuseSignIn
    | EndSession
    | EndAllSessions
    | RequestReset
    | LinkProvider
    | KeyCommand
    | PasskeyCommand
)


def decide(user: User, command: UserCommand) -> Sequence[UserEvent]:
    match command:
        case AddUser():
            return add(user, command)
        case ChangeUser():
            return change(present(user), command)
        case ChangeRoles():
            return change_roles(present(user), command)
        case LockUser():
            return lock(present(user), command)
        case UnlockUser():
            return unlock(present(user), command)
        case RemoveUser():
            standing = present(user)
            return [UserRemoved(command.reason), *ended(standing, "removed")]
        case ChangePassword():
            standing = present(user)
            return [
                UserPasswordChanged(command.how),
                *ended(standing, "password changed", command.but),
            ]
        case VerifyEmail():
            return [] if present(user).email_verified else [UserEmailVerified()]
        case AddFactor() | RemoveFactor():
            return change_factor(present(user), command)
        case SignIn():
            return [
                *too_many(user, command.most), UserSignedIn(command.session_id, command.proofs),
            ]  # fmt: skip
        case RefuseSignIn():
            return [UserSignInRefused(command.reason)] if isinstance(user, Added) else []
        case EndSession():
            known = isinstance(user, Added) and command.session_id in user.sessions
            return [UserSessionEnded(command.session_id, command.why)] if known else []
        case EndAllSessions():
            return ended(present(user), command.why, command.but)
        case RequestReset():
            return [UserPasswordResetRequested()] if isinstance(user, Added) else []
        case LinkProvider():
            standing = present(user)
            same = (standing.issuer, standing.subject) == (command.issuer, command.subject)
            return [] if same else [UserProviderLinked(command.issuer, command.subject)]
        case AddPasskey() | RenamePasskey() | RemovePasskey():
            return decide_passkey(present(user), command)
        case IssueKey() | RotateKey() | RevokeKey() | UseKey():
            return decide_key(present(user), command)
        case _:
            assert_never(command)


def add(user: User, command: AddUser) -> Sequence[UserEvent]:
    if not isinstance(user, NotAdded):
        raise WrongStage("user.already_added", "this user has been added before")
    if command.kind not in KINDS:
        raise RuleBroken("user.unknown_kind", f"a user is one of {', '.join(KINDS)}", field="kind")
    if command.kind in ACTS_FOR_ANOTHER and command.subject_id is None:
        raise RuleBroken(
            "user.subject_missing", f"a {command.kind} acts for somebody: name them",
            field="subject_id",
        )  # fmt: skip
    if not command.username.strip():
        raise RuleBroken("user.username_missing", "a user has a name to sign in", field="username")
    some(command.roles)
    roles = tuple(sorted(set(command.roles)))
    return [
        UserAdded(
            command.username.strip(), command.name.strip(), command.kind, roles,
            command.subject_id, command.email.strip(),
        )
    ]  # fmt: skip


def change(user: Added, command: ChangeUser) -> Sequence[UserEvent]:
    name, email = command.name.strip(), command.email.strip()
    return [] if (name, email) == (user.name, user.email) else [UserChanged(name, email)]


def change_roles(user: Added, command: ChangeRoles) -> Sequence[UserEvent]:
    """Whoever gets or loses a role signs in anew: no old sign-in keeps what was taken away."""
    some(command.roles)
    before, after = set(user.roles), set(command.roles)
    if before == after:
        return []
    granted, withdrawn = tuple(sorted(after - before)), tuple(sorted(before - after))
    changed = UserRolesChanged(tuple(sorted(after)), granted, withdrawn)
    return [changed, *(ended(user, "roles changed") if withdrawn else ())]


def some(roles: Sequence[str]) -> None:
    if not roles:
        raise RuleBroken("user.no_role", "a user has at least one role", field="roles")


def lock(user: Added, command: LockUser) -> Sequence[UserEvent]:
    if user.stage is Stage.LOCKED:
        return []
    return [UserLocked(command.reason), *ended(user, "locked")]


def unlock(user: Added, command: UnlockUser) -> Sequence[UserEvent]:
    return [] if user.stage is Stage.ACTIVE else [UserUnlocked(command.reason)]


def change_factor(user: Added, command: AddFactor | RemoveFactor) -> Sequence[UserEvent]:
    has = command.factor in user.factors
    if isinstance(command, AddFactor):
        return [] if has else [UserSecondFactorAdded(command.factor)]
    left = tuple(factor for factor in user.factors if factor != command.factor)
    return [UserSecondFactorRemoved(command.factor, left)] if has else []


def too_many(user: User, most: int) -> list[UserEvent]:
    """An end for the oldest sign-ins, so that another one has its place."""
    running = user.sessions if isinstance(user, Added) and most else ()
    over = max(0, len(running) + 1 - most)
    return [UserSessionEnded(session, "too many sign-ins") for session in running[:over]]


def ended(user: Added, why: str, but: UUID | None = None) -> list[UserEvent]:
    """An end for each sign-in that runs, but one."""
    return [UserSessionEnded(session, why) for session in user.sessions if session != but]


def present(user: User) -> Added:
    """The user if there is one and was not removed; otherwise the refusal."""
    if isinstance(user, Added) and user.stage is not Stage.REMOVED:
        return user
    raise WrongStage("user.not_found", "there is no such user", field="user_id")
