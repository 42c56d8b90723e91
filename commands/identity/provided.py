"""Staff as the insurer's provider of identities knows them: added at their first sign-in, with the
roles of their groups, and known by the provider's own name for them ever after."""

from dataclasses import dataclass
from uuid import UUID

from adapters.identities import Identities, Kind, User
from commands.context import Context, Desk
from commands.identity.users import of_user
from domain.user.decide import AddUser, ChangeRoles, LinkProvider

ACTOR = "provider of identities"


@dataclass(frozen=True, slots=True)
class Provided:
    """`issuer` and `subject` say who it is; the rest is how they are called there."""

    issuer: str
    subject: str
    username: str
    name: str
    email: str

    @property
    def key(self) -> str:
        return f"{self.issuer}|{self.subject}"


def stand_as_provided(
    desk: Desk, person: Provided, roles: tuple[str, ...], known: User | None
) -> UUID:
    """Have somebody stand here as the provider says. Raises NameTaken for the name of a user who
    was here before: the provider does not take their account over."""
    if known is None:
        user_id = desk.ids.new()
        identities = Identities(desk.store.pool, desk.store.tenant)
        command = AddUser(person.username, person.name, Kind.STAFF, roles, email=person.email)
        of_user(
            desk, _context(desk), user_id, command,
            also=lambda conn: identities.put_subject(conn, user_id, person.key),
        )  # fmt: skip
    else:
        user_id = known.user_id
        if known.roles != frozenset(roles):
            of_user(desk, _context(desk), user_id, ChangeRoles(roles))
    of_user(desk, _context(desk), user_id, LinkProvider(person.issuer, person.subject))
    return user_id


def _context(desk: Desk) -> Context:
    command = desk.ids.new()
    return Context(ACTOR, command, command, desk.clock.now(), desk.clock.today())
