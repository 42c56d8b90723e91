"""What can happen to a notice: it was handed to whoever delivers it, or nobody could be reached."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.personal import ContactText, PersonId


class Channel(StrEnum):
    TEXT_MESSAGE = "text_message"
    MAIL = "mail"


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


NoticeEvent = NoticeSent | NoticeUndeliverable
