"""Notices over HTTP: what members are told, whether it reached them, and the words kept for it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field, StringConstraints

from api.answers import made
from api.documentation import listed, single
from api.fields import Asked, Code, Id, Name, Word
from api.readable import NOTICE_TEMPLATES, NOTICES
from api.reads import Read, Reads
from api.roles import SEND_NOTICE
from api.routing import resource_router
from api.writing import Write, Writes
from commands import notifying
from domain.notice_template.decide import LONGEST, PublishTemplate

PREFIX = "/api/v1/notifications"
router = resource_router(PREFIX, "Notifications")

Words = Annotated[
    str,
    StringConstraints(
        strict=True, min_length=1, max_length=LONGEST, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]*$"
    ),
]
Values = Annotated[dict[Code, Word], Field(max_length=20)]
OfTemplates = Annotated[Read, Depends(Reads(NOTICE_TEMPLATES))]


class WantedNotice(Asked):
    """Whom to tell, and what: published words (`template`) with `values` for their places, or a
    message of its own. Nothing of health belongs into a notice."""

    member_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=notifying.MOST_AT_ONCE)]
    template: Code | None = Field(None, examples=["card-ready"])
    values: Values = Field(default_factory=dict, examples=[{"place": "Dodoma"}])
    subject: Word = ""
    words: Words | None = None
    about: UUID | None = Field(None, description="What it is about, such as a policy.")
    number: Word = Field("", description="Its number.")

    def wanted(self) -> notifying.Wanted:
        return notifying.Wanted(
            self.member_ids, self.template or "", self.values, self.subject, self.words or "",
            self.about, self.number,
        )  # fmt: skip


class NewTemplate(Asked):
    """`{insurer}` is filled by us; `paid` and `denied` take the place of our own words, and are
    given {number} and {paid}."""

    code: Code = Field(examples=["card-ready"])
    subject: Name = Field(examples=["Your card"])
    words: Words = Field(examples=["{insurer}: your card waits for you in {place}."])


@router.post("/send", **made())
async def send_notification(
    body: WantedNotice, write: Annotated[Write, Depends(Writes(SEND_NOTICE, creates=PREFIX))]
) -> Response:
    """Have members told; the workers do it behind all other work, each notice once."""
    return await write(body, notifying.send_notices, body.wanted())


@router.get("", **listed(NOTICES))
async def list_notifications(read: Annotated[Read, Depends(Reads(NOTICES))]) -> Response:
    """What members were told and are to be told, filtered, sorted, page by page."""
    return await read.page()


@router.post("/templates", **made())
async def publish_notification_template(
    body: NewTemplate,
    write: Annotated[Write, Depends(Writes(SEND_NOTICE, creates=f"{PREFIX}/templates"))],
) -> Response:
    """Publish the words of a notice, or their next version: the same code is the same notice."""
    command = PublishTemplate(body.code, body.subject, body.words, write.caller.user.actor)
    return await write(body, notifying.publish_template, command)


@router.get("/templates", **listed(NOTICE_TEMPLATES))
async def list_notification_templates(read: OfTemplates) -> Response:
    """The words that are kept, each in the version in force."""
    return await read.page()


@router.get("/templates/{id}", **single(NOTICE_TEMPLATES))
async def show_notification_template(
    template_id: Id, read: Annotated[Read, Depends(Reads(NOTICE_TEMPLATES, past=True))]
) -> Response:
    """The words of one notice, now or as known then."""
    return await read.shown(template_id)


@router.get("/{id}", **single(NOTICES))
async def show_notification(
    notice_id: Id, read: Annotated[Read, Depends(Reads(NOTICES, past=True))]
) -> Response:
    """One notice and whether it reached the member, now or as known then."""
    return await read.shown(notice_id)
