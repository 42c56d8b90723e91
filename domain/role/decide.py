"""What we allow for roles: known permissions, no circle of inheritance, built-in ones stay."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from domain.refusals import AlreadyTaken, RuleBroken, WrongStage
from domain.role.events import RoleChanged, RoleDefined, RoleEvent, RoleRemoved
from domain.role.state import Defined, Role

CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True, slots=True)
class DefineRole:
    code: str
    name: str
    permissions: tuple[str, ...]
    inherits: tuple[str, ...] = ()
    built_in: bool = False


@dataclass(frozen=True, slots=True)
class ChangeRole:
    name: str
    permissions: tuple[str, ...]
    inherits: tuple[str, ...] = ()
    by_release: bool = False


@dataclass(frozen=True, slots=True)
class RemoveRole:
    reason: str


RoleCommand = DefineRole | ChangeRole | RemoveRole


def decide(role: Role, command: RoleCommand) -> Sequence[RoleEvent]:
    match command:
        case DefineRole():
            return define(role, command)
        case ChangeRole():
            return change(defined(role), command)
        case RemoveRole():
            return remove(defined(role), command)
        case _:
            assert_never(command)


def define(role: Role, command: DefineRole) -> Sequence[RoleEvent]:
    if isinstance(role, Defined) and not role.removed:
        raise AlreadyTaken("role.already_defined", f"there is a role {command.code}", field="code")
    if not CODE.fullmatch(command.code):
        raise RuleBroken(
            "role.bad_code", "a code is 2 to 40 small letters, digits and underscores",
            field="code",
        )  # fmt: skip
    return [
        RoleDefined(
            command.code, command.name, in_order(command.permissions), in_order(command.inherits),
            command.built_in,
        )
    ]  # fmt: skip


def change(role: Defined, command: ChangeRole) -> Sequence[RoleEvent]:
    """A role that comes with the software changes only with a release of it."""
    if role.built_in and not command.by_release:
        raise RuleBroken("role.built_in", f"{role.code} comes with the software: define your own")
    if role.code in command.inherits:
        raise RuleBroken("role.inherits_itself", "a role cannot inherit itself", field="inherits")
    after = in_order(command.permissions), in_order(command.inherits)
    if (command.name, *after) == (role.name, role.permissions, role.inherits):
        return []
    return [RoleChanged(command.name, *after)]


def remove(role: Defined, command: RemoveRole) -> Sequence[RoleEvent]:
    if role.built_in:
        raise RuleBroken("role.built_in", f"{role.code} comes with the software")
    return [RoleRemoved(command.reason)]


def in_order(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))


def defined(role: Role) -> Defined:
    """The role if there is one; otherwise the refusal."""
    if isinstance(role, Defined) and not role.removed:
        return role
    raise WrongStage("role.not_found", "there is no such role", field="role_id")
