"""Simple operations are answered without the framework's general steps, exactly as with them."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from functools import cache
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
from api.fields import Body, Count, Id
from api.roles import CHANGE_POLICY, PUBLIC, VIEW_CLAIM
from api.shortcut import Direct, Shortcut

WHICH = UUID("0190f0f0-1234-7abc-8def-001122334455")


class Thing(Body):
    parts: Count
    note: str = ""


@cache
def _application(*, shortcut: bool = False) -> FastAPI:
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

    @app.post("/api/v1/things/{id}/parts", dependencies=[Depends(Allowed(PUBLIC))])
    async def add_part(which: Id, body: Thing) -> Response:
        return success({"id": which, "body": body.model_dump()}, status=201)

    @app.patch("/api/v1/things/{id}", dependencies=[Depends(Allowed(PUBLIC))])
    async def change(which: Id, body: Thing | None = None) -> Response:
        return success([which, body and body.model_dump()])

    @app.put("/api/v1/things/{id}", dependencies=[Depends(Allowed(CHANGE_POLICY))])
    async def replace(which: Id, body: Thing) -> Response:
        return success(which)

    @app.delete("/api/v1/things/{id}", dependencies=[Depends(Allowed(PUBLIC))])
    async def withdraw(which: Id, number: int = 0) -> Response:
        return success([which, number])

    if shortcut:
        ways = Shortcut(app.routes)
        app.router.routes.insert(0, ways)
        app.add_middleware(Direct, shortcut=ways)
    return app


JSON = ((b"content-type", b"application/json"),)
Headers = Sequence[tuple[bytes, bytes]]


def _asked(
    app: ASGIApp, path: str, method: str = "GET", body: bytes | None = b"", headers: Headers = ()
) -> tuple[int, Mapping[str, object]]:
    """What is answered; the body comes in two parts, or None: the caller goes away before it."""
    sent: list[Message] = []
    middle = len(body or b"") // 2
    parts = [(body or b"")[:middle], (body or b"")[middle:]]

    async def receive() -> Message:
        if body is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(),
        "headers": [*headers],
        "query_string": b"", "http_version": "1.1", "scheme": "http", "state": {},
    }  # fmt: skip

    async def ask() -> None:
        await app(scope, receive, send)

    asyncio.run(ask())
    began, content = sent
    told = json.loads(content["body"])
    return began["status"], {name: value for name, value in told.items() if name != "timestamp"}


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
    answer = _asked(_application(shortcut=True), address)
    assert answer == _asked(_application(), address)
    assert answer[0] == status


GOOD = b'{"parts": 3}'


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("POST", f"things/{WHICH}/parts", GOOD, JSON, 201),
        ("POST", "things/not-an-id/parts", b'{"parts": "x"}', JSON, 422),  # both faults are told
        ("POST", f"things/{WHICH}/parts", b'{"parts": "x", "other": 1}', JSON, 422),
        ("POST", f"things/{WHICH}/parts", b'{"parts": NaN}', JSON, 422),
        ("POST", f"things/{WHICH}/parts", b'{"parts": 3', JSON, 400),
        ("POST", f"things/{WHICH}/parts", b"\xff\xfe", JSON, 400),
        ("POST", f"things/{WHICH}/parts", b"[" * 100_000, JSON, 400),
        ("POST", f"things/{WHICH}/parts", b"", JSON, 422),
        ("POST", f"things/{WHICH}/parts", b"null", JSON, 422),
        ("POST", f"things/{WHICH}/parts", None, JSON, 400),
        ("POST", f"things/{WHICH}/parts", GOOD, (), 422),  # nothing says that it is JSON
        ("POST", f"things/{WHICH}/parts", GOOD, ((b"content-type", b"text/plain"),), 422),
        ("POST", f"things/{WHICH}/parts", GOOD, ((b"content-type", b"text/plain"), *JSON), 422),
        ("POST", f"things/{WHICH}/parts", GOOD, (*JSON, (b"content-type", b"text/plain")), 201),
        ("POST", f"things/{WHICH}/parts", GOOD, ((b"content-type", b"application/x+json"),), 201),
        ("POST", f"things/{WHICH}/parts", '{"parts": 3}'.encode("utf-16"), JSON, 201),
        ("PATCH", f"things/{WHICH}", GOOD, JSON, 200),
        ("PATCH", f"things/{WHICH}", b"", (), 200),
        ("PATCH", f"things/{WHICH}", b"null", JSON, 200),
        ("PATCH", f"things/{WHICH}", b'{"parts": "x"}', JSON, 422),
        ("PUT", f"things/{WHICH}", GOOD, JSON, 401),
        # Who may not do this is not told what is wrong with the body, unless it is no JSON at all.
        ("PUT", f"things/{WHICH}", b'{"parts": "x"}', JSON, 401),
        ("PUT", f"things/{WHICH}", b"{", JSON, 400),
        ("DELETE", f"things/{WHICH}", b"", (), 200),
    ],
)  # fmt: skip
def test_a_write_answers_the_same_directly_and_by_the_framework(
    method: str, path: str, body: bytes | None, headers: Headers, status: int
) -> None:
    address = f"/api/v1/{path}"
    answer = _asked(_application(shortcut=True), address, method, body, headers)
    assert answer == _asked(_application(), address, method, body, headers)
    assert answer[0] == status


def test_what_needs_more_than_rules_ids_and_a_body_goes_the_frameworks_way() -> None:
    direct = {r.name for r in operations(_application().routes) if directly(r) is not None}
    assert direct == {"show_fixed", "show", "list_parts", "add_part", "change", "replace"}


def test_nearly_all_operations_are_answered_directly() -> None:
    routes = list(operations(create_app(Settings()).routes))
    direct = [route for route in routes if directly(route) is not None]
    named = {"show_claim", "list_claims", "show_member", "receive_premium", "submit_claim"}
    assert named <= {route.name for route in direct}
    assert len(direct) > 0.8 * len(routes)
