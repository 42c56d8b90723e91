"""Two real PostgreSQL servers: a primary and a standby that follows it."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from adapters.postgres import Connection, connect
from deploy.children import wait_until
from deploy.postgres import SUPERUSER, PostgresServer
from migrations.apply import apply

# What survives a lost machine depends on these two; the rest may be quick.
DURABLE: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "on",
    "shared_buffers": "64MB",
    "wal_receiver_status_interval": "1s",
    "log_min_duration_statement": "-1",
}


class Standby(PostgresServer):
    """A server that follows another one; ready as soon as it can be read."""

    def _ready(self) -> bool:
        try:
            note = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(note) >= 8 and note[7].strip() in ("standby", "ready")

    def copy(self, primary: PostgresServer) -> None:
        """Take the primary's data as it is now, to follow it from there."""
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        program: list[str | Path] = [self.binaries / "pg_basebackup", "-D", self.data]
        program += ["-X", "stream", "-c", "fast", "--no-sync"]
        program += ["-h", primary.sockets, "-U", SUPERUSER]
        done = subprocess.run(
            self.unprivileged.wrap(program), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        conninfo = f"host={primary.sockets} user={SUPERUSER} application_name=standby"
        with (self.data / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"primary_conninfo = '{conninfo}'\n")
        (self.data / "standby.signal").touch()
        self.data.chmod(0o700)


@contextmanager
def pair(folder: Path, *, synchronous: bool) -> Iterator[tuple[PostgresServer, Standby]]:
    """A migrated primary and a standby that has caught up."""
    primary = PostgresServer(folder / "a", DURABLE)
    standby = Standby(folder / "b", DURABLE)
    try:
        apply(primary.start())
        standby.copy(primary)
        standby.start()
        with connect(primary.url()) as conn:
            if synchronous:
                conn.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'")
                conn.execute("SELECT pg_reload_conf()")
            wanted = "sync_state = 'quorum'" if synchronous else "state = 'streaming'"
            assert wait_until(lambda: _counts(conn, wanted) == 1, 30, every=0.05)
        yield primary, standby
    finally:
        with suppress(Exception):
            primary.stop()
        standby.stop()


def _counts(conn: Connection, condition: str) -> int:
    row = conn.execute(
        f"SELECT count(*) FROM pg_stat_replication WHERE {condition}".encode()
    ).fetchone()
    assert row is not None
    return int(row[0])


def either(*servers: PostgresServer, role: str = "bima_app") -> str:
    """One address for all: the driver finds the server that can be written to."""
    hosts = ",".join(quote(str(server.sockets), safe="") for server in servers)
    return f"postgresql://{role}@/bima?host={hosts}&target_session_attrs=read-write"


def lose(server: PostgresServer) -> None:
    """The whole server is gone at once, as when its machine loses power."""
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)  # it shall not begin to clean up
    sessions = [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if _parent(stat) == server.pid
    ]
    for pid in (*sessions, server.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def promote(standby: Standby) -> None:
    """Make the standby the server that is written to."""
    with psycopg.connect(standby.url(), autocommit=True) as conn:
        assert conn.execute("SELECT pg_promote(true, 30)").fetchone() == (True,)
