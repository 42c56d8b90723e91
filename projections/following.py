"""Follows the log for as long as a process lives, as the only owner of the read models."""

import os
import socket
import threading
import time

from adapters.postgres import Connection
from adapters.wakeup import Wakeup
from projections.running import LEASE, Projector

IDLE = 0.5  # seconds between looks at a quiet log; notices come sooner
BUSY = 0.002  # an append is under way and will be readable in a moment
# What comes within a moment of a small round goes into one more: each costs many statements. The
# moment is as long as the round was, at most LONGEST_MOMENT; an event after a silence never waits.
LONGEST_MOMENT = 0.02
FEW = 100


def me() -> str:
    """This process, as `bima status` shows the owner of the read models."""
    return f"{socket.gethostname()}:{os.getpid()}"


def hold_lease(conn: Connection, stop: threading.Event) -> bool:
    """Wait until no other process keeps the read models; False when told to stop meanwhile."""
    while not stop.is_set():
        row = conn.execute("SELECT pg_try_advisory_lock(%s, 0)", (LEASE,)).fetchone()
        if row is not None and row[0]:
            return True
        stop.wait(IDLE)
    return False


def follow(conn: Connection, projector: Projector, wakeup: Wakeup, stop: threading.Event) -> None:
    """Apply what comes, as it comes, until told to stop."""
    while not stop.is_set():
        ticket = wakeup.ticket
        projector.look_again(conn)
        safe, last = projector.scan.safe_position(conn)
        before, started = projector.applied, time.monotonic()
        if not projector.round(conn, safe):
            wakeup.wait(ticket, BUSY if last > safe else IDLE)
        elif projector.applied - before < FEW:
            stop.wait(min(time.monotonic() - started, LONGEST_MOMENT))
