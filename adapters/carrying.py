"""Lets an event loop carry calls that wait: while one of them waits, the others go on.

What a command does is written as plain calls, one after the other. In a thread each wait blocks
that thread, and waking it again is dearer than most of what it does. Carried by a loop, the call is
put aside as it stands until what it waits for is there. The same code runs either way: what can
wait (a connection, the commit that many share) finds out here how.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from typing import Any, ParamSpec, TypeVar

from greenlet import getcurrent, greenlet

P = ParamSpec("P")
T = TypeVar("T")


class _Carried(greenlet):  # type: ignore[misc]  # its library says no types
    """A call that a loop carries."""

    loop: asyncio.AbstractEventLoop


async def carried(call: Callable[P, T], *given: P.args, **more: P.kwargs) -> T:
    """What a call comes to, carried by the running loop; raises what it raises.

    The call must not take long between its waits, nor wait in a way that is not of this module:
    everybody else would wait with it.
    """
    carrier = _Carried(call)
    carrier.loop = asyncio.get_running_loop()
    carrier.gr_context = copy_context()
    awaited: Any = carrier.switch(*given, **more)
    while not carrier.dead:
        try:
            came = await awaited
        except BaseException as error:  # noqa: BLE001  # it belongs to the call
            awaited = carrier.throw(error)
        else:
            awaited = carrier.switch(came)
    result: T = awaited
    return result


def carrying() -> asyncio.AbstractEventLoop | None:
    """The loop that carries what runs here; None where it has a thread to itself."""
    current = getcurrent()
    return current.loop if isinstance(current, _Carried) else None


def wait_for(awaited: Awaitable[T]) -> T:
    """What is awaited, for a call that is carried; its loop goes on with others meanwhile."""
    loop = getcurrent().parent
    assert loop is not None
    came: T = loop.switch(awaited)
    return came


def elsewhere(call: Callable[[], T]) -> T:
    """What a call comes to that can only block: a thread makes it for one that is carried."""
    loop = carrying()
    return call() if loop is None else wait_for(loop.run_in_executor(None, call))


def pause(seconds: float) -> None:
    """Go on after so many seconds."""
    if carrying() is None:
        time.sleep(seconds)
    else:
        wait_for(asyncio.sleep(seconds))


class Turn:
    """What one waits for, once, until another gives it; either may be a thread or carried."""

    __slots__ = ("_future", "_lock", "_loop")

    def __init__(self) -> None:
        """To be made by who will wait."""
        self._loop = carrying()
        if self._loop is None:
            self._lock = threading.Lock()
            self._lock.acquire()
        else:
            self._future: asyncio.Future[bool] = self._loop.create_future()

    def give(self) -> None:
        if self._loop is None:
            self._lock.release()
        elif carrying() is self._loop:
            _settle(self._future, True)
        else:
            self._loop.call_soon_threadsafe(_settle, self._future, True)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it was given in time."""
        if self._loop is None:
            return self._lock.acquire(timeout=-1 if seconds is None else seconds)
        if self._future.done() or seconds is None:
            return wait_for(self._future)
        timer = self._loop.call_later(seconds, _settle, self._future, False)
        try:
            return wait_for(self._future)
        finally:
            timer.cancel()


def _settle(future: "asyncio.Future[bool]", given: bool) -> None:
    if not future.done():
        future.set_result(given)


class Places:
    """So many may be inside at once; who comes later waits for a place, in order."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._lock = threading.Lock()
        self._waiting: deque[Turn] = deque()

    def take(self, seconds: float | None = None) -> bool:
        """Whether there was a place in time."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            turn = Turn()
            self._waiting.append(turn)
        try:
            # It may be given at the very moment when the time is over.
            return turn.wait(seconds) or not self._leave(turn)
        except BaseException:
            if not self._leave(turn):
                self.give_back()
            raise

    def give_back(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().give()
            else:
                self._free += 1

    def _leave(self, turn: Turn) -> bool:
        """Wait no longer; whether there was still something to wait for."""
        with self._lock:
            if turn not in self._waiting:
                return False
            self._waiting.remove(turn)
            return True


class Lock:
    """Lets one in at a time, who may wait inside for a server or for a connection."""

    def __init__(self) -> None:
        self._place = Places(1)

    def __enter__(self) -> None:
        self._place.take()

    def __exit__(self, *ended: object) -> None:
        self._place.give_back()
