"""Doing much at once in order: what belongs together stays in one lane, lanes run side by side."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")

LANES = 6


def by_key(things: Iterable[T], key: Callable[[T], str], lanes: int = LANES) -> list[list[T]]:
    """Things in lanes: those with the same key in one lane, in the order in which they come."""
    made: list[list[T]] = [[] for _ in range(lanes)]
    for thing in things:
        made[crc32(key(thing).encode()) % lanes].append(thing)
    return [lane for lane in made if lane]


def run(lanes: Sequence[Sequence[T]], do: Callable[[T], None]) -> None:
    """Do everything, lane beside lane. The first error stops all lanes and is raised."""
    stop = Event()

    def drive(lane: Sequence[T]) -> None:
        for thing in lane:
            if stop.is_set():
                return
            try:
                do(thing)
            except BaseException:
                stop.set()
                raise

    with ThreadPoolExecutor(max(1, len(lanes)), thread_name_prefix="lane") as pool:
        running = [pool.submit(drive, lane) for lane in lanes]
        try:
            for done in as_completed(running):
                done.result()
        except BaseException:
            stop.set()
            raise
