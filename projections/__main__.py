"""Runs the read models: `python -m projections` follows the log until it is told to stop."""

import signal
import sys
import threading
import time

import psycopg

from adapters.postgres import connect
from adapters.settings import get_settings
from adapters.wakeup import Wakeup
from projections import PROJECTIONS, standing
from projections.running import Projector, Runner, follow, hold_lease, me

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
    while not stop.is_set():
        try:
            serve(dsn, wakeup, stop)
        except psycopg.OperationalError as error:
            print(f"projector: lost the database ({type(error).__name__})", file=sys.stderr)
            stop.wait(AGAIN)
    wakeup.close()
    return 0


def serve(dsn: str, wakeup: Wakeup, stop: threading.Event) -> None:
    """Keep the read models on one connection, as their only owner."""
    with connect(dsn, application="bima-projector") as conn:
        if not hold_lease(conn, stop):
            return
        projector = Projector([Runner(projection) for projection in PROJECTIONS])
        names = [runner.name for runner in projector.runners]
        standing.note_owner(conn, names, me())
        projector.take_over(conn)
        started, position = time.monotonic(), projector.catch_up(conn)
        seconds = time.monotonic() - started
        print(
            f"projector: ready at position {position} "
            f"({projector.applied} events in {seconds:.1f} s)",
            flush=True,
        )
        follow(conn, projector, wakeup, stop)


if __name__ == "__main__":
    sys.exit(main())
