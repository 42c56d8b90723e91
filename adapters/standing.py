"""How far the readers of the ledger have come, and what waits in the work queues."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import redis

from adapters.postgres import connect

_QUEUES = "dramatiq:"  # the worker library's own names for what it keeps


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


@dataclass(frozen=True, slots=True)
class QueueStanding:
    """Messages of one work queue: waiting, taken by a worker, due later, given up."""

    name: str
    waiting: int
    in_work: int
    later: int
    given_up: int


def log_standing(database_url: str) -> LogStanding | None:
    """Where the ledger and its readers stand; None before the database's first migration.

    Raises psycopg.OperationalError where the server does not answer.
    """
    with connect(database_url) as db:
        migrated = db.execute("SELECT to_regclass('es_checkpoint') IS NOT NULL").fetchone()
        if migrated != (True,):
            return None
        row = db.execute("SELECT last_value FROM es_position").fetchone()
        last = row[0] if row is not None else 0
        readers = db.execute(
            "SELECT CASE WHEN shard = 0 THEN name ELSE name || '/' || shard END, position, "
            "greatest(%s - position, 0), to_char(updated_at, 'YYYY-MM-DD\"T\"HH24:MI:SSOF'), "
            "coalesce(error, '') FROM es_checkpoint ORDER BY name, shard",
            (last,),
        )
        return LogStanding(last, tuple(ReaderStanding(*reader) for reader in readers))


def queue_standings(redis_url: str) -> tuple[QueueStanding, ...]:
    """What each work queue holds. Raises redis.RedisError where the server does not answer."""
    with redis.Redis.from_url(redis_url, decode_responses=True, socket_timeout=5) as client:
        kept = (key.removesuffix(".msgs") for key in client.scan_iter(f"{_QUEUES}*.msgs"))
        names = {key.removesuffix(".DQ").removesuffix(".XQ") for key in kept}
        return tuple(_queue(client, key) for key in sorted(names))


def _queue(client: redis.Redis, key: str) -> QueueStanding:
    waiting, held = int(client.llen(key)), int(client.hlen(f"{key}.msgs"))
    return QueueStanding(
        name=key.removeprefix(_QUEUES),
        waiting=waiting,
        in_work=max(held - waiting, 0),
        later=int(client.hlen(f"{key}.DQ.msgs")),
        given_up=int(client.hlen(f"{key}.XQ.msgs")),
    )


def without_password(url: str) -> str:
    """An address fit to be shown."""
    parts = urlsplit(url)
    if not parts.password:
        return url
    shown = parts.netloc.replace(f":{parts.password}@", ":…@")
    return urlunsplit(parts._replace(netloc=shown))
