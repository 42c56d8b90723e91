"""Whether somebody has been told."""

from dataclasses import dataclass

from domain.notice.events import NoticeEvent
from domain.personal import PersonId


@dataclass(frozen=True, slots=True)
class NotTold:
    pass


@dataclass(frozen=True, slots=True)
class Told:
    person_id: PersonId


Notice = NotTold | Told


def evolve(_notice: Notice, event: NoticeEvent) -> Notice:
    return Told(event.person_id)
