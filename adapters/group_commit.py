"""Many threads append at once, and share the price of a commit.

Who finds a lane free writes at once. Who arrives meanwhile waits, and all who waited are written
together in the next call: the call under way is the only timer there is. There are few lanes, so
that one call is made ready while another waits for the disk; commands that touch the same streams
are never under way at once. A lane has no thread of its own; each call is made by one of those
who wait for it.
"""

import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

import psycopg

T = TypeVar("T")
A = TypeVar("A")

_Outcome = tuple[A | None, Exception | None]

_LARGEST = 512  # commands in one call
LANES = 2


class _Waiting(Generic[T, A]):
    """One command; `turn` is released when it has its answer or shall write for all who wait."""

    __slots__ = ("answer", "error", "item", "keys", "settled", "turn", "writes")

    def __init__(self, item: T, keys: frozenset[Hashable]) -> None:
        self.item = item
        self.keys = keys
        self.answer: A | None = None
        self.error: Exception | None = None
        self.settled = False
        self.writes = False  # has a lane, to use it or to pass it on
        self.turn = threading.Lock()
        self.turn.acquire()

    def settle(self, answer: A | None, error: Exception | None = None) -> None:
        self.answer, self.error, self.settled = answer, error, True
        self.turn.release()


class GroupCommit(Generic[T, A]):
    """`write` takes many commands and answers them in order; `keys` names what one touches."""

    def __init__(
        self,
        write: Callable[[Sequence[T]], Sequence[A]],
        keys: Callable[[T], Iterable[Hashable]] = lambda item: (),
        lanes: int = LANES,
    ) -> None:
        self._write = write
        self._keys = keys
        self._free_lanes = lanes
        self._lock = threading.Lock()
        self._waiting: list[_Waiting[T, A]] = []
        self._touched: set[Hashable] = set()  # by calls under way

    def append(self, item: T) -> A:
        """Write this command, with others if there are any, and return its own answer.

        Raises what writing it raised; a fault of another command is not passed on.
        """
        mine: _Waiting[T, A] = _Waiting(item, frozenset(self._keys(item)))
        try:
            with self._lock:
                self._waiting.append(mine)
                self._open_a_lane()
            while not mine.settled:
                mine.turn.acquire()
                if mine.writes:
                    self._write_those_who_wait(mine)
        finally:
            # A worker's thread can be interrupted anywhere; the lane must not wait for it.
            self._leave(mine)
        if mine.error is not None:
            raise mine.error
        assert mine.answer is not None
        return mine.answer

    def _write_those_who_wait(self, mine: _Waiting[T, A]) -> None:
        with self._lock:
            taken = self._take(mine)
        outcomes: list[_Outcome[A]] = []
        try:
            outcomes = self._outcomes(taken) if taken else []
        finally:
            with self._lock:
                # First of all the next call is set going; then those who wait are told.
                self._touched.difference_update(*(each.keys for each in taken))
                self._pass_on(mine)
            if not outcomes:
                interrupted = psycopg.OperationalError("the append was interrupted")
                outcomes = [(None, interrupted)] * len(taken)
            for each, outcome in zip(taken, outcomes, strict=True):
                each.settle(*outcome)

    def _take(self, mine: _Waiting[T, A]) -> list[_Waiting[T, A]]:
        """Those who can go now: they touch nothing that is under way or waits before them, so
        that what is done to one thing keeps its order. May be nobody, when a call began meanwhile.
        """
        taken: list[_Waiting[T, A]] = []
        left: list[_Waiting[T, A]] = []
        blocked = set(self._touched)
        for each in self._waiting:
            free = (each is mine or not each.writes) and each.keys.isdisjoint(blocked)
            if free and len(taken) < _LARGEST:
                taken.append(each)
            else:
                left.append(each)
                blocked |= each.keys
        self._waiting = left
        self._touched.update(*(each.keys for each in taken))
        return taken

    def _pass_on(self, mine: _Waiting[T, A]) -> None:
        """Give the lane up, to the first of those who wait and can go."""
        if not mine.writes:
            return
        mine.writes = False
        self._free_lanes += 1
        self._open_a_lane()

    def _open_a_lane(self) -> None:
        following = self._first_to_go() if self._free_lanes else None
        if following is not None:
            self._free_lanes -= 1
            following.writes = True
            following.turn.release()

    def _first_to_go(self) -> "_Waiting[T, A] | None":
        """The first of those who wait that has no lane and touches nothing that goes before."""
        blocked = set(self._touched)
        for each in self._waiting:
            if not each.writes and each.keys.isdisjoint(blocked):
                return each
            blocked |= each.keys
        return None

    def _leave(self, mine: _Waiting[T, A]) -> None:
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
            self._pass_on(mine)

    def _outcomes(self, taken: list[_Waiting[T, A]]) -> "list[_Outcome[A]]":
        try:
            return [(answer, None) for answer in self._write([each.item for each in taken])]
        except psycopg.OperationalError as error:  # the server, not one of the commands
            return [(None, error)] * len(taken)
        except Exception as error:  # noqa: BLE001 - passed on to whom it belongs
            if len(taken) == 1:
                return [(None, error)]
        return [outcome for each in taken for outcome in self._outcomes([each])]
