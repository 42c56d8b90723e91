"""Folds streams to their states, from the newest state that is known to fit.

Where to start is a state kept in memory, a stored snapshot, or nothing. The event on which that
state stands is read again each time, and must have the hash it had: so a kept state is only ever
a shorter way to the same result.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from adapters.codec import CorruptEvent
from adapters.collecting import without_pauses
from adapters.envelope import Loaded, OtherKind
from adapters.sitting import now_sitting
from adapters.snapshots import EVERY, Snapshot, Snapshots
from adapters.stream_reading import StreamReader, Tail
from domain.catalogue import Catalogue
from domain.decider import Decider

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Kept:
    """A state in memory, and up to which version the database has a snapshot of its stream."""

    loaded: Loaded[Any]
    stored: int = 0


class StateCache:
    """The states used last. They are immutable, so the same one may be handed out many times."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._states: OrderedDict[tuple[str, UUID], Kept] = OrderedDict()

    def get(self, decider: str, stream_id: UUID) -> Kept | None:
        if not self._capacity:
            return None
        key = decider, stream_id
        with self._lock:
            kept = self._states.get(key)
            if kept is not None:
                self._states.move_to_end(key)
            return kept

    def keep(self, decider: str, kept: Kept) -> None:
        if not self._capacity:
            return
        key = decider, kept.loaded.stream_id
        with self._lock:
            self._states[key] = kept
            self._states.move_to_end(key)
            while len(self._states) > self._capacity:
                self._states.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._states.clear()


class StateLoader:
    """Loads for one tenant."""

    def __init__(
        self, reader: StreamReader, snapshots: Snapshots, cache: StateCache, every: int = EVERY
    ) -> None:
        """`every` is after how many events a snapshot is taken; 0: none is taken or read."""
        self.reader = reader
        self._every = every
        self._snapshots = snapshots
        self.cache = cache

    def load(self, decider: Decider[S, Any, Any], stream_id: UUID) -> Loaded[S]:
        sitting = now_sitting()
        if sitting is None:
            return self._load(decider, stream_id)
        loaded = sitting.get(decider, stream_id)
        if loaded is None:
            loaded = self._load(decider, stream_id)
            sitting.hold(decider, loaded)
        return loaded

    def _load(self, decider: Decider[S, Any, Any], stream_id: UUID) -> Loaded[S]:
        kept = self.cache.get(decider.name, stream_id)
        if kept is not None:
            tail = self.reader.tail(stream_id, kept.loaded.version)
            loaded = self._continued(decider, kept, tail)
            if loaded is not None:
                return loaded
        if not self._every:
            return self._fresh(decider, stream_id, None, self.reader.tail(stream_id, 0))
        tail, snapshot = self.reader.tail_and_snapshot(
            stream_id, decider.name, decider.state_version
        )
        return self._fresh(decider, stream_id, snapshot, tail)

    def load_many(
        self, decider: Decider[S, Any, Any], stream_ids: Iterable[UUID]
    ) -> dict[UUID, Loaded[S]]:
        sitting = now_sitting()
        if sitting is None:
            return self._load_many(decider, stream_ids)
        found = {stream: sitting.get(decider, stream) for stream in stream_ids}
        missing = [stream for stream, loaded in found.items() if loaded is None]
        for stream, loaded in self._load_many(decider, missing).items() if missing else ():
            sitting.hold(decider, loaded)
            found[stream] = loaded
        return cast("dict[UUID, Loaded[S]]", found)

    def _load_many(
        self, decider: Decider[S, Any, Any], stream_ids: Iterable[UUID]
    ) -> dict[UUID, Loaded[S]]:
        kept = {stream: self.cache.get(decider.name, stream) for stream in stream_ids}
        wanted = [(stream, k.loaded.version if k else 0) for stream, k in kept.items()]
        result: dict[UUID, Loaded[S]] = {}
        with without_pauses():
            found = self.reader.tails_and_snapshots(wanted, decider.name, decider.state_version)
            for (stream, state), (tail, snapshot) in zip(kept.items(), found, strict=True):
                if state is None:
                    result[stream] = self._fresh(decider, stream, snapshot, tail)
                else:
                    loaded = self._continued(decider, state, tail)
                    result[stream] = self._load(decider, stream) if loaded is None else loaded
        return result

    def load_as_known(
        self,
        decider: Decider[S, Any, Any],
        stream_id: UUID,
        known_at: datetime | None,
        up_to_position: int | None,
    ) -> Loaded[S]:
        """Always from the first event: what was stored later does not help to see earlier."""
        tail = self.reader.tail_as_known(stream_id, known_at, up_to_position)
        _first(decider, tail, self.reader.catalogue)
        return _folded(decider, Loaded(stream_id, 0, decider.initial), tail)

    def _fresh(
        self,
        decider: Decider[S, Any, Any],
        stream_id: UUID,
        snapshot: Snapshot | None,
        tail: Tail,
    ) -> Loaded[S]:
        if snapshot is None:
            _first(decider, tail, self.reader.catalogue)
            kept = Kept(Loaded(stream_id, 0, decider.initial))
            return self._keep(decider, _folded(decider, kept.loaded, tail), kept)
        if tail.first == snapshot.version:
            base = self._snapshots.proved(decider, stream_id, snapshot, tail.first_hash)
            if base is not None:
                kept = Kept(base, base.version)
                return self._keep(decider, _folded(decider, base, tail), kept)
        return self._fresh(decider, stream_id, None, self.reader.tail(stream_id, 0))

    def _continued(self, decider: Decider[S, Any, Any], kept: Kept, tail: Tail) -> Loaded[S] | None:
        if (tail.first, tail.first_hash) != (kept.loaded.version, kept.loaded.last_hash):
            return None
        return self._keep(decider, _folded(decider, kept.loaded, tail), kept)

    def _keep(self, decider: Decider[S, Any, Any], loaded: Loaded[S], before: Kept) -> Loaded[S]:
        if loaded.version == 0:
            return loaded
        stored = before.stored
        if self._every and loaded.version - stored >= self._every:
            # Where it cannot be stored it is tried again after as many events, not at each load.
            self._snapshots.take(decider, loaded)
            stored = loaded.version
        if loaded is not before.loaded or stored != before.stored:
            self.cache.keep(decider.name, Kept(loaded, stored))
        return loaded


def _first(decider: Decider[S, Any, Any], tail: Tail, catalogue: Catalogue) -> None:
    """Raises OtherKind for the beginning of a stream of another aggregate.

    Ids come from outside: a policy's id may be sent where a member's is meant. Its events must
    neither be read as a member's nor be followed by those of a member.
    """
    if tail.facts:
        aggregate = catalogue.name_of(type(tail.facts[0])).partition(".")[0]
        if aggregate != decider.name:
            raise OtherKind(f"the stream is that of one {aggregate}, not of one {decider.name}")


def _folded(decider: Decider[S, Any, Any], base: Loaded[S], tail: Tail) -> Loaded[S]:
    """The state after the events that follow the base; raises CorruptEvent if they do not."""
    facts = tail.facts[base.version + 1 - tail.first :] if tail.first else []
    if not facts:
        return base
    if tail.first > base.version + 1:
        raise CorruptEvent(f"events are missing from stream {base.stream_id}: verify the log")
    state = decider.fold(facts, base.state)
    return Loaded(base.stream_id, base.version + len(facts), state, tail.last_hash)
