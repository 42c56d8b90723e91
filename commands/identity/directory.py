"""Staff as the insurer's directory knows them: added at their first sign-in, with roles that follow
the groups they are in, and out as soon as the directory says so."""

from collections.abc import Mapping
from uuid import UUID

from adapters.identities import Identities, Kind, User
from adapters.staff_directory import Person, StaffDirectory
from commands.context import Context, Desk
from commands.identity.users import NewUser, add_user, end_all_sessions, of_user
from domain.user.decide import ChangeRoles

ACTOR = "directory"


def roles_of(person: Person, by_group: Mapping[str, str]) -> tuple[str, ...]:
    """The roles of somebody's groups; groups that nobody has given a role count for nothing."""
    return tuple(sorted({by_group[group] for group in person.groups if group in by_group}))


def stand_as(desk: Desk, person: Person, roles: tuple[str, ...], known: User | None) -> UUID:
    """Have a member of staff stand here as in the directory; the events say that it was it."""
    if known is None:
        request = NewUser(person.username, person.name, Kind.STAFF, roles, email=person.email)
        return UUID(add_user(desk, context_of(desk), request).answer["id"])
    if known.roles != frozenset(roles):
        of_user(desk, context_of(desk), known.user_id, ChangeRoles(roles))
    return known.user_id


def look_again(desk: Desk, directory: StaffDirectory, by_group: Mapping[str, str], but: str) -> int:
    """Compare all staff who are signed in with the directory; how many stand otherwise now.

    Who lost a role signs in anew; who is gone, disabled or in no group of ours is out. The local
    account `but` is left alone. Raises DirectoryAway.
    """
    identities = Identities(desk.store.pool, desk.store.tenant)
    changed = 0
    for user in identities.staff_signed_in(desk.clock.now()):
        if user.username.lower() == but.lower() or user.provided:
            continue
        person = directory.known(user.username)
        roles = () if person is None else roles_of(person, by_group)
        if person is not None and roles:
            if user.roles != frozenset(roles):
                stand_as(desk, person, roles, user)
                changed += 1
        else:
            context = context_of(desk, "not in the directory")
            end_all_sessions(desk, context, user.user_id, None)
            changed += 1
    return changed


def context_of(desk: Desk, reason: str = "") -> Context:
    command = desk.ids.new()
    return Context(ACTOR, command, command, desk.clock.now(), desk.clock.today(), reason=reason)
