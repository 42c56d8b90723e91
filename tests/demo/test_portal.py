"""The demo's client repeats safely and says clearly what went wrong, against a real HTTP server."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest

from cli.demo_year import lanes
from cli.demo_year.portal import Patience, Portal, PortalRefused, PortalUnreachable

RUN = UUID(int=5)
Answer = tuple[int, dict[str, str], Any]


@contextmanager
def serving(*answers: Answer) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server that gives these answers after a sign-in, and the headers of what it was asked."""
    left, asked = list(answers), list[dict[str, str]]()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.endswith("/auth/login"):
                self.answer((200, {}, {"access_token": "t", "expires_in": 600}))
                return
            asked.append(dict(self.headers.items()))
            self.answer(left.pop(0))

        def do_GET(self) -> None:
            asked.append(dict(self.headers.items()))
            self.answer(left.pop(0))

        def answer(self, answer: Answer) -> None:
            status, headers, data = answer
            shape = {"success": True, "data": data}
            if status >= 400:
                shape = {"success": False, "error": data}
            body = json.dumps(shape).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


def test_a_write_is_sent_again_under_the_same_key_until_it_is_answered() -> None:
    full = (429, {"Retry-After": "0"}, {"code": "RATE_LIMIT_EXCEEDED"})
    away: Answer = (503, {}, {"code": "SERVICE_UNAVAILABLE"})
    with serving(full, away, (201, {"X-Ledger-Position": "7"}, {"id": "x"})) as (url, asked):
        through = Portal(url, RUN)
        clerk = through.sign_in("clerk", "secret")
        assert clerk.post("/members", {"a": 1}, "member-1") == {"id": "x"}
        through.close()
    assert len({headers["Idempotency-Key"] for headers in asked}) == 1
    assert (through.counted.repeated, through.position) == (2, 7)


def test_a_read_asks_to_see_what_was_written() -> None:
    with serving((201, {"X-Ledger-Position": "41"}, {}), (200, {}, {"n": 1})) as (url, asked):
        through = Portal(url, RUN)
        clerk = through.sign_in("clerk", "secret")
        clerk.post("/members", {}, "member-1")
        assert clerk.get("/members/1") == {"n": 1}
        through.close()
    assert asked[1]["X-Ledger-Position"] == "41"


def test_a_refusal_carries_its_rule() -> None:
    refused = {"code": "RESOURCE_CONFLICT", "details": {"rule": "claim.no_cover"}, "message": "no"}
    with serving((409, {}, refused)) as (url, _):
        through = Portal(url, RUN)
        with pytest.raises(PortalRefused, match=r"claim\.no_cover") as caught:
            through.sign_in("clerk", "secret").post("/claims", {}, "claim-1")
        through.close()
    assert (caught.value.status, caught.value.rule) == (409, "claim.no_cover")


def test_nobody_at_the_door_is_said_after_some_tries() -> None:
    with serving() as (url, _):
        pass
    through = Portal(url, RUN, patience=Patience(first_pause=0.01, tries=2))
    with pytest.raises(PortalUnreachable, match="no answer after 2 tries"):
        through.sign_in("clerk", "secret")
    through.close()


def test_a_list_is_read_to_its_end_by_cursor() -> None:
    first: Answer = (200, {}, {"results": [{"n": 1}], "cursor": "c2"})
    last: Answer = (200, {}, {"results": [{"n": 2}], "cursor": None})
    with serving(first, last) as (url, _):
        through = Portal(url, RUN)
        assert through.sign_in("clerk", "secret").all("/claims") == [{"n": 1}, {"n": 2}]
        through.close()


def test_things_of_one_key_are_done_in_order_whatever_the_lanes() -> None:
    things = [(key, n) for n in range(50) for key in "abcdefg"]
    done: list[tuple[str, int]] = []
    lanes.run(lanes.by_key(things, lambda thing: thing[0]), done.append)
    assert sorted(done) == sorted(things)
    for key in "abcdefg":
        mine = [n for name, n in done if name == key]
        assert mine == sorted(mine)


def test_the_first_error_stops_all_lanes() -> None:
    done: list[int] = []

    def do(number: int) -> None:
        if number == 3:
            raise ValueError("three")
        done.append(number)

    with pytest.raises(ValueError, match="three"):
        lanes.run([[1, 2, 3, 4, 5]], do)
    assert done == [1, 2]
