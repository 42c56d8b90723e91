"""Running numbers: members, policies, claims and payments are numbered without a number twice."""

from adapters.event_store import EventStore


class PostgresNumbers:
    """Numbers of one tenant's series, taken in one statement and a transaction of their own.

    A command that is refused after it took a number leaves a gap; a number never comes back.
    """

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def take(self, series: str, count: int = 1) -> range:
        """The next `count` numbers; raises ValueError for less than one."""
        return self._store.take_numbers(series, count)
