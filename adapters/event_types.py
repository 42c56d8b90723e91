"""Published event names and the small numbers that stand for them in the tables."""

from collections.abc import Iterable

from adapters.carrying import Lock
from adapters.postgres import Pool


class EventTypes:
    """The database's numbers of event names. Names never go away, so what was read stays true."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._lock = Lock()
        self._numbers: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self._rows: tuple[int, int, int] | None = None

    def number(self, name: str) -> int:
        """The number of a name; a name that is new to the database gets the next one."""
        known = self._numbers.get(name)
        return known if known is not None else self.register((name,))[name]

    def register(self, names: Iterable[str]) -> dict[str, int]:
        """The numbers of all these names, in a transaction of its own."""
        wanted = list(names)
        with self._lock, self._pool.connection() as conn:
            rows = conn.execute("SELECT name, id FROM es_type_ids(%s::text[])", (wanted,))
            self._keep(rows.fetchall())
        return {name: self._numbers[name] for name in wanted}

    def name(self, number: int) -> str:
        """The name behind a number that was read from an event."""
        known = self._names.get(number)
        if known is None:
            self._read()
            known = self._names[number]
        return known

    def known(self, names: Iterable[str]) -> list[int]:
        """The numbers of those names that occur in the database; others have no events yet."""
        wanted = list(names)
        if not all(name in self._numbers for name in wanted):
            self._read()
        return [self._numbers[name] for name in wanted if name in self._numbers]

    def rows(self) -> tuple[int, int, int]:
        """This database's numbers of the record types in which events and receipts are sent:
        `es_new_event`, `es_new_receipt` and `es_written`."""
        if self._rows is None:
            with self._pool.connection() as conn:
                row = conn.execute(
                    "SELECT 'es_new_event'::regtype::oid::int, "
                    "'es_new_receipt'::regtype::oid::int, 'es_written'::regtype::oid::int"
                ).fetchone()
            assert row is not None
            self._rows = row[0], row[1], row[2]
        return self._rows

    def _read(self) -> None:
        with self._lock, self._pool.connection() as conn:
            self._keep(conn.execute("SELECT name, id FROM es_type").fetchall())

    def _keep(self, rows: list[tuple[str, int]]) -> None:
        for name, number in rows:
            self._numbers[name] = number
            self._names[number] = name
