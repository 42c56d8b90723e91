"""A value goes to the first who asks, and back only from its owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.refusals import AlreadyTaken
from domain.register.events import RegisterEvent, ValueRegistered, ValueReleased
from domain.register.state import Entry


@dataclass(frozen=True, slots=True)
class RegisterValue:
    kind: str
    owner_id: UUID


@dataclass(frozen=True, slots=True)
class ReleaseValue:
    owner_id: UUID


RegisterCommand = RegisterValue | ReleaseValue


def decide(entry: Entry, command: RegisterCommand) -> Sequence[RegisterEvent]:
    match command:
        case RegisterValue():
            return register(entry, command)
        case ReleaseValue():
            return [ValueReleased(command.owner_id)] if entry.owner_id == command.owner_id else []
        case _:
            assert_never(command)


def register(entry: Entry, command: RegisterValue) -> Sequence[RegisterEvent]:
    if entry.owner_id == command.owner_id:
        return []
    if entry.owner_id is not None:
        raise AlreadyTaken(
            f"{command.kind}.already_registered",
            f"this {command.kind.replace('_', ' ')} belongs to another record",
            field=command.kind,
        )
    return [ValueRegistered(command.kind, command.owner_id)]
