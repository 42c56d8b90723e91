"""The ledger as it was known at an instant, for questions about the past: reads only."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from adapters.envelope import Loaded
from adapters.event_store import EventStore
from commands.context import Desk
from domain.decider import Decider

S = TypeVar("S")


class StoreAsKnown:
    """Loads every stream as it stood at an instant (inclusive); it can do nothing else."""

    def __init__(self, store: EventStore, at: datetime) -> None:
        self._store = store
        self._at = at

    def load(self, decider: Decider[S, Any, Any], stream_id: UUID) -> Loaded[S]:
        return self._store.load(decider, stream_id, known_at=self._at)

    def load_many(
        self, decider: Decider[S, Any, Any], stream_ids: Iterable[UUID]
    ) -> dict[UUID, Loaded[S]]:
        return {stream_id: self.load(decider, stream_id) for stream_id in stream_ids}


def as_known(desk: Desk, at: datetime | None) -> Desk:
    """A desk whose questions are answered from what was recorded by then; None = the desk itself.

    Whoever wanted to record something on it would find no way to.
    """
    if at is None:
        return desk
    return replace(desk, store=cast(EventStore, StoreAsKnown(desk.store, at)))
