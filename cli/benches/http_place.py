"""Processes for measuring over HTTP: one API as `bima up` starts it, and a bare one beside it."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from adapters.identities import Identities, Kind, User
from adapters.passwords import Passwords
from adapters.settings import Settings
from cli.benches.http_calls import Headers, Line, request
from commands.context import Desk
from deploy.children import start_child, stop_child, wait_until
from deploy.folders import PROJECT, ServerFailed
from deploy.supervisor import listening
from deploy.valkey import ValkeyServer

OURS = ("api.serving",)  # as `bima up` starts it
BARE = (
    "uvicorn", "--factory", "--no-server-header", "--no-access-log", "--log-level=info",
    "cli.benches.bare_api:create_app",
)  # fmt: skip
START_SECONDS = 120.0
PASSWORD = "measured and thrown away"  # noqa: S105  # of a database that is thrown away


@dataclass(frozen=True, slots=True)
class HttpPlace:
    """The ports of both, and what a request to the ledger carries so that it is answered."""

    port: int
    bare_port: int
    headers: Headers


@contextmanager
def both_running(settings: Settings, desk: Desk) -> Iterator[HttpPlace]:
    """An API process and a bare one on the database of the settings, until the block ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bima-bench-")))
        valkey = ValkeyServer(folder, keep=False)
        stack.callback(valkey.stop)
        environment = {
            **os.environ,
            "PYTHONPATH": str(PROJECT),
            "DATABASE_URL": settings.require_database_url(),
            "REDIS_URL": valkey.start(),
            "BIMA_HOME": str(folder),
            "BIMA_SECRETS_DIR": str(settings.secrets_folder),
            "BIMA_RATE_LIMITS": "false",
            "BIMA_STAFF_SECOND_FACTOR": "false",  # a code is no part of what is measured
            "BIMA_ACCESS_MINUTES": "60",
        }
        port = stack.enter_context(_serving(OURS, environment, folder / "api"))
        bare = stack.enter_context(_serving(BARE, environment, folder / "bare"))
        yield HttpPlace(port, bare, _signed_in(desk, port))


@contextmanager
def _serving(words: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[int]:
    """One process that answers on a free port of the loopback; the port, once it answers."""
    with listening("127.0.0.1", 0) as listener, log.open("wb") as output:
        port: int = listener.getsockname()[1]
        command = (sys.executable, "-P", "-m", *words, f"--fd={listener.fileno()}")
        child = start_child(command, output=output, env=environment, inherited=(listener.fileno(),))
        try:
            ready = b"startup complete"
            wait_until(lambda: child.poll() is not None or ready in log.read_bytes(), START_SECONDS)
            if child.poll() is not None or ready not in log.read_bytes():
                raise ServerFailed(
                    f"{words[-1]} did not start\n{log.read_text(errors='replace')[-2000:]}"
                )
            yield port
        finally:
            stop_child(child, signal.SIGTERM, 10)


def _signed_in(desk: Desk, port: int) -> Headers:
    """Headers of somebody of the claims desk and of finance, who may do what is measured."""
    user = User(uuid4(), "bench", "Bench", Kind.STAFF, frozenset({"admin"}))
    identities = Identities(desk.store.pool, desk.store.tenant)
    identities.add(user, Passwords(cheap=True).hash(PASSWORD))
    identities.waive_factor(user.user_id, waived=True)
    line = Line(port)
    said = {"username": user.username, "password": PASSWORD}
    token = line.send(request("POST", "/api/v1/auth/login", {}, said)).data()["access_token"]
    line.close()
    return {"Authorization": f"Bearer {token}"}
