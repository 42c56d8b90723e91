"""What can happen to a notice: somebody asks for it, it is handed to whoever delivers it, or nobody
can be reached."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.personal import ContactText, NoteText, PersonId


class Channel(StrEnum):
    TEXT_MESSAGE = "text_message"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class NoticeRequested:
    """Somebody of the insurer wants the member told; `kind` names the template of the words, if
    they have one, and `about` is what it is about: the member where it is nothing else."""

    kind: str
    person_id: PersonId
    about: UUID
    number: str
    subject: NoteText
    words: NoteText
    requested_by: str


@dataclass(frozen=True, slots=True)
class NoticeSent:
    """The member was told of `number` (a claim); `to` is where, `kind` what about."""

    kind: str
    person_id: PersonId
    about: UUID
    number: str
    channel: Channel
    to: ContactText


@dataclass(frozen=True, slots=True)
class NoticeUndeliverable:
    """Nobody could be told: `reason` says what is missing."""

    kind: str
    person_id: PersonId
    about: UUID
    number: str
    reason: str


NoticeEvent = NoticeRequested | NoticeSent | NoticeUndeliverable
