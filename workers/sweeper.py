"""Puts open tasks on their queues again: retries and deadlines whose time has come, and whatever
was lost.

The queue server may be emptied or replaced at any moment: what was to be done stands in the
ledger's database, and is queued again from there within seconds.
"""

import logging
import threading
import time
from datetime import timedelta

import psycopg

from adapters.reaction_tasks import ReactionTasks
from workers.queues import Sender

log = logging.getLogger("bima.workers")

SEND_AGAIN = timedelta(seconds=5)
# Between two copies of one message. Who waited through a long trouble is not left waiting after it,
# and what copies there can be is bounded by the line below.
LONGEST = timedelta(seconds=15)
# Above so many messages nothing is sent again: the workers are behind, and little is lost.
MOST_WAITING = 1_000
KEEP_ENDED = timedelta(days=7)
_EVERY = 0.25
_FORGET_EVERY = 60.0


class Sweeper:
    """Sweeps one insurer's tasks; any number may run side by side."""

    def __init__(
        self, tasks: ReactionTasks, sender: Sender, send_again: timedelta = SEND_AGAIN
    ) -> None:
        self._tasks = tasks
        self._sender = sender
        self._send_again = send_again
        self._stopped = threading.Event()

    def run(self) -> None:
        """Sweep until `stop`; troubles with the database are waited out."""
        forgotten_at = time.monotonic()
        while not self._stopped.wait(_EVERY):
            try:
                self.sweep()
                if time.monotonic() - forgotten_at > _FORGET_EVERY:
                    self._tasks.forget(KEEP_ENDED)
                    forgotten_at = time.monotonic()
            except psycopg.OperationalError as trouble:
                log.warning("sweeping begins again: %s", trouble)

    def sweep(self) -> int:
        """Queue what is overdue, as far as there is room; how many tasks."""
        self._tasks.fall_due(MOST_WAITING)
        waiting = self._sender.waiting()
        if waiting is None or waiting >= MOST_WAITING:
            return 0
        tasks = self._tasks.overdue(MOST_WAITING - waiting, self._send_again, LONGEST)
        if tasks:
            self._sender.send(tasks)
        return len(tasks)

    def stop(self) -> None:
        """End `run`; may be called from any thread."""
        self._stopped.set()
