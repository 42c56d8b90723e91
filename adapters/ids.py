"""Ids of new things, such that what is made later sorts later (uuid version 7, RFC 9562)."""

import hashlib
import threading
import time
from uuid import UUID

from adapters.randomness import random_bytes

_NANOSECONDS = 1_000_000  # in a millisecond
_FINEST = 4096  # parts of a millisecond that a version 7 id can tell apart


class Uuid7Ids:
    """Ids from the machine's clock and randomness, in order within this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def new(self) -> UUID:
        """An id that is larger than every one made before, even where the clock stepped back."""
        with self._lock:
            ticks = time.time_ns() * _FINEST // _NANOSECONDS
            self._last = max(ticks, self._last + 1)
            ticks = self._last
        return _uuid7(ticks, int.from_bytes(random_bytes(8)))


class SeededIds:
    """The same ids in the same order for the same seed, so that a run can be played again."""

    def __init__(self, seed: str | int) -> None:
        self._seed = str(seed)
        self._lock = threading.Lock()
        self._made = 0

    def new(self) -> UUID:
        with self._lock:
            self._made += 1
            made = self._made
        digest = hashlib.sha256(f"{self._seed}|{made}".encode()).digest()
        return _uuid7(made, int.from_bytes(digest[:8]))


def _uuid7(ticks: int, noise: int) -> UUID:
    """`ticks` are 4096ths of a millisecond; 62 bits of `noise` tell makers apart."""
    high = (ticks // _FINEST) << 16 | 0x7000 | ticks % _FINEST
    low = 0b10 << 62 | noise & (2**62 - 1)
    return UUID(int=(high & (2**64 - 1)) << 64 | low)
