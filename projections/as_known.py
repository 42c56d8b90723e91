"""A stream's rows as they would be shown from a part of its events: as known then, as of a day.

The same handlers that keep the read models make these rows, in memory: what an auditor is shown
of the past has the shape of what everybody is shown of the present.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from itertools import takewhile
from typing import TypeVar
from uuid import UUID

from adapters.envelope import Recorded
from projections.declaring import Projection, Row, Table
from projections.rows import Key, Missing, Rows

R = TypeVar("R", bound=Row)


def known(
    events: Iterable[Recorded], known_at: datetime | None, effective_on: date | None
) -> list[Recorded]:
    """The events of a stream that had been recorded at an instant and were in force on a day.

    What follows an event that was recorded too late rests on it, so the stream ends there.
    """
    if known_at is not None:
        events = takewhile(lambda event: event.meta.recorded_at <= known_at, events)
    return [
        event for event in events if effective_on is None or event.meta.effective_on <= effective_on
    ]


class AsKnown(Rows):
    """The rows that a projection makes of some events of one stream; nothing is stored."""

    def __init__(self, projection: Projection, tenant: int, events: Iterable[Recorded]) -> None:
        super().__init__(projection.tables)
        self.tenant = tenant
        self._handlers = projection.by_name
        self._any = projection.on_any
        for event in events:
            self.apply(event)

    def apply(self, event: Recorded) -> None:
        """Let one more event change the rows."""
        self.now_at(self.tenant, event)
        handle = self._handlers.get(event.name, self._any)
        if handle is not None:
            with suppress(Missing):  # what it speaks of was not in force yet
                handle(event, event.fact, self)

    def of(self, table: Table[R]) -> list[R]:
        """All rows of a table, in the order of their keys."""
        held = self._held[table.name]
        rows: list[R] = held.to_write if table.added_only else []
        rows = rows + [row for group in held.groups.values() for row in group.values()]
        return sorted(rows, key=held.key_of)

    def _group(self, table: Table[R], parent: UUID) -> dict[Key, R]:
        return self._held[table.name].groups.setdefault((self.tenant, parent.int), {})
