"""Whether somebody has been told, and what is to be told."""

from dataclasses import dataclass
from uuid import UUID

from domain.notice.events import NoticeEvent, NoticeRequested
from domain.personal import NoteText, PersonId


@dataclass(frozen=True, slots=True)
class NotTold:
    pass


@dataclass(frozen=True, slots=True)
class Requested:
    person_id: PersonId
    kind: str
    about: UUID
    number: str
    subject: NoteText
    words: NoteText


@dataclass(frozen=True, slots=True)
class Told:
    person_id: PersonId


Notice = NotTold | Requested | Told


def evolve(_notice: Notice, event: NoticeEvent) -> Notice:
    if isinstance(event, NoticeRequested):
        return Requested(
            event.person_id, event.kind, event.about, event.number, event.subject, event.words
        )
    return Told(event.person_id)
