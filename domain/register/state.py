"""Whose the value is."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.register.events import RegisterEvent, ValueRegistered, ValueReleased


@dataclass(frozen=True, slots=True)
class Entry:
    owner_id: UUID | None = None


def evolve(entry: Entry, event: RegisterEvent) -> Entry:
    match event:
        case ValueRegistered():
            return Entry(event.owner_id)
        case ValueReleased():
            return Entry()
        case _:
            assert_never(event)
