"""A small client of the HTTP interface: signed in as somebody, every write safe to repeat."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

import httpx2

Body = Mapping[str, Any]

_RENEW_BEFORE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer is waited for, and how soon a request is sent again, in seconds."""

    answer: float = 30.0
    first_pause: float = 0.1
    longest_pause: float = 5.0
    tries: int = 8


@dataclass(frozen=True, slots=True)
class Written:
    """A write that was answered: under which key, where the log stood then, when it was first
    sent (monotonic) and how long it took until its answer, and how often it was sent."""

    key: str
    status: int
    position: int
    began: float
    seconds: float
    tries: int


class PortalRefused(Exception):
    """The API answered with an error; `rule` is the refusal's own code where there is one."""

    def __init__(self, status: int, error: Mapping[str, Any], what: str) -> None:
        self.status = status
        self.code = str(error.get("code", ""))
        self.details: Mapping[str, Any] = error.get("details") or {}
        self.rule = str(self.details.get("rule", ""))
        super().__init__(f"{what}: {status} {self.code} {self.rule} {error.get('message', '')}")


class PortalUnreachable(Exception):
    """No answer after all tries."""


@dataclass
class Counted:
    """How many requests were answered, and how many had to be sent again."""

    requests: int = 0
    writes: int = 0
    repeated: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *, write: bool, repeated: int) -> None:
        with self.lock:
            self.requests += 1
            self.writes += write
            self.repeated += repeated


class Portal:
    """One API for several people; connections are shared by the threads of this process.

    `run` names this run: idempotency keys are made from it, so that a request that is sent again
    has one effect, and another run is another one.
    """

    def __init__(
        self,
        url: str,
        run: UUID,
        connections: int = 8,
        patience: Patience = Patience(),
        on_written: Callable[[Written], None] | None = None,
    ) -> None:
        limits = httpx2.Limits(max_connections=connections)
        self._client = httpx2.Client(base_url=url, timeout=patience.answer, limits=limits)
        self._patience = patience
        self._on_written = on_written
        self.run = run
        self.counted = Counted()
        self.position = 0  # of the last write that was answered: reads ask to see it

    def sign_in(self, username: str, password: str) -> "SignedIn":
        """Raises PortalRefused for a wrong name or password."""
        return SignedIn(self, username, password)

    def close(self) -> None:
        self._client.close()

    def send(
        self, method: str, path: str, *, headers: Mapping[str, str], write: bool, **more: Any
    ) -> httpx2.Response:
        """Send until there is an answer; waits where the API asks for patience.

        Raises PortalUnreachable after the last try.
        """
        patience = self._patience
        pause, why, started = patience.first_pause, "", time.monotonic()
        for tried in range(patience.tries):
            try:
                answer = self._client.request(method, path, headers=headers, **more)
            except httpx2.TransportError as error:
                why = str(error) or type(error).__name__
            else:
                if answer.status_code not in (429, 502, 503, 504):
                    self.counted.add(write=write, repeated=tried)
                    written = int(answer.headers.get("X-Ledger-Position", 0)) if write else 0
                    self.position = max(self.position, written)
                    if write and self._on_written is not None:
                        key, took = headers.get("Idempotency-Key", ""), time.monotonic() - started
                        told = Written(key, answer.status_code, written, started, took, tried + 1)
                        self._on_written(told)
                    return answer
                why = f"{answer.status_code}"
                pause = max(pause, float(answer.headers.get("Retry-After", 0)))
            time.sleep(min(pause, patience.longest_pause))
            pause *= 2
        raise PortalUnreachable(f"{method} {path}: no answer after {patience.tries} tries ({why})")


class SignedIn:
    """A person at the portal. Safe for many threads."""

    def __init__(self, portal: Portal, username: str, password: str) -> None:
        self.portal = portal
        self.username = username
        self._secret = password
        self._lock = threading.Lock()
        self._token, self._good_until = "", 0.0
        self._header()

    def get(self, path: str, **params: str | int) -> Any:
        """The data of an answer; raises PortalRefused."""
        headers = self._header() | {"X-Ledger-Position": str(self.portal.position)}
        answer = self.portal.send(
            "GET", f"/api/v1{path}", headers=headers, write=False, params=params
        )
        return _data(answer, f"GET {path}")

    def count(self, path: str, **params: str | int) -> int:
        """How many entries a list has."""
        return int(self.get(path, page_size=1, **params)["count"])

    def all(self, path: str, **params: str | int) -> list[dict[str, Any]]:
        """Every entry of a list, however long, in a fixed order: a cursor goes from part to part.

        What comes in while it is read is neither doubled nor makes others be passed over.
        """
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            answer = self.get(path, cursor=cursor, page_size=100, ordering="created_at", **params)
            found += answer["results"]
            cursor = answer["cursor"]
        return found

    def raw(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Whatever is answered, a refusal too; for what leaves nothing behind."""
        return self.portal.send(
            method, f"/api/v1{path}", headers=self._header(), write=False, **more
        )

    def post(self, path: str, body: Body, key: str) -> Any:
        """Carry out a command; `key` names it within the run, so that it has one effect."""
        return self.write("POST", path, body, key)

    def patch(self, path: str, body: Body, key: str) -> Any:
        return self.write("PATCH", path, body, key)

    def write(self, method: str, path: str, body: Body, key: str) -> Any:
        """A command by whatever method; see `post`."""
        headers = self._header() | {"Idempotency-Key": str(uuid5(self.portal.run, key))}
        answer = self.portal.send(
            method, f"/api/v1{path}", headers=headers, write=True, json=dict(body)
        )
        return _data(answer, f"{method} {path}")

    def _header(self) -> dict[str, str]:
        with self._lock:
            if time.monotonic() > self._good_until:
                self._sign_in()
            return {"Authorization": f"Bearer {self._token}"}

    def _sign_in(self) -> None:
        body = {"username": self.username, "password": self._secret}
        answer = self.portal.send("POST", "/api/v1/auth/login", headers={}, write=True, json=body)
        data = _data(answer, "sign in")
        self._token = data["access_token"]
        self._good_until = time.monotonic() + data["expires_in"] - _RENEW_BEFORE_SECONDS


def _data(answer: httpx2.Response, what: str) -> Any:
    """The data of a success; raises PortalRefused for everything else."""
    try:
        content = answer.json()
    except ValueError:
        raise PortalRefused(answer.status_code, {"message": answer.text[:200]}, what) from None
    if answer.status_code >= 400 or not content.get("success", False):
        raise PortalRefused(answer.status_code, content.get("error") or {}, what)
    return content["data"]
