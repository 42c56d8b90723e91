"""How far the readers of the ledger have come, and what waits in the work queues."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import redis

from adapters.postgres import Pool, connect
from adapters.reaction_failures import ReactionFailures
from adapters.reaction_failures import Standing as TaskStanding


@dataclass(frozen=True, slots=True)
class ReaderStanding:
    """A projection or feed: the log position it has reached, and how many are still before it.

    `error` is what stopped it, or empty; `updated_at` is in UTC, ISO 8601.
    """

    name: str
    position: int
    behind: int
    updated_at: str
    error: str


@dataclass(frozen=True, slots=True)
class LogStanding:
    """The ledger's last position and how far each reader is from it."""

    position: int
    readers: tuple[ReaderStanding, ...]


def log_standing(database_url: str) -> LogStanding | None:
    """Where the ledger and its readers stand; None before the database's first migration.

    Raises psycopg.OperationalError where the server does not answer.
    """
    with connect(database_url) as db:
        migrated = db.execute("SELECT to_regclass('es_checkpoint') IS NOT NULL").fetchone()
        if migrated != (True,):
            return None
        # Of the events themselves: the sequence jumps ahead when the server was killed.
        row = db.execute("SELECT coalesce(max(position), 0) FROM es_event").fetchone()
        last = row[0] if row is not None else 0
        readers = db.execute(
            "SELECT CASE WHEN shard = 0 THEN name ELSE name || '/' || shard END, position, "
            "greatest(%s - position, 0), to_char(updated_at, 'YYYY-MM-DD\"T\"HH24:MI:SSOF'), "
            "coalesce(error, '') FROM es_checkpoint ORDER BY name, shard",
            (last,),
        )
        return LogStanding(last, tuple(ReaderStanding(*reader) for reader in readers))


def task_standings(database_url: str, tenant: int) -> tuple[TaskStanding, ...]:
    """What each work queue still has to do, and what was given up; nothing before a migration."""
    with connect(database_url) as db:
        found = db.execute("SELECT to_regclass('reaction_task') IS NOT NULL").fetchone()
    if found != (True,):
        return ()
    pool = Pool(database_url, largest=1)
    try:
        return tuple(ReactionFailures(pool, tenant).standing())
    finally:
        pool.close()


def messages(redis_url: str, tenant: int) -> int:
    """How many messages lie in the work queues. Raises redis.RedisError where nobody answers."""
    with redis.Redis.from_url(redis_url, decode_responses=True, socket_timeout=5) as client:
        queues = client.scan_iter(f"bima-{tenant}:*.msgs")
        return sum(int(client.hlen(queue)) for queue in queues)


def without_password(url: str) -> str:
    """An address fit to be shown."""
    parts = urlsplit(url)
    if not parts.password:
        return url
    shown = parts.netloc.replace(f":{parts.password}@", ":…@")
    return urlunsplit(parts._replace(netloc=shown))
