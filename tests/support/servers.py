"""Real servers for the tests: started once for a whole run, a private database for each test."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import redis
from psycopg import sql

from deploy.servers import Servers
from deploy.valkey import DATABASES


@dataclass(frozen=True, slots=True)
class TestServers:
    """The servers of this test run: where to reach them, and the migrated database to copy."""

    __test__ = False

    admin_url: str
    redis_url: str
    template: str
    private_redis: bool

    def new_database(self, like: str = "") -> str:
        """The URL of a private database: fresh and migrated, or a copy of the one at `like`, which
        nobody may be using."""
        template = urlsplit(like).path.lstrip("/") or self.template
        name = f"bima_test_{uuid4().hex[:16]}"
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return with_database(self.admin_url, name)

    def drop_database(self, url: str) -> None:
        """Remove a database made by `new_database`, ending sessions that a test left open."""
        name = urlsplit(url).path.lstrip("/")
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            admin.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def redis_for(self, worker: int) -> str:
        """The URL of a Redis database that this worker alone uses, and may empty.

        Raises RuntimeError where somebody else's server has something in it.
        """
        number = worker % (DATABASES - 1) + 1 if self.private_redis else 15 - worker % 15
        url = with_number(self.redis_url, number)
        with redis.Redis.from_url(url) as client:
            if not self.private_redis and client.dbsize():
                raise RuntimeError(f"database {number} of REDIS_URL is not empty: empty it first")
        return url


def empty(redis_url: str) -> None:
    """Remove everything from a Redis database of our own."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()


@contextmanager
def running_servers() -> Iterator[TestServers]:
    """Start what DATABASE_URL and REDIS_URL do not name, make the template, and stop it all."""
    state = Path(tempfile.mkdtemp(prefix="bima-test-"))
    try:
        with Servers(state, for_tests=True) as servers:
            template = f"bima_template_{uuid4().hex[:8]}"
            admin_url = with_database(servers.database_url, "postgres")
            made = TestServers(admin_url, servers.redis_url, template, servers.valkey is not None)
            _make_template(admin_url, template)
            yield made
            made.drop_database(with_database(admin_url, template))
    finally:
        shutil.rmtree(state, ignore_errors=True)


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    parts = urlsplit(url)
    # urlunsplit would drop the empty host of a socket address
    host = f"//{parts.netloc}"
    return f"{parts.scheme}:{host}/{name}" + (f"?{parts.query}" if parts.query else "")


def with_number(url: str, number: int) -> str:
    """The same Redis, another database number."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    return urlunsplit(parts._replace(path=f"/{number}"))


def _make_template(admin_url: str, name: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    if find_spec("migrations.apply") is None:
        return
    from migrations.apply import apply

    apply(with_database(admin_url, name))


def worker_number() -> int:
    """Which of the side-by-side test processes this is: 0, 1, 2, …"""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


DatabaseMaker = Callable[[], str]
