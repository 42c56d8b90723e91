"""Which words of a notice are in force."""

from dataclasses import dataclass

from domain.notice_template.events import NoticeTemplateEvent


@dataclass(frozen=True, slots=True)
class NotPublished:
    pass


@dataclass(frozen=True, slots=True)
class Published:
    code: str
    version: int
    subject: str
    words: str


NoticeTemplate = NotPublished | Published


def evolve(_template: NoticeTemplate, event: NoticeTemplateEvent) -> NoticeTemplate:
    return Published(event.code, event.version, event.subject, event.words)
