"""Follows the log: hands out what was added, in order and without end, until it is stopped."""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar

from adapters.envelope import Recorded
from adapters.log_reading import LogReader
from adapters.wakeup import Wakeup

T = TypeVar("T")

SMALLEST, LARGEST = 500, 5_000
_IDLE_POLL = 0.5  # seconds; notices come sooner, and this bounds the loss of one
_BUSY_POLL = 0.002  # an append is under way and will be readable in a moment
_BUSY_POLL_LONGEST = 0.05


class Following(Iterator[list[T]], Generic[T]):
    """Batches of what is read beyond a position, small while it is fresh, large when behind.

    `position` is how far the log has been given out; it moves also past events that were not
    asked for, so it is what a reader stores. Stop it from any thread.
    """

    def __init__(
        self,
        bounds: Callable[[], tuple[int, int]],
        read: Callable[[int, int, int], list[T]],
        place: Callable[[T], int],
        wakeup: Wakeup,
        after: int,
    ) -> None:
        """`bounds` gives the safe position and the last one handed out, `read` what lies between
        a position and a safe one (position, limit, safe), `place` the position of one of these."""
        self.position = after
        self._bounds = bounds
        self._read_on = read
        self._place = place
        self._wakeup = wakeup
        self._limit = SMALLEST
        self._stopped = False
        wakeup.listen()

    def __next__(self) -> list[T]:
        pause = _BUSY_POLL
        while not self._stopped:
            ticket = self._wakeup.ticket
            safe, last = self._bounds()
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

    def _read(self, safe: int) -> list[T]:
        batch = self._read_on(self.position, self._limit, safe)
        if len(batch) == self._limit:
            self.position = self._place(batch[-1])
            self._limit = min(self._limit * 2, LARGEST)
        else:
            self.position = safe
            self._limit = SMALLEST
            if not batch:
                self.moved(safe)
        return batch

    def moved(self, position: int) -> None:
        """The place moved without anything to hand out."""

    def stop(self) -> None:
        """Let the reading thread leave its loop; what it was given stays given."""
        self._stopped = True
        self._wakeup.nudge()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class Subscription(Following[Recorded]):
    """The events of one tenant, of all names or of some."""

    def __init__(
        self,
        reader: LogReader,
        wakeup: Wakeup,
        after: int,
        names: Iterable[str] | None = None,
        moved: Callable[[int], None] | None = None,
    ) -> None:
        only = None if names is None else tuple(names)
        self._tell = moved

        def read(position: int, limit: int, safe: int) -> list[Recorded]:
            return reader.after(position, limit, safe, only)

        super().__init__(reader.safe_position, read, _position, wakeup, after)

    def moved(self, position: int) -> None:
        if self._tell is not None:
            self._tell(position)


def _position(event: Recorded) -> int:
    return event.position
