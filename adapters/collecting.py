"""When Python looks for objects that nobody uses any more.

It looks through everything there is each time so many new objects were made. A service holds a
great many that it will always need, and a reader makes many that are all in use: looking through
those finds nothing, and has been seen to take half of the time of reading the log.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 50_000
"""New objects until Python looks through them; at its own 700, and at 10,000, that took 4 to 8 % of
what a claims' worker did."""


def keep_what_is_loaded() -> None:
    """Never again look through what is there now, and seldom through what comes: to be called
    once, when a process is ready.

    Processes that are forked afterwards share it with the first one for as long as they run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)


@contextmanager
def without_pauses() -> Iterator[None]:
    """Look for nothing while a batch is read or folded, whose objects are all in use."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
