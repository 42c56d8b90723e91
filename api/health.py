"""Whether the API lives, can work, and how far its read models are behind."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from adapters.outages import OUTAGES
from api.access import Allowed, Caller
from api.envelope import Success, success
from api.errors import UNAVAILABLE, Problem
from api.parts import Parts, parts_of
from api.roles import PUBLIC
from api.routing import resource_router

router = resource_router("/health", "Health")

Anybody = Annotated[Caller | None, Depends(Allowed(PUBLIC))]


@router.get("/live", response_model=Success[dict[str, str]])
async def is_alive(_: Anybody) -> Response:
    """Whether this process answers; it asks nobody else."""
    return success({"status": "alive"})


@router.get("/ready", response_model=Success[dict[str, str]])
async def is_ready(request: Request, _: Anybody) -> Response:
    """Whether the database, its migrations and the queue server are there to work with."""
    parts = parts_of(request)
    found = {"database": await _database(parts), "queue": await _queue(parts)}
    if set(found.values()) != {"ready"}:
        raise Problem(UNAVAILABLE, details=found)
    return success(found)


@router.get("/lag", response_model=Success[list[dict[str, Any]]])
async def show_lag(request: Request, _: Anybody) -> Response:
    """Where each reader of the log stands, and how many positions it is behind."""
    return success(await lag(parts_of(request)))


async def lag(parts: Parts) -> list[dict[str, object]]:
    """Every reader of the log; an `error` tells that it stands still until that is mended."""
    rows = await parts.reading.rows(
        "SELECT c.name, c.position, greatest(s.safe - c.position, 0),"
        " c.updated_at, c.error IS NOT NULL"
        " FROM es_checkpoint c, es_safe_position() s ORDER BY c.name"
    )
    return [
        {"name": name, "position": at, "behind": behind, "updated_at": when, "stopped": stopped}
        for name, at, behind, when, stopped in rows
    ]


async def _database(parts: Parts) -> str:
    try:
        row = await parts.reading.row("SELECT count(*) FROM meta_migration")
    except OUTAGES:
        return "away"
    return "ready" if row is not None and row[0] else "not migrated"


async def _queue(parts: Parts) -> str:
    return "ready" if await parts.limiter.alive() else "away"
