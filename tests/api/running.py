"""The API as it runs for the tests: real HTTP on a free port, real servers, live read models."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import uvicorn

from adapters.identities import Identities, Kind, User
from adapters.passwords import Passwords
from adapters.settings import Settings
from adapters.wakeup import Wakeup
from api.app import create_app
from api.parts import Parts
from api.serving import server_config
from commands.context import Desk
from projections.__main__ import serve

PASSWORD = "a password for the tests alone"
Json = dict[str, Any]


MakeSettings = Callable[..., Settings]


def settings_for(database_url: str, redis_url: str, state: Path, **changed: Any) -> Settings:
    """Settings of an API under test: quick passwords, no limits unless asked for."""
    given = {"cheap_passwords": True, "rate_limits": False, "access_minutes": 60,
             "staff_second_factor": False, **changed}  # fmt: skip
    return Settings(DATABASE_URL=database_url, REDIS_URL=redis_url, BIMA_HOME=state, **given)


@dataclass
class RunningApi:
    """Where it is reached, and a way in for every role."""

    url: str
    parts: Parts
    _by_role: dict[str, httpx2.Client] = field(default_factory=dict)
    _clients: list[httpx2.Client] = field(default_factory=list)

    def anonymous(self) -> httpx2.Client:
        """A client without a token; it is closed when the API stops."""
        self._clients.append(httpx2.Client(base_url=self.url, timeout=120))
        return self._clients[-1]

    def user(
        self, *roles: str, kind: Kind = Kind.STAFF, subject: UUID | None = None, name: str = ""
    ) -> User:
        """A new user who may sign in with PASSWORD."""
        name = name or f"{roles[0]}-{uuid4().hex[:8]}"
        user = User(uuid4(), name, name.title(), kind, frozenset(roles), subject)
        self.identities.add(user, Passwords(cheap=True).hash(PASSWORD))
        return user

    def signed_in(self, user: User) -> httpx2.Client:
        """A client with the user's token."""
        client = self.anonymous()
        answer = client.post(
            "/api/v1/auth/login", json={"username": user.username, "password": PASSWORD}
        )
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['data']['access_token']}"
        return client

    def as_role(self, role: str) -> httpx2.Client:
        """A member of staff with one role, the same one every time."""
        if role not in self._by_role:
            self._by_role[role] = self.signed_in(self.user(role))
        return self._by_role[role]

    def close(self) -> None:
        for client in self._clients:
            client.close()

    @property
    def identities(self) -> Identities:
        return self.parts.identities

    def events(self, stream_id: str | UUID) -> list[str]:
        """The names of a stream's events."""
        return [e.name for e in self.parts.desk.store.stream(UUID(str(stream_id)))]

    def last_position(self) -> int:
        return self.parts.desk.store.safe_position()


@contextmanager
def running_api(
    settings: Settings, *, desk: Desk | None = None, read_models: bool = True
) -> Iterator[RunningApi]:
    """The API with a projector beside it, until the block ends."""
    app = create_app(settings, desk)
    listening = socket.create_server(("127.0.0.1", 0))
    config = server_config(app, settings, log_level="warning", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    give_up = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive(), "the API did not start"
        assert time.monotonic() < give_up, "the API did not start in time"
        time.sleep(0.01)
    with projector(settings) if read_models else _nothing():
        scheme = "https" if settings.tls_certificate else "http"
        api = RunningApi(f"{scheme}://127.0.0.1:{listening.getsockname()[1]}", app.state.parts)
        try:
            yield api
        finally:
            api.close()
            server.should_exit = True
            thread.join(timeout=60)
            listening.close()


@contextmanager
def projector(settings: Settings) -> Iterator[None]:
    """Read models that follow the log, as `python -m projections` runs them."""
    dsn = settings.require_database_url()
    stop, wakeup = threading.Event(), Wakeup(dsn)
    wakeup.listen()
    thread = threading.Thread(target=serve, args=(dsn, wakeup, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        wakeup.nudge()
        thread.join(timeout=60)
        wakeup.close()


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def a_member(**changed: object) -> Json:
    """The body of an enrolment."""
    return {
        "first_name": "Asha", "last_name": "Mtei", "born_on": "1990-04-12", "sex": "F",
        **changed,
    }  # fmt: skip


def data_of(answer: httpx2.Response, status: int = 200) -> Any:
    """The data of a successful answer."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["success"] is True
    assert body["timestamp"]
    return body["data"]


def error_of(answer: httpx2.Response, status: int, code: str) -> Json:
    """The error of a refused one; every one has the agreed shape."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["success"] is False
    assert set(body) == {"success", "error", "timestamp"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert body["error"]["code"] == code
    assert answer.headers["X-Request-Id"]
    assert "Traceback" not in answer.text
    error: Json = body["error"]
    return error


def faulty_fields(error: Json) -> set[str]:
    return {fault["field"] for fault in error["details"]["errors"]}


A_MINUTE = timedelta(minutes=1)
