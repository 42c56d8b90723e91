"""Use cases of roles: define, change, remove, and keep those that come with the software."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.ids import role_id
from domain.refusals import RuleBroken
from domain.role import ROLE
from domain.role.decide import ChangeRole, DefineRole, RemoveRole, RoleCommand, defined
from domain.role.state import Defined, Role


@dataclass(frozen=True, slots=True)
class RoleTerms:
    """`known` are all permissions that there are; others are refused."""

    name: str
    permissions: tuple[str, ...]
    inherits: tuple[str, ...]
    known: frozenset[str]

    def check(self) -> None:
        strange = sorted(set(self.permissions) - self.known)
        if strange:
            raise RuleBroken(
                "role.unknown_permission", f"there is no permission {', '.join(strange)}",
                field="permissions",
            )  # fmt: skip


def define_role(desk: Desk, context: Context, code: str, terms: RoleTerms) -> Outcome:
    """Define a role of the insurer's own."""
    terms.check()
    which = role_id(code)

    def decide() -> Decision:
        inherited(desk, code, terms.inherits)
        role = desk.store.load(ROLE, which)
        command = DefineRole(code, terms.name, terms.permissions, terms.inherits)
        facts = ROLE.decide(role.state, command)
        return Decision((changed(role, facts),), {"id": str(which), "code": code})

    return carry_out(desk.store, context, decide)


def change_role(desk: Desk, context: Context, which: UUID, terms: RoleTerms) -> Outcome:
    """Say anew what a role of the insurer's own permits; whoever holds it may do just that."""
    terms.check()

    def decide() -> Decision:
        role = desk.store.load(ROLE, which)
        code = defined(role.state).code
        inherited(desk, code, terms.inherits)
        facts = ROLE.decide(role.state, ChangeRole(terms.name, terms.permissions, terms.inherits))
        return Decision((changed(role, facts),), {"id": str(which), "code": code})

    return carry_out(desk.store, context, decide)


def change_permissions(
    desk: Desk,
    context: Context,
    which: UUID,
    known: frozenset[str],
    *,
    grant: Sequence[str] = (),
    withdraw: Sequence[str] = (),
) -> Outcome:
    """Add to, or take from, what a role permits."""
    standing = defined(desk.store.load(ROLE, which).state)
    after = (set(standing.permissions) | set(grant)) - set(withdraw)
    terms = RoleTerms(standing.name, tuple(sorted(after)), standing.inherits, known)
    return change_role(desk, context, which, terms)


def remove_role(desk: Desk, context: Context, which: UUID) -> Outcome:
    """Take a role out of use: whoever holds it may do nothing by it any more."""

    def decide() -> Decision:
        role = desk.store.load(ROLE, which)
        facts = ROLE.decide(role.state, RemoveRole(context.reason))
        return Decision((changed(role, facts),), {"id": str(which)})

    return carry_out(desk.store, context, decide)


def inherited(desk: Desk, code: str, inherits: Sequence[str]) -> None:
    """Raises RuleBroken for a role that does not exist, or one that leads back to `code`."""
    seen: set[str] = set()
    waiting = list(inherits)
    while waiting:
        parent = waiting.pop()
        if parent == code:
            raise RuleBroken("role.inherits_itself", "roles inherit in a circle", field="inherits")
        if parent in seen:
            continue
        seen.add(parent)
        state = desk.store.load(ROLE, role_id(parent)).state
        if not isinstance(state, Defined) or state.removed:
            raise RuleBroken("role.unknown_parent", f"no role {parent}", field="inherits")
        waiting += state.inherits


def record_built_in(
    desk: Desk, context: Context, roles: Mapping[str, frozenset[str]]
) -> Outcome | None:
    """Record the roles that come with the software where they are not recorded as they are.

    So the log tells what a role permitted at any time, also across releases.
    """
    streams = {role_id(code): code for code in roles}

    def decide() -> Decision:
        loaded = desk.store.load_many(ROLE, streams)
        found = [
            changed(it, ROLE.decide(it.state, _as_released(it.state, streams[which], roles)))
            for which, it in loaded.items()
        ]
        return Decision(tuple(change for change in found if change.facts))

    return None if not decide().changes else carry_out(desk.store, context, decide)


def _as_released(role: Role, code: str, roles: Mapping[str, frozenset[str]]) -> RoleCommand:
    name, permissions = code.replace("_", " ").capitalize(), tuple(sorted(roles[code]))
    if isinstance(role, Defined):
        return ChangeRole(name, permissions, by_release=True)
    return DefineRole(code, name, permissions, built_in=True)
