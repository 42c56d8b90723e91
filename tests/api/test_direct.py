"""Simple reads are answered without the framework's general steps, and exactly as with them."""

import asyncio
import json
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import pytest
from fastapi import Depends, FastAPI, Request, Response
from starlette.types import ASGIApp, Message

from adapters.settings import Settings
from api.access import Allowed, operations
from api.app import create_app
from api.direct import directly
from api.envelope import success
from api.errors import answer_errors
from api.fields import Id
from api.roles import PUBLIC, VIEW_CLAIM
from api.shortcut import Shortcut

WHICH = UUID("0190f0f0-1234-7abc-8def-001122334455")


def _application() -> FastAPI:
    app = FastAPI(openapi_url=None)
    answer_errors(app)

    @app.get("/api/v1/things/fixed")
    async def show_fixed(caller: Annotated[object, Depends(Allowed(PUBLIC))]) -> Response:
        return success({"fixed": True})

    @app.get("/api/v1/things/{id}")
    async def show(which: Id, caller: Annotated[object, Depends(Allowed(PUBLIC))]) -> Response:
        return success({"id": which, "caller": caller})

    @app.get("/api/v1/things/{id}/parts", dependencies=[Depends(Allowed(VIEW_CLAIM))])
    async def list_parts(which: Id) -> Response:
        return success([which])

    @app.get("/api/v1/others/{id}")
    async def show_other(which: Id, request: Request) -> Response:
        return success({"id": which, "path": request.url.path})

    return app


def _asked(app: ASGIApp, path: str) -> tuple[int, Mapping[str, object]]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "headers": [],
        "query_string": b"", "http_version": "1.1", "scheme": "http", "state": {},
    }  # fmt: skip

    async def ask() -> None:
        await app(scope, receive, send)

    asyncio.run(ask())
    head, body = sent
    told = json.loads(body["body"])
    return head["status"], {name: value for name, value in told.items() if name != "timestamp"}


def _with_the_shortcut() -> FastAPI:
    app = _application()
    app.router.routes.insert(0, Shortcut(app.routes))
    return app


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"things/{WHICH}", 200),
        (f"things/{str(WHICH).upper()}", 200),
        (f"things/{WHICH.hex}", 200),  # the framework takes it, too
        ("things/not-an-id", 422),
        (f"things/{WHICH}0", 422),
        ("things/fixed", 200),
        (f"things/{WHICH}/parts", 401),  # a rule that nobody asks for by name counts as well
        ("things/not-an-id/parts", 401),  # who may not look is not told what was wrong
        (f"others/{WHICH}", 200),
        (f"nothing/{WHICH}", 404),
    ],
)
def test_a_read_answers_the_same_directly_and_by_the_framework(path: str, status: int) -> None:
    address = f"/api/v1/{path}"
    answer = _asked(_with_the_shortcut(), address)
    assert answer == _asked(_application(), address)
    assert answer[0] == status


def test_what_needs_more_than_rules_and_ids_goes_the_frameworks_way() -> None:
    direct = {r.name for r in operations(_application().routes) if directly(r) != r.handle}
    assert direct == {"show_fixed", "show", "list_parts"}


def test_nearly_all_reads_are_answered_directly_and_no_write_is() -> None:
    routes = list(operations(create_app(Settings()).routes))
    direct = [route for route in routes if directly(route) != route.handle]
    assert {"show_claim", "list_claims", "show_member"} <= {route.name for route in direct}
    assert all(route.methods == {"GET"} for route in direct)
    reads = [route for route in routes if route.methods == {"GET"}]
    assert len(direct) > 0.8 * len(reads)
