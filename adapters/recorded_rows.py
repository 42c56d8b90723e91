"""Rows of the log, as the server sends them, to events with their facts.

Most of reading the log is spent here, so the way of an ordinary batch is one short loop. What is
not ordinary (an event that cannot be read) ends it, and the batch is read again with care.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from adapters.codec import Codec, UnreadableEvent
from adapters.collecting import without_pauses
from adapters.envelope import Meta, Recorded
from adapters.personal_sealing import PersonalSealing
from domain.changing import filled

COLUMNS = (
    "position, stream_id, version, type, schema_version, recorded_at, effective_on, actor, "
    "command_id, correlation_id, caused_by, reason, data, hash, sealed, tenant"
)
KIND, SEALED, TENANT = 3, 14, 15
StoredRow = tuple[Any, ...]  # the columns above, in this order
Replaced = Callable[[UnreadableEvent], Any]


class RecordedRows:
    """Makes events of the rows of one database, whichever tenant's they are."""

    def __init__(
        self,
        codec: Codec,
        name_of: Callable[[int], str],
        sealing: Callable[[], PersonalSealing],
        decoded: Iterable[str] | None = None,
    ) -> None:
        """`name_of` tells the published name behind a number of the tables. The fact of an event
        whose name is not among `decoded` is None; without them all are decoded."""
        self._codec = codec
        self._name_of = name_of
        self._sealing = sealing
        self._decoded = None if decoded is None else frozenset(decoded)
        self._known = _Known(self._how)

    def events(self, rows: Sequence[StoredRow], replaced: Replaced | None = None) -> list[Recorded]:
        """The events in the order of the rows.

        Raises UnreadableEvent for one that cannot be read; or, where it is given, what `replaced`
        makes of that error stands in the place of the fact.
        """
        opened = self._keys(rows)
        with without_pauses():
            try:
                return self._read(rows, opened)
            except (UnreadableEvent, ValueError, TypeError):
                return [self._one(row, replaced) for row in rows]

    def _keys(self, rows: Sequence[StoredRow]) -> "Opened":
        """Have the keys of all persons in the rows in memory, with one look for each tenant."""
        whose: dict[int, list[bytes]] = {}
        for row in rows:
            if row[SEALED] is not None:
                whose.setdefault(row[TENANT], []).append(row[SEALED])
        if not whose:
            return _nothing_sealed
        sealing = self._sealing()
        for tenant, sealed in whose.items():
            sealing.fetch(tenant, sealed)
        return sealing.opened

    def _read(self, rows: Sequence[StoredRow], opened: "Opened") -> list[Recorded]:
        """The events of a command stand together mostly, and then share their who, when and why."""
        events: list[Recorded] = []
        add, known = events.append, self._known
        said: tuple[Any, ...] = ()
        meta: Any = None
        for (position, stream, version, kind, schema, at, effective, actor, command, correlation,
             cause, reason, data, hashed, sealed, tenant) in rows:  # fmt: skip
            name, decode, wanted = known[kind, schema]
            if sealed is not None and wanted:
                data = opened(tenant, stream.bytes, version, name, data, sealed)  # noqa: PLW2901
            told = at, effective, actor, command, correlation, cause, reason
            if told != said:
                said, meta = told, _meta(*told)
            add(_new(Recorded, (position, stream, version, name, decode(data), meta, hashed)))
        return events

    def _one(self, row: StoredRow, replaced: Replaced | None) -> Recorded:
        """One event, with what is wrong with it said in full."""
        position, stream, version, kind, schema = row[:5]
        name = self._name_of(kind)
        try:
            fact = self._fact(name, schema, row)
        except UnreadableEvent as error:
            if replaced is None:
                raise
            fact = replaced(error)
        return Recorded(position, stream, version, name, fact, Meta(*row[5:12]), row[13])

    def _fact(self, name: str, schema: int, row: StoredRow) -> Any:
        if self._decoded is not None and name not in self._decoded:
            return None
        data, sealed = row[12], row[SEALED]
        if sealed is not None:
            data = self._sealing().opened(row[TENANT], row[1].bytes, row[2], name, data, sealed)
        return self._codec.decode(name, schema, data)

    def _how(self, kind: int, schema: int) -> "How":
        name = self._name_of(kind)
        if self._decoded is not None and name not in self._decoded:
            return name, _nothing, False
        return name, self._codec.quick_reader(name, schema), True


How = tuple[str, Callable[[bytes], Any], bool]  # published name, what decodes, whether anybody asks
Opened = Callable[[int, bytes, int, str, bytes, bytes], bytes]


class _Known(dict[tuple[int, int], How]):
    """How events of a name and schema version are read, found out once."""

    def __init__(self, how: Callable[[int, int], How]) -> None:
        super().__init__()
        self._how = how

    def __missing__(self, key: tuple[int, int]) -> How:
        found = self[key] = self._how(*key)
        return found


def _nothing(_data: bytes) -> None:
    return None


def _nothing_sealed(*_place: Any) -> bytes:
    raise AssertionError("the keys were fetched for rows in which nothing is sealed")


_meta = filled(Meta)
# What the class's own maker does in the end, without a call of Python for each event.
_new = tuple.__new__
