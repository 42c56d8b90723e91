"""Use cases of the insurer's own permissions: name, reword, retire."""

from collections.abc import Set
from dataclasses import dataclass

from commands.context import Context, Desk
from commands.handling import Outcome, carry_out_on
from domain.ids import permission_id
from domain.permission import PERMISSION
from domain.permission.decide import (
    NamePermission,
    PermissionCommand,
    RetirePermission,
    RewordPermission,
)
from domain.refusals import AlreadyTaken, RuleBroken


@dataclass(frozen=True, slots=True)
class Released:
    """What the software itself asks for: nobody names, rewords or retires it."""

    codes: Set[str]

    def refuse(self, code: str) -> None:
        if code in self.codes:
            raise RuleBroken("permission.built_in", f"{code} comes with the software", field="id")


def name_permission(
    desk: Desk, context: Context, code: str, meaning: str, released: Released
) -> Outcome:
    """Name something that programs of the insurer's own will ask for; roles can then permit it."""
    if code in released.codes:
        raise AlreadyTaken("permission.already_named", f"{code} comes with the software")
    return _of(desk, context, code, NamePermission(code, meaning))


def reword_permission(
    desk: Desk, context: Context, code: str, meaning: str, released: Released
) -> Outcome:
    """Say better what a permission means."""
    released.refuse(code)
    return _of(desk, context, code, RewordPermission(meaning))


def retire_permission(desk: Desk, context: Context, code: str, released: Released) -> Outcome:
    """Take a permission out of use: roles that name it permit nothing by it any more."""
    released.refuse(code)
    return _of(desk, context, code, RetirePermission(context.reason))


def _of(desk: Desk, context: Context, code: str, command: PermissionCommand) -> Outcome:
    which = permission_id(code)
    answer = {"id": str(which), "code": code}
    return carry_out_on(desk.store, context, PERMISSION, which, command, answer=answer)
