"""Many callers append at once, and share the price of a commit.

Who comes while nothing is under way writes; who comes meanwhile waits, and all who waited are
written together in the next call. Those whom a call answered tend to come back at once: the next
call lets them, for at most half as long as the last one took. So sixteen callers share one flush,
where otherwise the first to return would have one alone and the others wait for two. There is no
thread of its own: each call is made by one of those who wait for it.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import psycopg

from adapters.carrying import Turn

T = TypeVar("T")
A = TypeVar("A")

_Outcome = tuple[A | None, Exception | None]

_LARGEST = 512  # commands in one call
_PATIENCE = 0.5  # of the time that the last call took, for those who are expected back
_LONGEST = 0.01  # seconds of patience, however long a call took: a server may have been away


class _Waiting(Generic[T, A]):
    """One command; `turn` is given when it has its answer or shall write for all who wait."""

    __slots__ = ("answer", "error", "item", "turn", "writes")

    def __init__(self, item: T) -> None:
        self.item = item
        self.answer: A | None = None
        self.error: Exception | None = None
        self.writes = False  # is to make the next call, or to pass that on
        self.turn = Turn()

    def settle(self, answer: A | None, error: Exception | None = None) -> None:
        self.answer, self.error = answer, error
        self.turn.give()


class GroupCommit(Generic[T, A]):
    """`write` takes many commands and answers them in order; one call is under way at a time."""

    def __init__(self, write: Callable[[Sequence[T]], Sequence[A]]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._waiting: list[_Waiting[T, A]] = []
        self._under_way = False
        self._expected = 1  # who were there at the end of the last call
        self._all_here: Turn | None = None
        self._took = 0.0  # seconds, by the last call

    def append(self, item: T) -> A:
        """Write this command, with others if there are any, and return its own answer.

        Raises what writing it raised; a fault of another command is not passed on.
        """
        mine: _Waiting[T, A] = _Waiting(item)
        try:
            with self._lock:
                self._waiting.append(mine)
                if self._all_here is not None and len(self._waiting) == self._expected:
                    self._all_here.give()
                    self._all_here = None
                self._begin()
            mine.turn.wait()
            if mine.writes:
                self._write_those_who_wait(mine)
        finally:
            # A worker's thread can be interrupted anywhere; the others must not wait for it.
            self._leave(mine)
        if mine.error is not None:
            raise mine.error
        assert mine.answer is not None
        return mine.answer

    def _begin(self) -> None:
        if self._waiting and not self._under_way:
            self._under_way = True
            self._waiting[0].writes = True
            self._waiting[0].turn.give()

    def _write_those_who_wait(self, mine: _Waiting[T, A]) -> None:
        self._let_others_come()
        with self._lock:
            taken, self._waiting = self._waiting[:_LARGEST], self._waiting[_LARGEST:]
        outcomes: list[_Outcome[A]] = []
        began = time.perf_counter()
        try:
            outcomes = self._outcomes(taken)
        finally:
            with self._lock:
                self._took = time.perf_counter() - began
                self._expected = min(len(taken) + len(self._waiting), _LARGEST)
                # First of all the next call is set going; then those who wait are told.
                self._pass_on(mine)
            if not outcomes:
                interrupted = psycopg.OperationalError("the append was interrupted")
                outcomes = [(None, interrupted)] * len(taken)
            for each, outcome in zip(taken, outcomes, strict=True):
                each.settle(*outcome)

    def _let_others_come(self) -> None:
        with self._lock:
            if len(self._waiting) >= self._expected:
                return
            here = self._all_here = Turn()
        here.wait(min(self._took * _PATIENCE, _LONGEST))
        with self._lock:
            self._all_here = None

    def _pass_on(self, mine: _Waiting[T, A]) -> None:
        if mine.writes:
            mine.writes = self._under_way = False
            self._begin()

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
