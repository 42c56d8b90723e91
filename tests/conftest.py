"""Fixtures for every test: real servers, private databases, the shared material.

`database_url` is a migrated PostgreSQL database of the test's own; `new_database` makes more of
them; `redis_url` is an empty Redis database; `shared_data` is the folder of cases and real data
beside the project (`BIMA_SHARED` names another place).
"""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from adapters.collecting import keep_what_is_loaded
from tests.support.servers import (
    DatabaseMaker,
    TestServers,
    empty,
    running_servers,
    worker_number,
)

PROJECT = Path(__file__).resolve().parent.parent
SERVERS = pytest.StashKey[TestServers]()
OPEN = pytest.StashKey[ExitStack]()
HANDED_OVER = ("admin_url", "redis_url", "template", "private_redis")

# The insurer's secret keys of this run: one folder for all of its processes, gone at its end.
if "BIMA_SECRETS_DIR" not in os.environ:
    os.environ["BIMA_SECRETS_DIR"] = tempfile.mkdtemp(prefix="bima-test-secrets-")
    atexit.register(shutil.rmtree, os.environ["BIMA_SECRETS_DIR"], ignore_errors=True)

# The same examples in every run, so that red means broken; BIMA_EXPLORE=1 tries new ones, and more.
EXPLORE = bool(os.environ.get("BIMA_EXPLORE"))
settings.register_profile(
    "bima",
    deadline=None,
    print_blob=True,
    derandomize=not EXPLORE,
    max_examples=200 if EXPLORE else 40,
)
settings.load_profile("bima")


# Nothing that is loaded here is ever let go of: Python need not look for it while it loads.
gc.disable()


def pytest_collection_finish() -> None:
    keep_what_is_loaded()
    gc.enable()
    gc.set_threshold(20_000)


def servers_of(config: pytest.Config) -> TestServers:
    """The servers of this run, started on first need by the process that owns the run."""
    if SERVERS not in config.stash:
        handed = getattr(config, "workerinput", None)
        if handed is not None:
            config.stash[SERVERS] = TestServers(**{name: handed[name] for name in HANDED_OVER})
        else:
            config.stash[OPEN] = ExitStack()
            config.stash[SERVERS] = config.stash[OPEN].enter_context(running_servers())
    return config.stash[SERVERS]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Only the process that hands out the tests starts servers; the others are told where."""
    servers = servers_of(node.config)  # type: ignore[attr-defined]  # xdist has no types
    for name in HANDED_OVER:
        node.workerinput[name] = getattr(servers, name)  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if OPEN in config.stash:
        config.stash[OPEN].close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, so that nobody takes a partial run for a whole one."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        if isinstance(report.longrepr, tuple):
            reason = report.longrepr[2].removeprefix("Skipped: ")
            reasons[reason] = reasons.get(reason, 0) + 1
    if reasons:
        terminalreporter.section("LEFT OUT", sep="!", red=True, bold=True)
    for reason, count in sorted(reasons.items()):
        terminalreporter.line(f"{count:5} test{'s' if count > 1 else ' '} not run: {reason}")


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> TestServers:
    """The real PostgreSQL and Valkey of this run."""
    return servers_of(pytestconfig)


@pytest.fixture(scope="session")
def new_database(servers: TestServers) -> Iterator[DatabaseMaker]:
    """Makes private, migrated databases; they go when the run ends."""
    made: list[str] = []

    def make() -> str:
        made.append(servers.new_database())
        return made[-1]

    yield make
    for url in made:
        servers.drop_database(url)


@pytest.fixture
def database_url(servers: TestServers) -> Iterator[str]:
    """A migrated PostgreSQL database of this test's own."""
    url = servers.new_database()
    yield url
    servers.drop_database(url)


@pytest.fixture(scope="session")
def own_redis(servers: TestServers) -> Iterator[str]:
    """The Redis database of this worker; left empty behind."""
    url = servers.redis_for(worker_number())
    yield url
    empty(url)


@pytest.fixture
def redis_url(own_redis: str) -> str:
    """The Redis database of this worker, empty at the start of the test."""
    empty(own_redis)
    return own_redis


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of agreed cases and real data beside the project; tests read it in place."""
    folder = Path(os.environ.get("BIMA_SHARED") or PROJECT.parent / "shared")
    if not (folder / "cases").is_dir():
        pytest.skip("the shared cases and data are not beside the project (set BIMA_SHARED)")
    return folder
