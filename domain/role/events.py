"""What can happen to a role: defined, changed, removed. Who holds it stands with the users."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoleDefined:
    """`permissions` are `module.action`; those of the roles it `inherits` come on top.

    A `built_in` role comes with the software and changes only with it.
    """

    code: str
    name: str
    permissions: tuple[str, ...]
    inherits: tuple[str, ...] = ()
    built_in: bool = False


@dataclass(frozen=True, slots=True)
class RoleChanged:
    name: str
    permissions: tuple[str, ...]
    inherits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleRemoved:
    reason: str


RoleEvent = RoleDefined | RoleChanged | RoleRemoved
