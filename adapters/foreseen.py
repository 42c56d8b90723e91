"""Running numbers as a dry run shows them: the next ones, without using them up."""

from adapters.event_store import EventStore


class Foreseen:
    """Tells which numbers would be given; another may get them first."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def take(self, series: str, count: int = 1) -> range:
        """The `count` numbers that come next in a series; nothing is written."""
        with self._store.pool.connection() as conn:
            row = conn.execute(
                "SELECT last FROM es_number WHERE tenant = %s AND series = %s",
                (self._store.tenant, series),
            ).fetchone()
        last = 0 if row is None else row[0]
        return range(last + 1, last + 1 + count)
