"""What `bima doctor` looks at: each check answers in a line, with a remedy if it is not well."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from adapters.settings import Settings, get_settings
from deploy.bootstrap import RUNTIME_LOCK
from deploy.folders import NotReady, socket_folder
from deploy.leftovers import leftovers
from deploy.locks import faults, not_installed
from deploy.postgres import PostgresServer
from deploy.running import running
from deploy.supervisor import listening
from deploy.unprivileged import way_for
from deploy.valkey import find_binary

Verdict = Literal["well", "mind", "wrong"]
WANTED_MEGABYTES, LEAST_MEGABYTES = 2000, 300


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one check. `mind` is worth knowing; `wrong` must be put right."""

    check: str
    verdict: Verdict
    said: str
    remedy: str = ""


Answer = tuple[Verdict, str, str]


def examine() -> Iterator[Finding]:
    """All checks, one after the other; a check that breaks is itself a finding."""
    for name, check in CHECKS:
        try:
            verdict, said, remedy = check()
        except NotReady as failure:
            said, _, remedy = str(failure).partition(": ")
            verdict = "wrong"
        yield Finding(name, verdict, said, remedy)


def python() -> Answer:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= (3, 15):
        return "mind", f"Python {version} is newer than those Bima was tried on", "use 3.11 to 3.14"
    return "well", f"Python {version} in {sys.prefix}", ""


def libraries() -> Answer:
    if differs := not_installed():
        remedy = f"remove {sys.prefix} and start again: it is made anew from {RUNTIME_LOCK}"
        return "wrong", "; ".join(differs[:3]), remedy
    return "well", "every library is installed in its locked version", ""


def locks() -> Answer:
    if found := faults():
        return "wrong", "; ".join(found[:3]), "`bima lock`, then `bima test`"
    return "well", "the locks answer to pyproject.toml", ""


def settings() -> Answer:
    known = get_settings()
    said = f"tenant {known.tenant}, {known.currency}, {known.timezone}, data in {known.state_dir}"
    return "well", said, ""


def disk() -> Answer:
    folder = _existing(get_settings())
    free = shutil.disk_usage(folder).free // 1_000_000
    said = f"{free:,} MB are free in {folder}"
    remedy = "make room, or set BIMA_HOME to a folder on another disk"
    if free < LEAST_MEGABYTES:
        return "wrong", said, remedy
    return ("well", said, "") if free >= WANTED_MEGABYTES else ("mind", said, remedy)


def rights() -> Answer:
    folder = _existing(get_settings())
    if not os.access(folder, os.W_OK | os.X_OK):
        return "wrong", f"{folder} may not be written", "set BIMA_HOME to a folder of yours"
    way = way_for(os.geteuid(), bool(os.environ.get("BIMA_NO_USERNS")))
    if way == "nobody":
        said = "root, without user namespaces or capabilities: the data must lie in open folders"
        return "mind", said, "run Bima as another user, or set DATABASE_URL"
    hows = {"self": "as you", "namespace": "in a user namespace", "capability": "as nobody"}
    return "well", f"PostgreSQL runs {hows[way]}", ""


def postgresql() -> Answer:
    if os.environ.get("DATABASE_URL"):
        return "well", "not needed: DATABASE_URL names one", ""
    server = PostgresServer(get_settings().state_dir)
    return "well", f"PostgreSQL {server.major} in {server.binaries}", ""


def valkey() -> Answer:
    if os.environ.get("REDIS_URL"):
        return "well", "not needed: REDIS_URL names one", ""
    binary = find_binary()
    done = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        remedy = "set VALKEY_BIN to one that does, or REDIS_URL to a running server"
        return "wrong", f"{binary} does not run here: {done.stderr.strip()}", remedy
    return "well", f"{binary.name} {done.stdout.split()[2].removeprefix('v=')}", ""


def sockets() -> Answer:
    state = get_settings().state_dir
    folder = socket_folder(state)
    inside = folder.is_relative_to(state)
    return "well", f"in {folder}" + ("" if inside else ", since the data's path is too long"), ""


def port() -> Answer:
    known = get_settings()
    if stack := running(known.state_dir):
        return "well", f"the API is at {stack.api_url}", ""
    with listening(known.api_host, known.api_port) as found:
        free = found.getsockname()[1]
    if known.api_port not in (0, free):
        said = f"port {known.api_port} is taken: the API will take a free one"
        return "mind", said, "set BIMA_API_PORT to choose it"
    return "well", f"port {free} at {known.api_host} is free", ""


def processes() -> Answer:
    state = get_settings().state_dir
    if stack := running(state):
        ended = [name for name, pid in stack.processes.items() if not pid]
        remedy = f"see the logs in {state / 'logs'}"
        return ("wrong", f"{', '.join(ended)} do not run", remedy) if ended else _all_run()
    if left := leftovers(state):
        return "wrong", f"processes {left} of an earlier start still run", "`bima down` ends them"
    return "well", "nothing runs, nothing was left behind", ""


def database() -> Answer:
    import psycopg

    from adapters.postgres import connect
    from migrations.apply import MigrationRefused, pending

    url = get_settings().database_url
    if not url:
        return "well", "not asked: nothing runs", ""
    try:
        with connect(url) as db:
            waiting = pending(db)
            number = db.info.server_version // 10000
    except psycopg.Error as error:
        return "wrong", f"does not answer: {error}".strip(), "check DATABASE_URL and the server"
    except MigrationRefused as refused:
        return "wrong", str(refused), "use the code that this database belongs to"
    if waiting:
        return "mind", f"{len(waiting)} migrations are to be applied", "`bima migrate`"
    return "well", f"PostgreSQL {number} answers and is up to date", ""


def queues() -> Answer:
    import redis

    from adapters.standing import messages

    known = get_settings()
    if not known.redis_url:
        return "well", "not asked: nothing runs", ""
    try:
        waiting = messages(known.redis_url, known.tenant)
    except redis.RedisError as error:
        return "wrong", f"do not answer: {error}", "check REDIS_URL and the server"
    return "well", f"answer; {waiting} messages lie in them", ""


CHECKS: tuple[tuple[str, Callable[[], Answer]], ...] = (
    ("python", python),
    ("libraries", libraries),
    ("locks", locks),
    ("settings", settings),
    ("disk", disk),
    ("rights", rights),
    ("postgresql", postgresql),
    ("valkey", valkey),
    ("sockets", sockets),
    ("port", port),
    ("processes", processes),
    ("database", database),
    ("queues", queues),
)


def _all_run() -> Answer:
    return "well", "all parts run", ""


def _existing(known: Settings) -> os.PathLike[str]:
    """The state folder, or the nearest folder above it that is there already."""
    return next(path for path in (known.state_dir, *known.state_dir.parents) if path.exists())
