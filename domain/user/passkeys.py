"""What we allow for passkeys: a few devices for each person, each under a name of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.refusals import RuleBroken, WrongStage
from domain.user.events import UserEvent, UserPasskeyAdded, UserPasskeyRemoved, UserPasskeyRenamed
from domain.user.state import PASSKEY, Added

MOST_PASSKEYS = 10


@dataclass(frozen=True, slots=True)
class AddPasskey:
    passkey_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class RenamePasskey:
    passkey_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class RemovePasskey:
    passkey_id: UUID


PasskeyCommand = AddPasskey | RenamePasskey | RemovePasskey


def decide_passkey(user: Added, command: PasskeyCommand) -> Sequence[UserEvent]:
    match command:
        case AddPasskey():
            if len(user.passkeys) >= MOST_PASSKEYS:
                raise RuleBroken(
                    "user.too_many_passkeys", f"a user has {MOST_PASSKEYS} passkeys at most"
                )
            return [UserPasskeyAdded(command.passkey_id, command.name.strip())]
        case RenamePasskey():
            known(user, command.passkey_id)
            return [UserPasskeyRenamed(command.passkey_id, command.name.strip())]
        case RemovePasskey():
            known(user, command.passkey_id)
            last = len(user.passkeys) == 1
            left = tuple(factor for factor in user.factors if not (last and factor == PASSKEY))
            return [UserPasskeyRemoved(command.passkey_id, left)]
        case _:
            assert_never(command)


def known(user: Added, passkey_id: UUID) -> None:
    if passkey_id not in user.passkeys:
        raise WrongStage("passkey.not_found", "there is no such passkey", field="id")
