"""The life of a resource, event by event: who, when, why, by which command and from what cause."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from adapters.envelope import Recorded
from api.envelope import Success, plain, success
from api.errors import not_found
from api.fields import Id
from api.parameters import FROM_VERSION, LIMIT, MOST_EVENTS
from api.reads import Read, Reads
from api.resources import Resource
from projections.as_known import known


class Happened(BaseModel):
    """An event. `recorded_at` is when the ledger learnt it, `effective_on` from when it holds.

    `caused_by` is the ledger position of the event that led to it.
    """

    version: int
    position: int
    event: str
    recorded_at: datetime
    effective_on: date
    actor: str
    reason: str
    command_id: UUID
    correlation_id: UUID
    caused_by: int | None
    data: dict[str, Any]


def add_history(router: APIRouter, resource: Resource, *addresses: str) -> None:
    """Serve the history of a resource below these addresses, such as `/{id}/history`."""
    for address in addresses:
        word = address.rsplit("/", 1)[-1].replace("-", "_")
        name = f"show_{resource.name.replace(' ', '_')}_{word}"
        router.add_api_route(
            address,
            _history_of(resource),
            methods=["GET"],
            name=name,
            summary=f"The {word.replace('_', ' ')} of one {resource.name}",
            response_model=Success[list[Happened]],
        )


def _history_of(resource: Resource) -> Any:
    told_by = Reads(resource, past=True, more=(FROM_VERSION, LIMIT))

    async def history(which: Id, read: Annotated[Read, Depends(told_by)]) -> Response:
        """Every event in words and in data, in the order in which it was recorded."""
        read.nothing_else()
        events = await events_of(read, which)
        chosen = known(events, read.known_at, read.effective_on)
        first, most = read.said["from_version"] or 1, read.said["limit"] or MOST_EVENTS
        shown = [one for one in chosen if one.version >= first][:most]
        return success(told(shown), headers={"ETag": f'"{events[-1].version}"'})

    return history


async def events_of(read: Read, which: UUID) -> list[Recorded]:
    """The events of a resource of this kind that the caller may see; raises Problem."""
    if read.caller.outside:
        await read.check_there(which)
    events = await run_in_threadpool(read.parts.desk.store.stream, which)
    # An id of another kind of thing is not found here, whoever asks.
    kinds = {name.partition(".")[0] for name in read.resource.projection.by_name}
    if not events or events[0].name.partition(".")[0] not in kinds:
        raise not_found()
    return events


def told(events: Sequence[Recorded]) -> list[dict[str, object]]:
    return [
        {
            "version": event.version,
            "position": event.position,
            "event": event.name,
            "recorded_at": event.meta.recorded_at,
            "effective_on": event.meta.effective_on,
            "actor": event.meta.actor,
            "reason": event.meta.reason,
            "command_id": event.meta.command_id,
            "correlation_id": event.meta.correlation_id,
            "caused_by": event.meta.caused_by,
            "data": plain(event.fact),
        }
        for event in events
    ]
