"""Which treaties cede the business."""

from dataclasses import dataclass
from uuid import UUID

from domain.periods import Period
from domain.programme.events import ProgrammeEvent


@dataclass(frozen=True, slots=True)
class Entry:
    treaty_id: UUID
    code: str
    priority: int
    period: Period


@dataclass(frozen=True, slots=True)
class Programme:
    """Every treaty that was ever signed, in the order of entry."""

    entries: tuple[Entry, ...] = ()


def evolve(programme: Programme, event: ProgrammeEvent) -> Programme:
    entry = Entry(event.treaty_id, event.code, event.priority, event.period)
    return Programme((*programme.entries, entry))
