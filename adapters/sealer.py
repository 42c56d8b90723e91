"""Seals the log behind its writers: events become leaves of a tree, and its root is signed.

One sealer works at a time. It goes only as far as the log is final, so what it has sealed never
turns out to have had something before it. Tree and signed statement are stored in one
transaction; killed at any moment, the next one goes on where the last statement ends, after
looking whether the log still is what that statement says.
"""

import os
import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from adapters.checkpoints import Checkpoint, Seal, origin_of
from adapters.merkle import Tree, root_over
from adapters.postgres import Connection
from adapters.seal_rows import SHIFT, WIDTH, Sealed, last_checkpoint, leaves, log_id

NAME = "sealer"  # in the table of readers, so that its place is seen with theirs
EVERY = 1_000  # events under one new statement at most
_ROUND = 8_000  # events sealed in one transaction at most
_LEASE = 1112100184

Tile = tuple[int, int, int, int, bytes]  # level, number, first and last position, root


class SealRefused(Exception):
    """The log is not what was sealed before: nothing more is signed until somebody has looked."""


class Overtaken(Exception):
    """Another sealer was at work: this one begins anew."""


class Growing:
    """The tree while it grows: a small tree for each level of groups."""

    def __init__(self) -> None:
        self.size = 0
        self._levels: list[tuple[Tree, int]] = [(Tree(), 0)]  # and where its first event stands
        self.full: list[Tile] = []  # groups that became full and are not stored yet

    def add(self, leaf: bytes, position: int) -> None:
        """Add the next event."""
        self.size += 1
        self.put(0, leaf, position, position)

    def put(self, level: int, found: bytes, first: int, last: int) -> None:
        """Add a leaf (level 0), or the root of a full group of the level below."""
        while level >= len(self._levels):
            self._levels.append((Tree(), 0))
        tree, begin = self._levels[level]
        if tree.size == 0:
            self._levels[level] = tree, first
            begin = first
        tree.add(found)
        if tree.size == WIDTH:
            number = (self.size >> SHIFT * (level + 1)) - 1
            root = tree.root()
            self.full.append((level, number, begin, last, root))
            self._levels[level] = Tree(), 0
            self.put(level + 1, root, begin, last)

    def root(self) -> bytes:
        """The root over all events so far."""
        return root_over(peak for tree, _ in reversed(self._levels) for peak in tree.peaks)


class Sealer:
    """Seals over one connection, which holds the lease."""

    def __init__(
        self,
        conn: Connection,
        private_key: bytes,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`private_key` is the log's signing key (Ed25519, PEM)."""
        self._conn = conn
        self._private_key = private_key
        self._now = now
        self._seal: Seal | None = None
        self._tree = Growing()
        self._published = -1
        self.position = 0  # of the last event sealed

    def take_over(self) -> bool:
        """Become the sealer of this log, if nobody is, and go on where the last one ended.

        Raises SealRefused where the log is not what was sealed.
        """
        row = self._conn.execute("SELECT pg_try_advisory_lock(%s, 0)", (_LEASE,)).fetchone()
        if row != (True,):
            return False
        self._conn.execute("SET enable_seqscan = off")  # plans of an empty log would be kept
        self._conn.execute(
            "INSERT INTO es_checkpoint (name) VALUES (%s) ON CONFLICT DO NOTHING", (NAME,)
        )
        self._seal = Seal(self._private_key, origin_of(self._named()))
        self._conn.execute(
            "INSERT INTO seal_key (key_id, word) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (self._seal.key.key_id, str(self._seal.key)),
        )
        try:
            self._tree, self.position = resumed(self._conn, last_checkpoint(self._conn))
        except SealRefused as refused:
            self._say(str(refused))
            raise
        self._conn.execute(
            "UPDATE es_checkpoint SET error = NULL, owner = %s WHERE name = %s",
            (f"{socket.gethostname()}:{os.getpid()}", NAME),
        )
        return True

    @property
    def session(self) -> int:
        """The server's process that works for this sealer."""
        return self._conn.info.backend_pid

    def bounds(self) -> tuple[int, int]:
        """The last final position of the log, and the last one handed out to a writer."""
        row = self._conn.execute(
            "SELECT safe, last FROM es_safe_position()", prepare=True, binary=True
        ).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])

    def publish(self, safe: int) -> None:
        """Write down for readers of a standby how far the log is final."""
        if safe > self._published:
            self._conn.execute(
                "UPDATE es_published SET safe = %(safe)s, published_at = clock_timestamp() "
                "WHERE shard = 0 AND safe < %(safe)s",
                {"safe": safe},
            )
            self._published = safe

    def seal(self, safe: int) -> int:
        """Seal events up to a final position, some thousands at once; returns how many."""
        assert self._seal is not None, "take over first"
        found = leaves(self._conn, self.position, safe, _ROUND)
        if not found.hashes:
            return 0
        signed: list[Sealed] = []
        ends = [*range(EVERY, len(found.hashes), EVERY), len(found.hashes)]
        begin = 0
        for end in ends:
            for leaf, position in zip(
                found.hashes[begin:end], found.positions[begin:end], strict=True
            ):
                self._tree.add(leaf, position)
            signed.append(self._sign(found.positions[end - 1]))
            begin = end
        tiles, self._tree.full = self._tree.full, []
        self._store(tiles, signed, self._tree.size - len(found.hashes))
        self.position = found.positions[-1]
        return len(found.hashes)

    def _sign(self, position: int) -> Sealed:
        assert self._seal is not None
        key, at = self._seal.key, self._now()
        stated = Checkpoint(key.name, self._tree.size, self._tree.root(), position, at)
        content = self._seal.sign(stated).content
        return Sealed(stated.size, position, at, stated.root, key.key_id, content)

    def _store(self, tiles: Sequence[Tile], signed: Sequence[Sealed], before: int) -> None:
        with self._conn.transaction(), self._conn.pipeline():
            # A sealer that lost its lease without knowing would begin at another size.
            stands = self._conn.execute(
                "SELECT COALESCE(max(tree_size), 0) FROM seal_checkpoint", prepare=True
            ).fetchone()
            if stands != (before,):
                raise Overtaken(f"somebody else has sealed beyond {before} events")
            with self._conn.cursor() as cursor:
                if tiles:
                    cursor.executemany(
                        "INSERT INTO seal_tile (level, tile, first_position, last_position, root) "
                        "VALUES (%s, %s, %s, %s, %s)",
                        tiles,
                    )
                cursor.executemany(
                    "INSERT INTO seal_checkpoint (tree_size, position, sealed_at, root, key_id, "
                    "signature) VALUES (%s, %s, %s, %s, %s, %s)",
                    signed,
                )
            self._conn.execute(
                "UPDATE es_checkpoint SET position = %s, updated_at = clock_timestamp() "
                "WHERE name = %s AND shard = 0",
                (signed[-1].position, NAME),
            )

    def _named(self) -> UUID:
        self._conn.execute("INSERT INTO seal_log DEFAULT VALUES ON CONFLICT DO NOTHING")
        named = log_id(self._conn)
        assert named is not None
        return named

    def _say(self, error: str) -> None:
        self._conn.execute(
            "UPDATE es_checkpoint SET error = %s, updated_at = clock_timestamp() WHERE name = %s",
            (error, NAME),
        )


def resumed(conn: Connection, last: Sealed | None) -> tuple[Growing, int]:
    """The tree as the last statement left it, made from stored groups and the events after them.

    Raises SealRefused where that does not give the root that was signed.
    """
    tree = Growing()
    if last is None:
        return tree, 0
    tree.size = last.size
    after = 0
    for level in range((last.size.bit_length() + SHIFT - 1) // SHIFT, 0, -1):
        end = last.size >> SHIFT * level
        for first, until, root in conn.execute(
            "SELECT first_position, last_position, root FROM seal_tile "
            "WHERE level = %s AND tile >= %s AND tile < %s ORDER BY tile",
            (level - 1, end & ~(WIDTH - 1), end),
        ):
            tree.put(level, root, first, until)
            after = until
    tail = leaves(conn, after, last.position)
    for leaf, position in zip(tail.hashes, tail.positions, strict=True):
        tree.put(0, leaf, position, position)
    if tree.full or tree.root() != last.root:
        raise SealRefused(
            f"the log is not what was sealed over {last.size} events up to position "
            f"{last.position}: `bima verify` tells where they differ"
        )
    return tree, last.position
