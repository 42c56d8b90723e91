"""What members were told, by whom it was wanted, and whether it reached them; and the words that
are kept for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.notice.events import NoticeRequested, NoticeSent, NoticeUndeliverable
from domain.notice_template.events import NoticeTemplatePublished
from domain.personal import Personal
from projections.declaring import SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class NoticeRow(Row):
    """`stage` is requested, sent or undeliverable; `kind` the template, or what it is told of.

    Words stand only in what somebody has asked for: those of the saga follow from their kind.
    """

    notice_id: UUID
    kind: Annotated[str, SORTS]
    stage: Annotated[str, SORTS]
    member_id: UUID
    about: UUID
    number: Annotated[str, SEARCHED]
    subject: Annotated[str, SHOWN, Personal("note")] = ""
    words: Annotated[str, SHOWN, Personal("note")] = ""
    channel: str = ""
    sent_to: Annotated[str, SHOWN, Personal("contact")] = ""
    reason: Annotated[str, SHOWN] = ""
    requested_by: str = ""
    told_at: Annotated[datetime | None, SORTS] = None


@dataclass(slots=True)
class NoticeTemplateRow(Row):
    template_id: UUID
    code: Annotated[str, SEARCHED]
    template_version: int
    subject: Annotated[str, SHOWN]
    words: Annotated[str, SHOWN]
    published_by: str


NOTICES = Table(
    NoticeRow,
    "notices",
    ("notice_id",),
    person="member_id",
    indexes=(
        Index(("member_id", "created_at")),
        Index(("stage", "created_at")),
        Index(("created_at", "notice_id")),
    ),
)
TEMPLATES = Table(NoticeTemplateRow, "notice_templates", ("template_id",))


def requested(event: Recorded, fact: NoticeRequested, rows: Rows) -> None:
    row = _new(event, fact, rows)
    row.subject, row.words, row.requested_by = fact.subject, fact.words, fact.requested_by


def sent(event: Recorded, fact: NoticeSent, rows: Rows) -> None:
    row = _told(event, fact, rows)
    row.stage, row.channel, row.sent_to = "sent", str(fact.channel), fact.to


def undeliverable(event: Recorded, fact: NoticeUndeliverable, rows: Rows) -> None:
    row = _told(event, fact, rows)
    row.stage, row.reason = "undeliverable", fact.reason


def _told(event: Recorded, fact: NoticeSent | NoticeUndeliverable, rows: Rows) -> NoticeRow:
    """The row of a notice that has ended; those of the saga are never asked for before."""
    row = rows.find(NOTICES, event.stream_id) or _new(event, fact, rows)
    rows.touch(NOTICES, row)
    # A child without a telephone is told through the principal: it is their number then.
    row.member_id, row.told_at = fact.person_id, event.meta.recorded_at
    return row


def _new(
    event: Recorded, fact: NoticeRequested | NoticeSent | NoticeUndeliverable, rows: Rows
) -> NoticeRow:
    return rows.add(
        NOTICES,
        NoticeRow(
            notice_id=event.stream_id,
            kind=fact.kind,
            stage="requested",
            member_id=fact.person_id,
            about=fact.about,
            number=fact.number,
        ),
    )


def published(event: Recorded, fact: NoticeTemplatePublished, rows: Rows) -> None:
    row = rows.find(TEMPLATES, event.stream_id)
    if row is None:
        row = rows.add(
            TEMPLATES, NoticeTemplateRow(event.stream_id, fact.code, 0, "", "", fact.published_by)
        )
    rows.touch(TEMPLATES, row)
    row.template_version, row.published_by = fact.version, fact.published_by
    row.subject, row.words = fact.subject, fact.words


PROJECTION = Projection(
    name="notices",
    version=1,
    question="What was each member told, and which words are kept for it?",
    tables=(NOTICES, TEMPLATES),
    on={
        NoticeRequested: requested,
        NoticeSent: sent,
        NoticeUndeliverable: undeliverable,
        NoticeTemplatePublished: published,
    },
)
