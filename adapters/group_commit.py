"""Many threads append at once, and share the price of a commit.

Who finds the lane free writes at once. Who arrives meanwhile waits, and all who waited are
written together in the next call: the call under way is the only timer there is. A lane has no
thread of its own; each call is made by one of those who wait for it.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import psycopg

T = TypeVar("T")
A = TypeVar("A")

_LARGEST = 512  # commands in one call


class _Waiting(Generic[T, A]):
    """One command in the lane; `turn` is released when it has its answer or shall write."""

    __slots__ = ("answer", "error", "item", "settled", "turn")

    def __init__(self, item: T) -> None:
        self.item = item
        self.answer: A | None = None
        self.error: Exception | None = None
        self.settled = False
        self.turn = threading.Lock()
        self.turn.acquire()

    def settle(self, answer: A | None, error: Exception | None = None) -> None:
        self.answer, self.error, self.settled = answer, error, True
        self.turn.release()


class GroupCommit(Generic[T, A]):
    """One lane; `write` takes many commands and answers them in order."""

    def __init__(self, write: Callable[[Sequence[T]], Sequence[A]]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._lane: list[_Waiting[T, A]] = []
        self._writer: _Waiting[T, A] | None = None  # whose turn it is to write

    def append(self, item: T) -> A:
        """Write this command, with others if there are any, and return its own answer.

        Raises what writing it raised; a fault of another command is not passed on.
        """
        mine: _Waiting[T, A] = _Waiting(item)
        try:
            with self._lock:
                self._lane.append(mine)
                first = self._writer is None
                if first:
                    self._writer = mine
            if not first:
                mine.turn.acquire()
            if not mine.settled:
                self._write_those_who_wait()
        finally:
            # A worker's thread can be interrupted anywhere; the lane must not wait for it.
            self._leave(mine)
        if mine.error is not None:
            raise mine.error
        assert mine.answer is not None
        return mine.answer

    def _leave(self, mine: _Waiting[T, A]) -> None:
        with self._lock:
            if mine in self._lane:
                self._lane.remove(mine)
            if self._writer is mine:
                self._writer = self._lane[0] if self._lane else None
                if self._writer is not None:
                    self._writer.turn.release()

    def _write_those_who_wait(self) -> None:
        with self._lock:
            taken, self._lane = self._lane[:_LARGEST], self._lane[_LARGEST:]
        try:
            self._settle(taken)
        finally:
            for each in taken:
                if not each.settled:
                    each.settle(None, psycopg.OperationalError("the append was interrupted"))

    def _settle(self, taken: list[_Waiting[T, A]]) -> None:
        try:
            answers = self._write([each.item for each in taken])
        except psycopg.OperationalError as error:  # the server, not one of the commands
            for each in taken:
                each.settle(None, error)
        except Exception as error:  # noqa: BLE001 - passed on to whom it belongs
            if len(taken) == 1:
                taken[0].settle(None, error)
            else:
                for each in taken:
                    self._settle([each])
        else:
            for each, answer in zip(taken, answers, strict=True):
                each.settle(answer)
