"""Follows the log: hands out what was added, in order and without end, until it is stopped."""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Protocol

from adapters.envelope import Recorded
from adapters.wakeup import Wakeup

SMALLEST, LARGEST = 500, 5_000
_IDLE_POLL = 0.5  # seconds; notices come sooner, and this bounds the loss of one
_BUSY_POLL = 0.002  # an append is under way and will be readable in a moment
_BUSY_POLL_LONGEST = 0.05


class ReadsOn(Protocol):
    """What a subscription needs of the log's reader."""

    def safe_position(self) -> tuple[int, int]: ...

    def after(
        self, position: int, limit: int, safe: int, names: Iterable[str] | None = None
    ) -> list[Recorded]: ...


class Subscription(Iterator[list[Recorded]]):
    """Batches of events beyond a position, small while they are fresh, large when behind.

    `position` is how far the log has been given out; it moves also past events that were not
    asked for, so it is what a reader stores. Stop it from any thread.
    """

    def __init__(
        self,
        reader: ReadsOn,
        wakeup: Wakeup,
        after: int,
        names: Iterable[str] | None = None,
        moved: Callable[[int], None] | None = None,
    ) -> None:
        self.position = after
        self._reader = reader
        self._wakeup = wakeup
        self._names = None if names is None else tuple(names)
        self._moved = moved
        self._limit = SMALLEST
        self._stopped = False
        wakeup.listen()

    def __next__(self) -> list[Recorded]:
        pause = _BUSY_POLL
        while not self._stopped:
            ticket = self._wakeup.ticket
            safe, last = self._reader.safe_position()
            if safe > self.position:
                batch = self._read(safe)
                if batch:
                    return batch
            if last > safe:
                self._wakeup.wait(ticket, pause)
                pause = min(pause * 2, _BUSY_POLL_LONGEST)
            else:
                self._wakeup.wait(ticket, _IDLE_POLL)
                pause = _BUSY_POLL
        raise StopIteration

    def _read(self, safe: int) -> list[Recorded]:
        batch = self._reader.after(self.position, self._limit, safe, self._names)
        if len(batch) == self._limit:
            self.position = batch[-1].position
            self._limit = min(self._limit * 2, LARGEST)
        else:
            self.position = safe
            self._limit = SMALLEST
            if not batch and self._moved is not None:
                self._moved(safe)
        return batch

    def stop(self) -> None:
        """Let the reading thread leave its loop; what it was given stays given."""
        self._stopped = True
        self._wakeup.nudge()

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
