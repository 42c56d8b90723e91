"""How far each projection has come, in which version its tables are, and why it stands still."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.postgres import Connection

BESIDE = "@beside"  # after the name of a projection that is being filled anew


@dataclass(frozen=True, slots=True)
class Standing:
    """`behind` counts log positions up to the last final one; `error` says why it stopped."""

    name: str
    position: int
    behind: int
    version: int
    updated_at: datetime
    owner: str
    error: str


def register(conn: Connection, name: str, version: int) -> None:
    """Make a projection known that has no checkpoint yet; a known one stays as it is."""
    with conn.transaction():
        conn.execute(
            "INSERT INTO read_model (name, version) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (name, version),
        )
        conn.execute("INSERT INTO es_checkpoint (name) VALUES (%s) ON CONFLICT DO NOTHING", (name,))


def unregister(conn: Connection, name: str) -> None:
    """Forget a projection and how far it had come."""
    conn.execute("DELETE FROM es_checkpoint WHERE name = %s", (name,))
    conn.execute("DELETE FROM read_model WHERE name = %s", (name,))


def replace(conn: Connection, name: str, version: int, position: int) -> None:
    """Its tables are others now: of this version, filled up to this position."""
    conn.execute(
        "UPDATE read_model SET version = %s, filled_at = clock_timestamp() WHERE name = %s",
        (version, name),
    )
    conn.execute(
        "UPDATE es_checkpoint SET position = %s, updated_at = clock_timestamp(), error = NULL "
        "WHERE name = %s AND shard = 0",
        (position, name),
    )


def lock(conn: Connection, names: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Position and version of each, held until the transaction ends; in one order for all."""
    rows = conn.execute(
        "SELECT c.name, c.position, m.version FROM es_checkpoint c JOIN read_model m USING (name) "
        "WHERE c.name = ANY (%s) AND c.shard = 0 ORDER BY c.name FOR UPDATE OF c",
        (list(names),),
        binary=True,
    )
    return {name: (position, version) for name, position, version in rows}


def advance(conn: Connection, names: Sequence[str], position: int) -> None:
    """They have come to this position, in the transaction of their rows."""
    conn.execute(
        "UPDATE es_checkpoint SET position = %s, updated_at = clock_timestamp(), error = NULL "
        "WHERE name = ANY (%s) AND shard = 0 AND position < %s",
        (position, list(names), position),
    )


def note_stop(conn: Connection, name: str, reason: str) -> None:
    """It stands still at the event after its position, for this reason."""
    conn.execute(
        "UPDATE es_checkpoint SET error = %s, updated_at = clock_timestamp() "
        "WHERE name = %s AND shard = 0 AND error IS DISTINCT FROM %s",
        (reason, name, reason),
    )


def note_owner(conn: Connection, names: Sequence[str], owner: str) -> None:
    conn.execute(
        "UPDATE es_checkpoint SET owner = %s WHERE name = ANY (%s) AND shard = 0",
        (owner, list(names)),
    )


def positions(conn: Connection) -> dict[str, tuple[int, int]]:
    """Position and version of each projection, by name."""
    rows = conn.execute(
        "SELECT c.name, c.position, m.version FROM es_checkpoint c JOIN read_model m USING (name) "
        "WHERE c.shard = 0"
    )
    return {name: (position, version) for name, position, version in rows}


def standings(conn: Connection, names: Iterable[str] | None = None) -> list[Standing]:
    """All projections by name: what `bima status` and the health page show."""
    rows = conn.execute(
        "SELECT c.name, c.position, greatest(s.safe - c.position, 0), m.version, c.updated_at, "
        "COALESCE(c.owner, ''), COALESCE(c.error, '') "
        "FROM es_checkpoint c JOIN read_model m USING (name), es_safe_position() s "
        "WHERE c.shard = 0 ORDER BY c.name"
    )
    wanted = None if names is None else frozenset(names)
    return [Standing(*row) for row in rows if wanted is None or row[0] in wanted]
