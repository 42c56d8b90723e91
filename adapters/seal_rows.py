"""What stands in the tables of the proof: leaves, full groups of the tree, signed checkpoints.

The leaf of an event is the SHA-256 over a zero byte and, frozen as `bima.leaf.1`:

    "bima.leaf.1"    11 bytes
    position         int64, big-endian
    hash             32 bytes: the event's own hash (`bima.event.1` in adapters/chain.py)

Events are leaves in the order of their positions, whosever they are; gaps count for nothing.
"""

from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from adapters.checkpoints import Checkpoint, Key, Signature, origin_of, written
from adapters.merkle import full_root
from adapters.postgres import Connection

LEAF = b"bima.leaf.1"
SHIFT = 8
WIDTH = 1 << SHIFT  # leaves, or groups, in a group

_RECORD = 40  # bytes of a position and a hash
_PREFIX = b"\0" + LEAF


class Leaves(NamedTuple):
    """Hashes of consecutive leaves, and the positions of their events."""

    hashes: list[bytes]
    positions: list[int]


class Sealed(NamedTuple):
    """A stored checkpoint; `key_id` says which key signed."""

    size: int
    position: int
    sealed_at: datetime
    root: bytes
    key_id: bytes
    signature: bytes


def leaves(conn: Connection, after: int, until: int, limit: int | None = None) -> Leaves:
    """The leaves of events beyond a position and up to another, in order, at most `limit`."""
    row = conn.execute(
        "SELECT string_agg(int8send(position) || hash, ''::bytea ORDER BY position) FROM ("
        "SELECT position, hash FROM es_event WHERE position > %s AND position <= %s "
        "ORDER BY position LIMIT %s) AS e",
        (after, until, limit),
        prepare=True,
        binary=True,
    ).fetchone()
    assert row is not None
    content: bytes = row[0] or b""
    records = [content[at : at + _RECORD] for at in range(0, len(content), _RECORD)]
    hashes = [sha256(_PREFIX + record).digest() for record in records]
    return Leaves(hashes, [int.from_bytes(record[:8], "big", signed=True) for record in records])


def last_checkpoint(conn: Connection) -> Sealed | None:
    """The newest signed statement, if anything was sealed yet."""
    return next(checkpoints(conn, newest_first=True), None)


def checkpoint_at(conn: Connection, size: int) -> Sealed | None:
    """The statement over exactly so many events."""
    return next(checkpoints(conn, size, size), None)


def checkpoints(
    conn: Connection, least: int = 1, most: int = 2**62, *, newest_first: bool = False
) -> Iterator[Sealed]:
    """Statements by the number of events that they are over, one page after the other."""
    order = "DESC LIMIT 1" if newest_first else "ASC LIMIT 5000"
    while True:
        rows = conn.execute(
            "SELECT tree_size, position, sealed_at, root, key_id, signature FROM seal_checkpoint "  # noqa: S608  # nosec B608  # ASC or DESC
            f"WHERE tree_size BETWEEN %s AND %s ORDER BY tree_size {order}",
            (least, most),
            binary=True,
        ).fetchall()
        yield from (Sealed(*row) for row in rows)
        if not rows or newest_first:
            return
        least = rows[-1][0] + 1


def log_id(conn: Connection) -> UUID | None:
    """The name of the log that this database holds; None before its first sealer."""
    row = conn.execute("SELECT log_id FROM seal_log").fetchone()
    return row[0] if row else None


def keys(conn: Connection) -> dict[bytes, Key]:
    """The keys that checkpoints were signed with, by their numbers."""
    rows = conn.execute("SELECT key_id, word FROM seal_key ORDER BY since")
    return {number: Key.read(word) for number, word in rows}


def witnesses(conn: Connection) -> dict[bytes, Key]:
    """The keys of the witnesses whose word counts, by their numbers."""
    rows = conn.execute("SELECT key_id, word FROM seal_witness ORDER BY since")
    return {number: Key.read(word) for number, word in rows}


def cosignatures(conn: Connection, size: int) -> list[Signature]:
    """What witnesses signed under one checkpoint."""
    known = witnesses(conn)
    rows = conn.execute(
        "SELECT key_id, signature FROM seal_cosignature WHERE tree_size = %s ORDER BY noted_at",
        (size,),
    ).fetchall()
    return [Signature(known[n].name, n, content) for n, content in rows if n in known]


def stated(origin: str, sealed: Sealed) -> Checkpoint:
    """The statement itself, as it was signed."""
    return Checkpoint(origin, sealed.size, sealed.root, sealed.position, sealed.sealed_at)


def note(conn: Connection, sealed: Sealed) -> str:
    """A checkpoint as text with all its signatures, as it is handed on."""
    named = log_id(conn)
    assert named is not None, "what is sealed has a name"
    origin = origin_of(named)
    own = Signature(origin, sealed.key_id, sealed.signature)
    return written(stated(origin, sealed), own, *cosignatures(conn, sealed.size))


class Groups:
    """Hashes over full groups of the tree of one checkpoint; what paths are made of."""

    def __init__(self, conn: Connection, sealed: Sealed) -> None:
        self._conn = conn
        self._sealed = sealed
        self._near: OrderedDict[int, Leaves] = OrderedDict()
        self._rows: OrderedDict[tuple[int, int], list[bytes]] = OrderedDict()

    def subtree(self, level: int, index: int) -> bytes:
        """The hash over the index-th group of 2**level leaves, which must be full."""
        if level < SHIFT:
            tile, begin = divmod(index << level, WIDTH)
            return full_root(self.tile(tile).hashes[begin : begin + (1 << level)])
        above, wide = divmod(level - SHIFT, SHIFT)
        group, begin = divmod(index << wide, WIDTH)
        roots = self._row(above, group)[begin : begin + (1 << wide)]
        if len(roots) != 1 << wide:
            raise LookupError(f"groups of level {above} beyond {index << wide} are not all there")
        return full_root(roots)

    def _row(self, level: int, group: int) -> list[bytes]:
        """The roots of up to 256 groups that stand side by side; proofs share most of them."""
        if (level, group) not in self._rows:
            found = self._conn.execute(
                "SELECT root FROM seal_tile WHERE level = %s AND tile >= %s AND tile < %s "
                "ORDER BY tile",
                (level, group * WIDTH, (group + 1) * WIDTH),
                prepare=True,
                binary=True,
            )
            self._rows[level, group] = [root for (root,) in found]
            if len(self._rows) > 64:
                self._rows.popitem(last=False)
        return self._rows[level, group]

    def tile(self, number: int) -> Leaves:
        """The leaves of the number-th 256 events; fewer at the end of the tree."""
        if number not in self._near:
            self._near[number] = leaves(self._conn, *self._bounds(number), WIDTH)
            if len(self._near) > 64:
                self._near.popitem(last=False)
        return self._near[number]

    def index_of(self, position: int) -> int:
        """Which leaf the event at a position is; raises LookupError where none is."""
        row = self._conn.execute(
            "SELECT tile FROM seal_tile WHERE level = 0 AND last_position >= %s "
            "ORDER BY last_position LIMIT 1",
            (position,),
            prepare=True,
        ).fetchone()
        tile = row[0] if row else self._sealed.size >> SHIFT
        try:
            return tile * WIDTH + self.tile(tile).positions.index(position)
        except ValueError:
            raise LookupError(f"the event at position {position} is not sealed yet") from None

    def _bounds(self, tile: int) -> tuple[int, int]:
        rows: dict[int, tuple[int, int]] = {
            number: (first, last)
            for number, first, last in self._conn.execute(
                "SELECT tile, first_position, last_position FROM seal_tile "
                "WHERE level = 0 AND tile IN (%s, %s)",
                (tile - 1, tile),
                prepare=True,
            )
        }
        if tile in rows:
            return rows[tile][0] - 1, rows[tile][1]
        return rows.get(tile - 1, (0, 0))[1], self._sealed.position
