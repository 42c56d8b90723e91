"""What we allow for permissions of the insurer's own: named once, reworded, retired."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from domain.permission.events import (
    PermissionEvent,
    PermissionNamed,
    PermissionRetired,
    PermissionReworded,
)
from domain.permission.state import Named, Permission
from domain.refusals import AlreadyTaken, RuleBroken, WrongStage

CODE = re.compile(r"[a-z][a-z0-9_]{1,39}\.[a-z][a-z0-9_]{1,59}")


@dataclass(frozen=True, slots=True)
class NamePermission:
    code: str
    meaning: str


@dataclass(frozen=True, slots=True)
class RewordPermission:
    meaning: str


@dataclass(frozen=True, slots=True)
class RetirePermission:
    reason: str


PermissionCommand = NamePermission | RewordPermission | RetirePermission


def decide(permission: Permission, command: PermissionCommand) -> Sequence[PermissionEvent]:
    match command:
        case NamePermission():
            return name(permission, command)
        case RewordPermission():
            standing = named(permission)
            same = standing.meaning == command.meaning
            return [] if same else [PermissionReworded(command.meaning)]
        case RetirePermission():
            named(permission)
            return [PermissionRetired(command.reason)]
        case _:
            assert_never(command)


def name(permission: Permission, command: NamePermission) -> Sequence[PermissionEvent]:
    if isinstance(permission, Named):
        raise AlreadyTaken(
            "permission.already_named", f"there is a permission {command.code}", field="id"
        )
    if not CODE.fullmatch(command.code):
        raise RuleBroken(
            "permission.bad_code", "a permission is module.action, in small letters", field="id"
        )
    return [PermissionNamed(command.code, command.meaning)]


def named(permission: Permission) -> Named:
    """The permission if there is one; otherwise the refusal."""
    if isinstance(permission, Named):
        return permission
    raise WrongStage("permission.not_found", "there is no such permission", field="id")
