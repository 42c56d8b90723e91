"""A database of its own for a bench: on a server with full durability, thrown away afterwards."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from cli.benches.slow_disk import slower
from deploy.servers import PostgresServer


@contextmanager
def throw_away_database(state: Path, *, slow_disk: bool = False) -> Iterator[str]:
    """The URL of a fresh, migrated database.

    On the server of DATABASE_URL where that is set, else on a server of its own whose data lies
    beside the ledger's, on the same disk; on a slow disk always the latter. Both are removed at
    the end, also after Ctrl-C.
    """
    given = "" if slow_disk else os.environ.get("DATABASE_URL", "")
    folder = state / f"bench-{uuid4().hex[:8]}"
    server = None if given else _server(folder, slow_disk)
    try:
        admin = given or (server.start() if server else "")
        with fresh_database(admin) as url:
            yield url
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _server(folder: Path, slow_disk: bool) -> PostgresServer:
    if not slow_disk:
        return PostgresServer(folder)
    slow = slower(folder / "slow_disk")
    return PostgresServer(folder, slow.settings, slow.environment)


def durable(url: str) -> bool:
    """Whether a commit on this server is on the disk when it returns."""
    with psycopg.connect(url) as conn:
        row = conn.execute(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
        ).fetchone()
    return row is not None and row[0] == "on" and row[1] != "off"


@contextmanager
def fresh_database(admin: str) -> Iterator[str]:
    """The URL of a migrated database beside this one, removed at the end of the block."""
    from migrations.apply import apply

    name = f"bima_bench_{uuid4().hex[:8]}"
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        url = _with_name(admin, name)
        apply(url)
        yield url
    finally:
        with psycopg.connect(admin, autocommit=True) as conn:
            conn.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _with_name(url: str, name: str) -> str:
    """The same server, another database."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{name}{query}"
