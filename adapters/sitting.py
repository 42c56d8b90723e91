"""States that are loaded once for several commands that follow one another at one go.

Each step of a claim needs the same member, policy and plan again, and the claim as the step before
has left it. Between loading and recording others can change whatever is not recorded to; a sitting
makes that moment a little longer, never longer than `LONGEST`. What is recorded to still must be at
the version that was loaded: whoever was overtaken loads anew.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from adapters.envelope import Change, Loaded
from domain.decider import Decider

LONGEST = 0.5  # seconds after which everything is loaded anew

_Held = dict[tuple[str, UUID], tuple[Decider[Any, Any, Any], Loaded[Any]]]


class Sitting:
    """What has been loaded and recorded since it began."""

    def __init__(self) -> None:
        self._held: _Held = {}
        self._until = 0.0

    def get(self, decider: Decider[Any, Any, Any], stream_id: UUID) -> Loaded[Any] | None:
        if time.monotonic() > self._until:
            self._held.clear()
        held = self._held.get((decider.name, stream_id))
        return None if held is None else held[1]

    def hold(self, decider: Decider[Any, Any, Any], loaded: Loaded[Any]) -> None:
        if not self._held:
            self._until = time.monotonic() + LONGEST
        self._held[decider.name, loaded.stream_id] = decider, loaded

    def recorded(self, changes: Sequence[Change], ends: dict[UUID, bytes]) -> None:
        """These changes stand in the log now; `ends` is the hash of each stream's last event."""
        for change in changes:
            stream, version = change.loaded.stream_id, change.loaded.version + len(change.facts)
            for key in [key for key in self._held if key[1] == stream and change.facts]:
                decider, loaded = self._held.pop(key)
                if loaded.version == change.loaded.version:
                    state = decider.fold(change.facts, loaded.state)
                    self.hold(decider, Loaded(stream, version, state, ends[stream]))

    def __len__(self) -> int:
        return len(self._held)

    def forget(self) -> None:
        self._held.clear()


_NOW: ContextVar[Sitting | None] = ContextVar("sitting", default=None)


@contextmanager
def sitting() -> Iterator[Sitting]:
    """What is loaded and recorded within belongs together."""
    began = Sitting()
    token = _NOW.set(began)
    try:
        yield began
    finally:
        _NOW.reset(token)


def now_sitting() -> Sitting | None:
    """The sitting that this belongs to, if it belongs to one."""
    return _NOW.get()


def holds_any() -> bool:
    """Whether what is decided now may rest on what was loaded for an earlier command."""
    return bool(_NOW.get())


def load_anew() -> None:
    """Rely on nothing that was loaded before."""
    if (sitting := _NOW.get()) is not None:
        sitting.forget()
