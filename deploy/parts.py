"""The programs that together are a running Bima: one row each, in the order of their start.

They are stopped in the opposite order, so that nothing new comes in while the rest finishes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Probe = Callable[["Place"], bool]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one start of a part happens, for its probe.

    `log` holds what the part has said since `log_start` (a byte offset); `seconds` is its age.
    """

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


@dataclass(frozen=True, slots=True)
class Part:
    """One program: a Python module and its arguments, and how one knows that it is ready.

    `{socket}` in an argument is the number of the socket on which the API is called.
    `stop_seconds` is how long it may take to finish what it has begun; `owns_models` lets it
    connect to the database as the owner of the read models.
    """

    name: str
    arguments: tuple[str, ...]
    ready: Probe
    start_seconds: float = 120
    stop_seconds: float = 15
    environment: Mapping[str, str] = field(default_factory=dict)
    owns_models: bool = False


def _workers(name: str, threads: int, *queues: str) -> Part:
    """A worker process for these queues.

    Its threads wait most of the time, for the disk or a bank; while they do, the commands of all
    go into one call of the log. With 16 and 8 in place of 4 and 2 a claim took half the processor
    time, from its submission to its end.
    """
    program = ("dramatiq", "workers.actors", "deploy.tied", "--worker-shutdown-timeout=10000")
    return Part(
        name,
        (*program, "--processes=1", f"--threads={threads}", "--queues", *queues),
        says("is ready for action"),
        # Asked only once a second by default, an idle worker begins a claim half a second late.
        environment={"dramatiq_worker_timeout": "100"},
    )


def _api(name: str) -> Part:
    """One process that answers HTTP. All take calls from one socket, which the supervisor keeps
    open: a call that comes while none is there waits, and is not turned away."""
    return Part(
        name,
        ("api.serving", "--fd={socket}"),
        says("Application startup complete"),
    )


PARTS: tuple[Part, ...] = (
    Part("projector", ("projections",), runs_for(0.5), owns_models=True),
    Part("feed", ("workers.feed",), says("is ready")),
    Part("sealer", ("workers.sealing",), says("is ready")),
    _workers("workers", 16, "claims", "reports", "general"),
    _workers("payments", 8, "payments"),  # of its own: a slow bank must not hold up the claims
    # Two of them: while one is started again, the other answers.
    _api("api"),
    _api("api-2"),
)
