"""Runs the read models: `python -m projections` follows the log until it is told to stop."""

import logging
import signal
import sys
import threading
import time

import psycopg

from adapters.collecting import keep_what_is_loaded
from adapters.journal import entry
from adapters.postgres import LATER_ON_DISK, connect
from adapters.settings import get_settings
from adapters.wakeup import Wakeup
from projections import PROJECTIONS, standing
from projections.declaring import Projection
from projections.following import follow, hold_lease, me
from projections.guarding import guard
from projections.rebuilding import Rebuild, RebuildRefused
from projections.running import AWAY, Projector, Runner, ensure

AGAIN = 1.0  # seconds until a lost server is asked again


def main() -> int:
    """Follow the log; a lost connection is opened again. Ends with SIGTERM or SIGINT."""
    dsn = get_settings().require_database_url()
    stop = threading.Event()
    wakeup = Wakeup(dsn)

    def leave(*_: object) -> None:
        stop.set()
        wakeup.nudge()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    wakeup.listen()
    keep_what_is_loaded()
    while not stop.is_set():
        try:
            serve(dsn, wakeup, stop)
        except AWAY as error:
            tell(f"lost the database ({type(error).__name__})", logging.WARNING)
            stop.wait(AGAIN)
    wakeup.close()
    return 0


def serve(dsn: str, wakeup: Wakeup, stop: threading.Event) -> None:
    """Keep the read models on one connection, as their only owner."""
    with connect(dsn, application="bima-projector", settings=LATER_ON_DISK) as conn:
        if not hold_lease(conn, stop):
            return
        projector = Projector([Runner(projection) for projection in PROJECTIONS])
        names = [runner.name for runner in projector.runners]
        ensure(conn, PROJECTIONS)
        guard(conn, PROJECTIONS)
        standing.note_owner(conn, names, me())
        projector.take_over(conn)
        if projector.outdated:
            fill_anew(dsn, projector.outdated)
        started, position = time.monotonic(), projector.catch_up(conn)
        seconds = time.monotonic() - started
        tell(f"ready at position {position} ({projector.applied} events in {seconds:.1f} s)")
        follow(conn, projector, wakeup, stop)


def fill_anew(dsn: str, projections: list[Projection]) -> None:
    """Rebuild, beside the others, those whose tables are of another version than this code."""

    def rebuild() -> None:
        names = ", ".join(projection.name for projection in projections)
        tell(f"filling anew for this version: {names}")
        try:
            for name, reason in Rebuild(dsn, projections).run().items():
                tell(f"{name} is {reason or 'filled anew'}")
        except (RebuildRefused, psycopg.Error) as error:
            tell(f"could not fill anew: {type(error).__name__}", logging.WARNING)

    threading.Thread(target=rebuild, name="rebuild", daemon=True).start()


def tell(what: str, level: int = logging.INFO) -> None:
    print(entry("bima.projector", what, level), flush=True)


if __name__ == "__main__":
    sys.exit(main())
