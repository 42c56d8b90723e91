"""What we allow for notices: each is told once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.notice.events import (
    Channel,
    NoticeEvent,
    NoticeRequested,
    NoticeSent,
    NoticeUndeliverable,
)
from domain.notice.state import Notice, NotTold, Told


@dataclass(frozen=True, slots=True)
class RequestNotice:
    """As the event; a notice is asked for once."""

    kind: str
    person_id: UUID
    about: UUID
    number: str
    subject: str
    words: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class RecordNotice:
    """Put down what was told; without a channel, that nobody could be told, and why."""

    kind: str
    person_id: UUID
    about: UUID
    number: str
    channel: Channel | None
    to: str = ""
    reason: str = ""


NoticeCommand = RequestNotice | RecordNotice


def decide(notice: Notice, command: NoticeCommand) -> Sequence[NoticeEvent]:
    if isinstance(command, RequestNotice):
        return request(notice, command)
    if isinstance(notice, Told):
        return []
    of = (command.kind, command.person_id, command.about, command.number)
    if command.channel is None:
        return [NoticeUndeliverable(*of, command.reason)]
    return [NoticeSent(*of, command.channel, command.to)]


def request(notice: Notice, command: RequestNotice) -> Sequence[NoticeEvent]:
    if not isinstance(notice, NotTold):
        return []
    return [
        NoticeRequested(
            command.kind, command.person_id, command.about, command.number, command.subject,
            command.words, command.requested_by,
        )
    ]  # fmt: skip
