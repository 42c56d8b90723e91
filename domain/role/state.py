"""What a role permits."""

from dataclasses import dataclass, replace
from typing import assert_never

from domain.role.events import RoleChanged, RoleDefined, RoleEvent, RoleRemoved


@dataclass(frozen=True, slots=True)
class NotDefined:
    pass


@dataclass(frozen=True, slots=True)
class Defined:
    code: str
    name: str
    permissions: tuple[str, ...]
    inherits: tuple[str, ...]
    built_in: bool
    removed: bool = False


Role = NotDefined | Defined


def evolve(role: Role, event: RoleEvent) -> Role:
    match event, role:
        case RoleDefined(), _:
            return Defined(
                event.code, event.name, event.permissions, event.inherits, event.built_in
            )
        case RoleChanged(), Defined():
            return replace(
                role, name=event.name, permissions=event.permissions, inherits=event.inherits
            )
        case RoleRemoved(), Defined():
            return replace(role, removed=True)
        case ((RoleChanged() | RoleRemoved()), _):
            return role
        case _:
            assert_never(event)
