"""Where a permission of the insurer's own stands."""

from dataclasses import dataclass, replace
from typing import assert_never

from domain.permission.events import (
    PermissionEvent,
    PermissionNamed,
    PermissionRetired,
    PermissionReworded,
)


@dataclass(frozen=True, slots=True)
class NotNamed:
    pass


@dataclass(frozen=True, slots=True)
class Named:
    code: str
    meaning: str


Permission = NotNamed | Named


def evolve(permission: Permission, event: PermissionEvent) -> Permission:
    match event, permission:
        case PermissionNamed(), _:
            return Named(event.code, event.meaning)
        case PermissionReworded(), Named():
            return replace(permission, meaning=event.meaning)
        case (PermissionReworded(), _):
            return permission
        case PermissionRetired(), _:
            return NotNamed()
        case _:
            assert_never(event)
