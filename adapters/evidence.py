"""Writes down events so that somebody outside can check them: stored bytes, paths and checkpoint.

Everything here is plain values, ready for JSON; `cli/proving/verify_evidence.py` is what checks
it, alone.
"""

import time
from base64 import b64encode
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC
from typing import Any

from adapters import seal_rows
from adapters.merkle import consistency_path, inclusion_path, leaf_hash, root_by_inclusion
from adapters.postgres import Connection
from adapters.seal_rows import LEAF, Groups, Sealed

EVIDENCE, LOG = "bima.evidence.1", "bima.log.1"
_PAGE = 2_000

_COLUMNS = """SELECT e.position, e.tenant, e.stream_id, e.version, t.name, e.schema_version,
e.recorded_at, e.effective_on, e.actor, e.command_id, e.correlation_id, e.caused_by, e.reason,
e.data, e.sealed, e.hash"""
_PREVIOUS = """, (SELECT p.hash FROM es_event p WHERE p.tenant = e.tenant
AND p.stream_id = e.stream_id AND p.version = e.version - 1)"""


class NotSealed(Exception):
    """What was asked for is not under a signed checkpoint, or is not what was signed."""


def stored(conn: Connection, tenant: int, positions: Collection[int]) -> list[dict[str, Any]]:
    """The events at these positions as they are stored, each stream in order."""
    rows = conn.execute(
        f"{_COLUMNS}{_PREVIOUS} FROM es_event e JOIN es_type t ON t.id = e.type "
        "WHERE e.position = ANY (%s) AND e.tenant + 0 = %s "
        "ORDER BY e.stream_id, e.version",
        (sorted(positions), tenant),
    )
    return [_event(row) | {"previous": (row[16] or bytes(32)).hex()} for row in rows]


def proven(
    conn: Connection, events: Sequence[dict[str, Any]], since: int | None = None
) -> dict[str, Any]:
    """A document that shows that these events are in the log, all under one checkpoint.

    `since` adds how that checkpoint follows from an earlier one, over so many events. Raises
    NotSealed where the log does not give the root that was signed.
    """
    last = max((event["position"] for event in events), default=0)
    sealed = _checkpoint_for(conn, last)
    groups = Groups(conn, sealed)
    shown = []
    for event in events:
        try:
            index = groups.index_of(event["position"])
        except LookupError as error:
            raise NotSealed(str(error)) from error
        path = inclusion_path(index, sealed.size, groups.subtree)
        leaf = leaf_hash(LEAF + event["position"].to_bytes(8, "big") + bytes.fromhex(event["hash"]))
        if root_by_inclusion(index, sealed.size, leaf, path) != sealed.root:
            raise NotSealed(
                f"the event at position {event['position']} is not what was sealed: "
                "`bima verify` tells where the log differs"
            )
        shown.append(event | {"index": index, "path": [step.hex() for step in path]})
    document: dict[str, Any] = {
        "format": EVIDENCE,
        "checkpoint": seal_rows.note(conn, sealed),
        **_signers(conn),
        "events": shown,
    }
    if since is not None:
        document["since"] = _since(conn, since, sealed, groups)
    return document


def log_lines(conn: Connection) -> Iterator[dict[str, Any]]:
    """The whole log up to its last checkpoint: a head, events with the checkpoints over them at
    their places, and an end. Raises NotSealed where nothing is sealed yet."""
    last = seal_rows.last_checkpoint(conn)
    if last is None:
        raise NotSealed("nothing is sealed yet: does the sealer run? `bima status` tells")
    yield {"format": LOG, **_signers(conn)}
    position = written = seals = 0
    for sealed in seal_rows.checkpoints(conn, most=last.size):
        for event in _between(conn, position, sealed.position):
            written += 1
            yield event
        position, seals = sealed.position, seals + 1
        yield {"checkpoint": seal_rows.note(conn, sealed)}
    yield {"end": {"events": written, "checkpoints": seals}}


def wait_for_seal(conn: Connection, position: int, seconds: float = 5.0) -> None:
    """Until the event at a position is sealed; raises NotSealed when it is not in time."""
    give_up = time.monotonic() + seconds
    while (last := seal_rows.last_checkpoint(conn)) is None or last.position < position:
        if time.monotonic() > give_up:
            raise NotSealed(
                f"the event at position {position} is not sealed yet: does the sealer run? "
                "`bima status` tells"
            )
        time.sleep(0.05)


def _between(conn: Connection, after: int, until: int) -> Iterator[dict[str, Any]]:
    while True:
        rows = conn.execute(
            f"{_COLUMNS} FROM es_event e JOIN es_type t ON t.id = e.type "
            "WHERE e.position > %s AND e.position <= %s ORDER BY e.position LIMIT %s",
            (after, until, _PAGE),
            prepare=True,
        ).fetchall()
        yield from (_event(row) for row in rows)
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]


def _checkpoint_for(conn: Connection, position: int) -> Sealed:
    """The newest checkpoint with a witness that is over a position, else the newest."""
    row = conn.execute(
        "SELECT max(c.tree_size) FROM seal_checkpoint c JOIN seal_cosignature s USING (tree_size) "
        "WHERE c.position >= %s",
        (position,),
    ).fetchone()
    witnessed = seal_rows.checkpoint_at(conn, row[0]) if row and row[0] else None
    found = witnessed or seal_rows.last_checkpoint(conn)
    if found is None:
        raise NotSealed("nothing is sealed yet: does the sealer run? `bima status` tells")
    return found


def _since(conn: Connection, size: int, sealed: Sealed, groups: Groups) -> dict[str, Any]:
    old = seal_rows.checkpoint_at(conn, size)
    if old is None:
        raise NotSealed(f"there is no checkpoint over exactly {size} events")
    if old.size > sealed.size:
        raise NotSealed(f"the checkpoint over {size} events is later than the one that is used")
    path = (
        [] if old.size == sealed.size else consistency_path(old.size, sealed.size, groups.subtree)
    )
    return {"checkpoint": seal_rows.note(conn, old), "path": [step.hex() for step in path]}


def _signers(conn: Connection) -> dict[str, list[str]]:
    return {
        "keys": [str(key) for key in seal_rows.keys(conn).values()],
        "witnesses": [str(key) for key in seal_rows.witnesses(conn).values()],
    }


def _event(row: Sequence[Any]) -> dict[str, Any]:
    """One stored event; instants and bytes are written so that nothing of them is lost."""
    at = row[6].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "position": row[0],
        "tenant": row[1],
        "stream_id": str(row[2]),
        "version": row[3],
        "name": row[4],
        "schema_version": row[5],
        "recorded_at": at,
        "effective_on": row[7].isoformat(),
        "actor": row[8],
        "command_id": str(row[9]),
        "correlation_id": str(row[10]),
        "caused_by": row[11],
        "reason": row[12],
        "data": row[13].decode(),
        "sealed": None if row[14] is None else b64encode(row[14]).decode(),
        "hash": row[15].hex(),
    }
