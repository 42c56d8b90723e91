"""Proves that the log is what was sealed: the tree made again, every signature looked at.

A chain shows that a stream is whole; the tree shows that nothing was changed, removed, inserted
or put elsewhere anywhere in the log since it was signed, also where every chain was made to fit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from adapters import seal_rows
from adapters.checkpoints import Key, Seal, Signature, origin_of
from adapters.postgres import Connection
from adapters.seal_rows import Sealed
from adapters.sealer import Growing, Tile

_PAGE = 20_000
_MOST_FAULTS = 100


@dataclass(slots=True)
class SealsVerified:
    """How much is sealed and was looked at, and what is not as it was signed."""

    events: int = 0
    checkpoints: int = 0
    cosignatures: int = 0
    faults: list[str] = field(default_factory=list)

    def found(self, fault: str) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(fault)


def verify_seals(
    conn: Connection,
    private_key: bytes | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SealsVerified:
    """Make the tree again from the events and hold it against every signed statement.

    With the log's own signing key (PEM) it is also seen that the newest statement is ours.
    """
    result = SealsVerified()
    named = seal_rows.log_id(conn)
    last = seal_rows.last_checkpoint(conn)
    if named is None or last is None:
        return result
    origin = origin_of(named)
    keys = seal_rows.keys(conn)
    if private_key is not None:
        _whose(conn, Seal(private_key, origin).key, last, result)
    walk = _Walk(conn, last, result)
    for sealed in seal_rows.checkpoints(conn, most=last.size):
        result.checkpoints += 1
        _signature(sealed, origin, keys, result)
        walk.compare(sealed)
        if progress is not None and result.checkpoints % 100 == 0:
            progress(sealed.size, last.size)
    walk.end()
    _cosignatures(conn, origin, result)
    result.events = walk.tree.size
    return result


def _whose(conn: Connection, own: Key, last: Sealed, result: SealsVerified) -> None:
    """A forger can sign everything anew, with a key of his own."""
    row = conn.execute("SELECT since FROM seal_key WHERE key_id = %s", (own.key_id,)).fetchone()
    if row is None or (last.key_id != own.key_id and last.sealed_at > row[0]):
        result.found(f"the newest checkpoint, over {last.size} events, is not signed with our key")


def _signature(sealed: Sealed, origin: str, keys: dict[bytes, Key], result: SealsVerified) -> None:
    key = keys.get(sealed.key_id)
    if key is None:
        result.found(f"nobody knows the key that signed the checkpoint over {sealed.size} events")
        return
    stated = seal_rows.stated(origin, sealed)
    if not key.signed(stated, Signature(origin, sealed.key_id, sealed.signature)):
        result.found(f"the checkpoint over {sealed.size} events is not what was signed")


class _Walk:
    """The way through the log from one statement to the next."""

    def __init__(self, conn: Connection, last: Sealed, result: SealsVerified) -> None:
        self.tree = Growing()
        self._result = result
        self._last = last
        self._leaves = _leaves(conn, last.position)
        self._conn = conn
        self._good: Sealed | None = None
        self._differs = False
        self._position = 0

    def compare(self, sealed: Sealed) -> None:
        """Whether the events up to here are those that were sealed."""
        while self.tree.size < sealed.size:
            found = next(self._leaves, None)
            if found is None:
                break
            leaf, self._position = found
            self.tree.add(leaf, self._position)
        fits = (
            self.tree.size == sealed.size
            and self.tree.root() == sealed.root
            and self._position == sealed.position
        )
        if fits:
            self._good = sealed
        elif not self._differs:  # all that follow differ too: the first tells where it begins
            self._differs = True
            self._result.found(self._where(sealed))

    def end(self) -> None:
        more = sum(1 for _ in self._leaves)
        if more or self.tree.size < self._last.size:
            self._result.found(
                f"{self.tree.size + more} events stand up to position {self._last.position}, "
                f"but {self._last.size} were sealed"
            )
        elif not self._differs:
            self._tiles()

    def _where(self, sealed: Sealed) -> str:
        begin = self._good.position if self._good else 0
        return (
            f"the events after position {begin} up to {sealed.position} are not those that were "
            f"sealed on {sealed.sealed_at:%Y-%m-%d %H:%M:%S} UTC (checkpoint over "
            f"{sealed.size} events)"
        )

    def _tiles(self) -> None:
        """The groups from which proofs are made quickly."""
        stored = set(
            self._conn.execute(
                "SELECT level::int, tile, first_position, last_position, root FROM seal_tile",
                binary=True,
            ).fetchall()
        )
        made: set[Tile] = set(self.tree.full)
        for level, tile, *_ in sorted(made - stored):
            self._result.found(f"group {tile} of level {level} is not what its events make it")


def _leaves(conn: Connection, until: int) -> Iterator[tuple[bytes, int]]:
    after = -(2**62)
    while True:
        found = seal_rows.leaves(conn, after, until, _PAGE)
        if not found.hashes:
            return
        yield from zip(found.hashes, found.positions, strict=True)
        after = found.positions[-1]


def _cosignatures(conn: Connection, origin: str, result: SealsVerified) -> None:
    witnesses = seal_rows.witnesses(conn)
    rows = conn.execute(
        "SELECT c.tree_size, c.key_id, c.signature FROM seal_cosignature c ORDER BY 1"
    ).fetchall()
    for size, number, content in rows:
        result.cosignatures += 1
        sealed, key = seal_rows.checkpoint_at(conn, size), witnesses.get(number)
        if (
            sealed is None
            or key is None
            or not key.signed(
                seal_rows.stated(origin, sealed), Signature(key.name, number, content)
            )
        ):
            result.found(f"a cosignature under the checkpoint over {size} events is not good")
