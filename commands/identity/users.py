"""Use cases of users: add, change, give roles, lock, unlock, remove.

What an event says and what a sign-in is checked against change in one transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from adapters.identities import Identities, Kind
from adapters.identities import User as Account
from adapters.postgres import Connection
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.refusals import RuleBroken
from domain.user import USER
from domain.user.decide import (
    AddUser,
    ChangeRoles,
    ChangeUser,
    EndAllSessions,
    EndSession,
    LockUser,
    RemoveUser,
    UnlockUser,
    UserCommand,
)
from domain.user.events import (
    UserAdded,
    UserChanged,
    UserEvent,
    UserLocked,
    UserRemoved,
    UserRolesChanged,
    UserSessionEnded,
    UserUnlocked,
)
from domain.user.state import Added, NotAdded, Stage, User


@dataclass(frozen=True, slots=True)
class NewUser:
    """`password_hash` is None for one who signs in elsewhere, or by a link first; a password that
    another has made for them is good until `password_until`."""

    username: str
    name: str
    kind: str
    roles: tuple[str, ...]
    subject_id: UUID | None = None
    email: str = ""
    password_hash: str | None = None
    user_id: UUID | None = None
    password_until: datetime | None = None


def add_user(desk: Desk, context: Context, request: NewUser) -> Outcome:
    """Let somebody sign in; raises NameTaken for a name that another user has."""
    user_id = request.user_id or desk.ids.new()
    command = AddUser(
        request.username, request.name, request.kind, request.roles, request.subject_id,
        request.email,
    )  # fmt: skip
    identities = Identities(desk.store.pool, desk.store.tenant)
    return of_user(
        desk, context, user_id, command, password_hash=request.password_hash,
        also=lambda conn: identities.put_until(conn, user_id, request.password_until),
    )  # fmt: skip


def change_user(desk: Desk, context: Context, user_id: UUID, command: ChangeUser) -> Outcome:
    """Correct the name or the address of a user; a new address is to be verified anew."""
    return of_user(desk, context, user_id, command)


def change_roles(
    desk: Desk, context: Context, user_id: UUID, roles: Sequence[str], own: UUID
) -> Outcome:
    """Give a user these roles and no others. Nobody changes their own (`own`)."""
    if user_id == own:
        raise RuleBroken("user.own_roles", "nobody changes their own roles: ask another")
    return of_user(desk, context, user_id, ChangeRoles(tuple(roles)))


def lock_user(desk: Desk, context: Context, user_id: UUID, own: UUID) -> Outcome:
    """Keep a user out until unlocked; every sign-in of theirs ends."""
    not_oneself(user_id, own)
    return of_user(desk, context, user_id, LockUser(context.reason))


def unlock_user(desk: Desk, context: Context, user_id: UUID) -> Outcome:
    return of_user(desk, context, user_id, UnlockUser(context.reason))


def remove_user(desk: Desk, context: Context, user_id: UUID, own: UUID) -> Outcome:
    """Take access away for good; what the user did stays recorded."""
    not_oneself(user_id, own)
    return of_user(desk, context, user_id, RemoveUser(context.reason))


def end_session(desk: Desk, context: Context, user_id: UUID, session_id: UUID) -> Outcome:
    """End one sign-in of a user; ended twice, it ended the first time."""
    why = context.reason or "revoked"
    return of_user(desk, context, user_id, EndSession(session_id, why))


def end_all_sessions(desk: Desk, context: Context, user_id: UUID, but: UUID | None) -> Outcome:
    """End every sign-in of a user, but one."""
    return of_user(desk, context, user_id, EndAllSessions(context.reason or "revoked", but))


def not_oneself(user_id: UUID, own: UUID) -> None:
    if user_id == own:
        raise RuleBroken("user.oneself", "nobody locks or removes themselves: ask another")


Also = Callable[[Connection], None]

# What changes how a sign-in is answered; other events leave it as it is.
STANDING = (UserAdded, UserChanged, UserRolesChanged, UserLocked, UserUnlocked, UserRemoved)


def of_user(
    desk: Desk,
    context: Context,
    user_id: UUID,
    command: UserCommand | None,
    *,
    password_hash: str | None = None,
    also: Also | None = None,
    told: Mapping[str, str] = MappingProxyType({}),
) -> Outcome:
    """Decide a command on a user and record it, with what a sign-in is checked against.

    `also` stores what belongs to it beside the events; without a command there is only that.
    `told` is answered beside the user's id, also when the command comes again.
    """
    identities = Identities(desk.store.pool, desk.store.tenant)

    def decide() -> Decision:
        user = desk.store.load(USER, user_id)
        facts = known_before(identities, user_id, user.state)
        decided = []
        if command is not None:
            decided = list(USER.decide(USER.fold(facts, user.state), command))
            facts += decided
        after = USER.fold(facts, user.state)

        def beside(conn: Connection) -> None:
            stands_anew = any(isinstance(fact, STANDING) for fact in decided)
            if isinstance(after, Added) and (stands_anew or password_hash is not None):
                stand(identities, conn, user_id, after, password_hash)
            identities.put_ended(conn, ended(facts), context.recorded_at, _why(facts))
            if also is not None:
                also(conn)

        stage = str(after.stage) if isinstance(after, Added) else ""
        answer = {"id": str(user_id), "stage": stage, **told}
        return Decision((changed(user, facts),), answer, beside)

    return carry_out(desk.store, context, decide)


def known_before(identities: Identities, user_id: UUID, user: User) -> list[UserEvent]:
    """What the log must be told first of a user who was added beside it."""
    account = identities.by_id(user_id) if isinstance(user, NotAdded) else None
    if account is None:
        return []
    roles = tuple(sorted(account.roles))
    added = AddUser(
        account.username, account.display_name, str(account.kind), roles, account.subject_id,
        account.email,
    )  # fmt: skip
    facts = list(USER.decide(user, added))
    if not account.active:
        facts += USER.decide(USER.fold(facts), LockUser("was inactive"))
    return facts


def stand(
    identities: Identities,
    conn: Connection,
    user_id: UUID,
    added: Added,
    password_hash: str | None = None,
) -> None:
    """Let the sign-in know how a user stands."""
    account = Account(
        user_id, added.username, added.name, Kind(added.kind), frozenset(added.roles),
        added.subject_id, added.stage is Stage.ACTIVE, added.email,
    )  # fmt: skip
    identities.put(conn, account, password_hash)


def ended(facts: Sequence[UserEvent]) -> list[UUID]:
    return [fact.session_id for fact in facts if isinstance(fact, UserSessionEnded)]


def _why(facts: Sequence[UserEvent]) -> str:
    return next((fact.why for fact in facts if isinstance(fact, UserSessionEnded)), "")
