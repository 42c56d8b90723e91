"""The rows that a batch of events touches: fetched at once, changed in memory, written at once."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from adapters.envelope import Recorded
from adapters.postgres import Connection
from adapters.row_columns import packed
from projections import tables
from projections.declaring import Column, Row, Table

R = TypeVar("R", bound=Row)
Key = tuple[Any, ...]
Parent = tuple[int, int]  # tenant, and the first part of the key as a number: quick to look up

KEPT = 50_000  # rows remembered between batches; beyond that all are fetched afresh


class Missing(LookupError):
    """An event speaks of something that this projection has never seen."""


class Rows:
    """What the handlers of one projection read and change.

    Rows stay in memory between batches: they are right as long as nobody else writes the tables,
    which the checkpoint guards; `forget` after any failure.
    """

    def __init__(self, all_tables: Sequence[Table[Any]], schema: str = "public") -> None:
        self._held = {table.name: Held(table, schema) for table in all_tables}
        self._conn: Connection | None = None
        self.tenant = 0
        self.event: Recorded | None = None

    def begin(self, conn: Connection, batch: Sequence[tuple[int, Recorded]]) -> None:
        """Fetch what the batch is going to touch."""
        self._conn = conn
        if sum(held.count for held in self._held.values()) > KEPT:
            self.forget()
        for held in self._held.values():
            held.prepare(conn, batch, self)

    def now_at(self, tenant: int, event: Recorded) -> None:
        """Changes from here on come from this event."""
        self.tenant = tenant
        self.event = event

    def find(self, table: Table[R], parent: UUID, *rest: Any) -> R | None:
        """A row to read, or None. To change it, ask for it with `change`."""
        return self._group(table, parent).get(rest)

    def all(self, table: Table[R], parent: UUID) -> list[R]:
        """All rows of a parent, in the order of their keys."""
        group = self._group(table, parent)
        return [group[key] for key in sorted(group)]

    def change(self, table: Table[R], parent: UUID, *rest: Any) -> R:
        """The row, marked as changed by the event; raises Missing where there is none."""
        row = self._group(table, parent).get(rest)
        if row is None:
            raise Missing(f"{table.name} has no row for this event")
        self.touch(table, row)
        return row

    def touch(self, table: Table[R], row: R) -> None:
        """Mark a row as changed by the event."""
        event = self.event
        assert event is not None
        row.position = event.position
        row.updated_at = event.meta.recorded_at
        held = self._held[table.name]
        if held.parent_of(row) == event.stream_id:
            row.version = event.version
        if not row.changed:
            row.changed = True
            held.to_write.append(row)

    def add(self, table: Table[R], row: R) -> R:
        """A new row; one with the same key is replaced."""
        event = self.event
        assert event is not None
        row.tenant = self.tenant
        row.created_at = event.meta.recorded_at
        held = self._held[table.name]
        if table.added_only:
            row.position, row.updated_at = event.position, event.meta.recorded_at
            row.version = event.version
            row.changed = True
            held.to_write.append(row)
            return row
        parent, *rest = held.key_of(row)
        group = self._group(table, parent)
        replaced = group.get(tuple(rest))
        if replaced is not None:
            replaced.changed = False
        group[tuple(rest)] = row
        held.count += 1
        self.touch(table, row)
        return row

    def remove(self, table: Table[R], parent: UUID, *rest: Any) -> None:
        """Take a row away, if it is there."""
        row = self._group(table, parent).pop(rest, None)
        if row is not None:
            row.changed = False
            self._held[table.name].gone.append((self.tenant, parent, *rest))

    def flush(self, conn: Connection) -> None:
        """Send all changes; inside a pipeline nothing is waited for."""
        for held in self._held.values():
            held.flush(conn)

    def forget(self) -> None:
        """Drop everything that is remembered, changes included."""
        for held in self._held.values():
            held.forget()

    def _group(self, table: Table[R], parent: UUID) -> dict[Key, R]:
        held = self._held[table.name]
        group = held.groups.get((self.tenant, parent.int))
        if group is None:
            assert self._conn is not None
            held.fetch(self._conn, self.tenant, [parent])
            group = held.groups[self.tenant, parent.int]
        return group


class Held:
    """The remembered rows of one table, by parent and by the rest of the key."""

    def __init__(self, table: Table[Any], schema: str) -> None:
        self.table = table
        self.groups: dict[Parent, dict[Key, Any]] = {}
        self.to_write: list[Any] = []
        self.gone: list[Key] = []
        self.count = 0
        self.parent_of = attrgetter(table.key[0])
        self._fetch = tables.fetch(table, schema)
        self._write = tables.write(table, schema)
        self._remove = tables.remove(table, schema)
        self._values = attrgetter(*table.column_names)
        self._key = [table.column(name) for name in ("tenant", *table.key)]
        key = attrgetter(*table.key)
        self.key_of = key if len(table.key) > 1 else lambda row: (key(row),)

    def prepare(self, conn: Connection, batch: Sequence[tuple[int, Recorded]], rows: Rows) -> None:
        """Fetch the rows of all parents that the batch names and that are not remembered."""
        if self.table.added_only:
            return
        wanted: dict[int, dict[int, UUID]] = {}
        needed_for, parents, groups = self.table.needed_for, self.table.parents, self.groups
        for tenant, event in batch:
            if needed_for is not None and type(event.fact) not in needed_for:
                continue
            if parents is not None:
                rows.tenant = tenant
                for parent in parents(event, rows):
                    if (tenant, parent.int) not in groups:
                        wanted.setdefault(tenant, {})[parent.int] = parent
                continue
            stream = event.stream_id
            if (tenant, stream.int) not in groups:
                if event.version == 1:  # a new stream has no rows yet
                    groups[tenant, stream.int] = {}
                else:
                    wanted.setdefault(tenant, {})[stream.int] = stream
        for tenant, missing in wanted.items():
            self.fetch(conn, tenant, list(missing.values()))

    def fetch(self, conn: Connection, tenant: int, parents: list[UUID]) -> None:
        """Remember all rows of these parents, and that there are no others."""
        for parent in parents:
            self.groups[tenant, parent.int] = {}
        for values in conn.execute(self._fetch, (tenant, parents), binary=True):
            row = self._row(values)
            parent, *rest = self.key_of(row)
            self.groups[tenant, parent.int][tuple(rest)] = row
            self.count += 1

    def _row(self, values: Iterable[Any]) -> Any:
        row = object.__new__(self.table.row)
        for column, value in zip(self.table.columns, values, strict=True):
            setattr(row, column.name, tuple(value) if column.type is tuple else value)
        row.changed = False
        return row

    def flush(self, conn: Connection) -> None:
        if self.gone:
            conn.execute(self._remove, self._packed(self._key, self.gone), binary=True)
        changed = [row for row in self.to_write if row.changed]
        if changed:
            values = [self._values(row) for row in changed]
            conn.execute(self._write, self._packed(self.table.columns, values), binary=True)
            for row in changed:
                row.changed = False
        self.to_write, self.gone = [], []

    def _packed(self, columns: Iterable[Column], rows: Sequence[Key]) -> list[Any]:
        return [
            packed(column.type, column.nullable, values, json=column.mark.json)
            for column, values in zip(columns, zip(*rows, strict=True), strict=True)
        ]

    def forget(self) -> None:
        self.groups, self.to_write, self.gone = {}, [], []
        self.count = 0
