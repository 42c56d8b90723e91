"""The programs that together are a running Bima: one row each, in the order of their start.

They are stopped in the opposite order, so that nothing new comes in while the rest finishes.
"""

import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Probe = Callable[["Place"], bool]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one start of a part happens: what its arguments may name and its probe may ask.

    `log` holds what the part has said since `log_start` (a byte offset); `seconds` is its age.
    """

    host: str
    port: int
    log: Path
    log_start: int
    seconds: float


def runs_for(seconds: float) -> Probe:
    """Ready once it has not ended for a while: for parts that nobody calls."""
    return lambda place: place.seconds >= seconds


def says(words: str) -> Probe:
    """Ready once its log holds `words`."""

    def ready(place: Place) -> bool:
        with place.log.open("rb") as log:
            log.seek(place.log_start)
            return words.encode() in log.read()

    return ready


def answers(path: str) -> Probe:
    """Ready once the API answers `path`, whatever it says short of a fault of its own."""

    def ready(place: Place) -> bool:
        connection = http.client.HTTPConnection(place.host, place.port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ready


@dataclass(frozen=True, slots=True)
class Part:
    """One program: a Python module and its arguments, and how one knows that it is ready.

    `stop_seconds` is how long it may take to finish what it has begun.
    """

    name: str
    arguments: tuple[str, ...]
    ready: Probe
    start_seconds: float = 120
    stop_seconds: float = 15
    environment: Mapping[str, str] = field(default_factory=dict)


def _workers(name: str, threads: int, *queues: str) -> Part:
    """A worker process for these queues."""
    program = ("dramatiq", "workers.actors", "deploy.tied", "--worker-shutdown-timeout=10000")
    return Part(
        name,
        (*program, "--processes=1", f"--threads={threads}", "--queues", *queues),
        says("is ready for action"),
        # Asked only once a second by default, an idle worker begins a claim half a second late.
        environment={"dramatiq_worker_timeout": "100"},
    )


PARTS: tuple[Part, ...] = (
    Part("projector", ("projections",), runs_for(0.5)),
    Part("feed", ("workers.feed",), says("is ready")),
    Part("sealer", ("workers.sealing",), says("is ready")),
    _workers("workers", 4, "claims", "reports", "general"),
    _workers("payments", 2, "payments"),  # of its own: a slow bank must not hold up the claims
    Part(
        "api",
        (
            "uvicorn",
            "api.app:create_app",
            "--factory",
            "--host={host}",
            "--port={port}",
            "--timeout-graceful-shutdown=5",
            "--no-server-header",
            "--no-access-log",  # addresses hold what people search for
        ),
        answers("/health/live"),
    ),
)
