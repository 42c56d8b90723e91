"""The page at `/`: what runs and how far it is, for somebody who has just started Bima.

Numbers only: it is shown to anybody, so no person is named.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from adapters.outages import OUTAGES
from api.access import Allowed, Caller
from api.health import lag
from api.html import page, table
from api.parts import Parts, parts_of
from api.roles import PUBLIC

router = APIRouter(include_in_schema=False)

REFRESH_SECONDS = 10
LAST_CLAIMS = 10

_LINKS = """<p><a href="/operations">All operations</a> ·
<a href="/openapi.json">OpenAPI</a> · <a href="/health/ready">readiness</a> ·
<a href="/health/lag">lag</a></p>"""


@router.get("/", name="show_page")
async def show_page(
    request: Request, _: Annotated[Caller | None, Depends(Allowed(PUBLIC))]
) -> Response:
    """What runs, how far it is, what waits, and the last claims."""
    parts = parts_of(request)
    try:
        content = await _content(parts)
    except OUTAGES:
        content = ["<p>The ledger's database is away. This page asks again by itself.</p>"]
    return page("Bima", [_LINKS, *content], REFRESH_SECONDS)


async def _content(parts: Parts) -> list[str]:
    readers = await lag(parts)
    last = await parts.reading.row("SELECT coalesce(max(position), 0) FROM es_event")
    position = last[0] if last else 0
    standing = [
        (one["name"], one["position"], one["behind"], "stopped" if one["stopped"] else "follows")
        for one in readers
    ]
    return [
        f"<p>The ledger stands at position {position:,}.</p>",
        "<h2>Readers of the ledger</h2>",
        table(("reader", "position", "behind", ""), standing, "Nothing reads the ledger yet."),
        "<h2>Claims that wait</h2>",
        table(("for whom", "claims"), await _waiting(parts), "No claim waits for anybody."),
        "<h2>Tasks of the workers</h2>",
        table(("queue", "state", "tasks"), await _tasks(parts), "No task is open."),
        "<h2>Last claims</h2>",
        table(("number", "stage", "since"), await _last_claims(parts), "There is no claim yet."),
    ]


Rows = Sequence[Sequence[object]]


async def _waiting(parts: Parts) -> Rows:
    return await parts.reading.rows(
        "SELECT queue, count(*) FROM claim_inbox WHERE tenant = %s GROUP BY queue ORDER BY queue",
        (parts.settings.tenant,),
    )


async def _tasks(parts: Parts) -> Rows:
    return await parts.reading.rows(
        "SELECT queue, state, count(*) FROM reaction_task WHERE tenant = %s AND state <> 'done'"
        " GROUP BY queue, state ORDER BY queue, state",
        (parts.settings.tenant,),
    )


async def _last_claims(parts: Parts) -> Rows:
    rows = await parts.reading.rows(
        "SELECT number, stage, updated_at FROM claims WHERE tenant = %s"
        " ORDER BY created_at DESC, claim_id DESC LIMIT %s",
        (parts.settings.tenant, LAST_CLAIMS),
    )
    zone = parts.settings.zone
    return [
        (number, stage, f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}") for number, stage, at in rows
    ]
