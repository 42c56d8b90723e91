"""What we allow for notices: each is told once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.notice.events import Channel, NoticeEvent, NoticeSent, NoticeUndeliverable
from domain.notice.state import Notice, Told


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


NoticeCommand = RecordNotice


def decide(notice: Notice, command: NoticeCommand) -> Sequence[NoticeEvent]:
    if isinstance(notice, Told):
        return []
    of = (command.kind, command.person_id, command.about, command.number)
    if command.channel is None:
        return [NoticeUndeliverable(*of, command.reason)]
    return [NoticeSent(*of, command.channel, command.to)]
