"""The life of a resource, in words and in data: who, when, why, by which command and what cause."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from api.envelope import Success, plain, success
from api.errors import not_found
from api.fields import Id
from api.reads import Read, Reads
from api.resources import Resource
from projections.history import Life, NotFound, Told, life
from projections.subjects import BY_AGGREGATE, Kind


class Happened(BaseModel):
    """An event. `recorded_at` is when the ledger learnt it, `effective_on` from when it holds.

    `own` tells it from events of other things that belong to the story. `caused_by` is the ledger
    position of the event that led to it, `changed` what it changed of what is shown.
    """

    position: int
    version: int
    event: str
    words: str
    subject: str
    own: bool
    stream_id: UUID
    recorded_at: datetime
    effective_on: date
    actor: str
    reason: str
    command_id: UUID
    correlation_id: UUID
    caused_by: int | None
    changed: dict[str, str]
    data: dict[str, Any]


class History(BaseModel):
    """`stands` is what is shown after all of it; `explanation` how it was decided.

    `background` are the latest events of what it names: its member, policy, provider, product.
    """

    kind: str
    subject: str
    stands: dict[str, str]
    events: list[Happened]
    explanation: list[str]
    background: list[Happened]


class Moment(BaseModel):
    """One line of a timeline."""

    at: datetime
    effective_on: date
    subject: str
    words: str
    actor: str


@dataclass(frozen=True, slots=True)
class Telling:
    """A way to tell a life: the last word of its address, and what it answers."""

    word: str
    answers: type[Any]
    sentence: str


HISTORY = Telling("history", History, "Every event of one {}, in words and in data.")
AUDIT_TRAIL = Telling("audit-trail", History, "The same, under the name that auditors use.")
TIMELINE = Telling("timeline", list[Moment], "What happened to one {}, in a line each.")


def add_history(
    router: APIRouter, resource: Resource, *tellings: Telling, prefix: str = ""
) -> None:
    """Serve the life of a resource below `{prefix}/{id}`."""
    for telling in tellings:
        name = f"show_{resource.name}_{telling.word}".replace("-", "_").replace(" ", "_")
        router.add_api_route(
            f"{prefix}/{{id}}/{telling.word}",
            _told_by(resource, telling),
            methods=["GET"],
            name=name,
            description=telling.sentence.format(resource.name),
            response_model=Success[telling.answers],  # type: ignore[name-defined]  # made here
        )


def _told_by(resource: Resource, telling: Telling) -> Any:
    kind = kind_of(resource)
    reads = Reads(resource, past=True)

    async def history(which: Id, read: Annotated[Read, Depends(reads)]) -> Response:
        read.nothing_else()
        if not await read.note_seen(which) and read.caller.outside:
            raise not_found()
        try:
            told = await run_in_threadpool(_life, read, kind, which)
        except NotFound as absent:
            raise not_found() from absent
        version = max(event.version for event in told.events if event.own)
        shown = moments(told) if telling is TIMELINE else history_of(told, read.caller.outside)
        return success(shown, headers={"ETag": f'"{version}"'})

    return history


def kind_of(resource: Resource) -> Kind:
    """What the events of a resource are about: the first word of their names."""
    (aggregate,) = {name.partition(".")[0] for name in resource.projection.by_name}
    return BY_AGGREGATE[aggregate]


def _life(read: Read, kind: Kind, which: UUID) -> Life:
    store = read.parts.desk.store
    with store.pool.connection() as conn:
        return life(conn, store.tenant, kind, str(which), read.known_at, read.effective_on)


def history_of(told: Life, own_only: bool) -> dict[str, object]:
    """The whole story; outside users see what is recorded of the thing itself."""
    return {
        "kind": told.kind,
        "subject": told.subject,
        "stands": told.stands,
        "events": [_happened(event) for event in told.events if event.own or not own_only],
        "explanation": told.explanation,
        "background": [] if own_only else [_happened(event) for event in told.background],
    }


def _happened(event: Told) -> dict[str, object]:
    return {
        "position": event.position,
        "version": event.version,
        "event": event.event,
        "words": event.words,
        "subject": event.subject,
        "own": event.own,
        "stream_id": event.stream_id,
        "recorded_at": event.recorded_at,
        "effective_on": event.effective_on,
        "actor": event.actor,
        "reason": event.reason,
        "command_id": event.command_id,
        "correlation_id": event.correlation_id,
        "caused_by": event.caused_by,
        "changed": event.changed,
        "data": plain(event.fact),
    }


def moments(told: Life) -> list[dict[str, object]]:
    """The thing's own events, a line each."""
    return [
        {
            "at": event.recorded_at,
            "effective_on": event.effective_on,
            "subject": event.subject,
            "words": event.words,
            "actor": event.actor,
        }
        for event in told.events
        if event.own
    ]
