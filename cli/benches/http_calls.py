"""The leanest of clients: on two cores, what a request costs its sender is missing elsewhere."""

import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

Headers = Mapping[str, str]
FEWEST = 20  # requests of which 95 % can be told


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes

    def data(self) -> Any:
        """What a good answer of the ledger holds; raises AssertionError for any other."""
        assert self.status < 300, f"{self.status}: {self.body[:300].decode(errors='replace')}"
        return json.loads(self.body)["data"]


class Line:
    """One kept connection; requests go out as bytes that were made ready before."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> Reply:
        self._socket.sendall(request)
        head, _, body = self._until(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self._more()
        return Reply(int(head[9:12]), body)

    def _until(self, mark: bytes) -> tuple[bytes, bytes, bytes]:
        got = self._more()
        while mark not in got:
            got += self._more()
        return got.partition(mark)

    def _more(self) -> bytes:
        part = self._socket.recv(1 << 18)
        if not part:
            raise ConnectionError("the API closed the connection")
        return part

    def close(self) -> None:
        self._socket.close()


def request(method: str, path: str, headers: Headers, body: Any = None) -> bytes:
    """A whole request, ready to be sent."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(content)}"]
    if content:
        lines.append("Content-Type: application/json")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


@contextmanager
def caller(port: int, next_request: Callable[[], bytes]) -> Iterator[Callable[[], int]]:
    """One client that sends what comes next and waits for a good answer; 1 is one request."""
    line = Line(port)

    def once() -> int:
        reply = line.send(next_request())
        assert reply.status < 300, reply
        return 1

    try:
        yield once
    finally:
        line.close()


def p95_ms(port: int, next_request: Callable[[], bytes], seconds: float) -> float:
    """What 95 of 100 requests of one client stay under, in milliseconds, one after another: as many
    as come in time, and twenty where they are slow."""
    took: list[float] = []
    end = time.perf_counter() + seconds
    with caller(port, next_request) as once:
        once()  # the first opens what stays open
        while (began := time.perf_counter()) < end or len(took) < FEWEST:
            once()
            took.append((time.perf_counter() - began) * 1_000)
    return quantiles(took, n=20)[18]
