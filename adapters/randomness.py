"""Random bytes from the system, fetched many at a time.

Each fetch lets another thread run first; where many threads append, that costs more than the bytes.
"""

import os
import threading

_AT_ONCE = 1_024


class _Kept(threading.local):
    """What a thread has fetched and not used; nobody else's, so that nothing is given twice."""

    noise = b""
    process = 0


_kept = _Kept()


def random_bytes(number: int) -> bytes:
    """As `os.urandom`: fit for nonces and ids. A forked process gives none of its parent's."""
    kept = _kept
    if len(kept.noise) < number or kept.process != os.getpid():
        kept.noise, kept.process = os.urandom(_AT_ONCE + number), os.getpid()
    taken, kept.noise = kept.noise[:number], kept.noise[number:]
    return taken
