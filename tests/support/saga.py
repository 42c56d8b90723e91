"""The whole machinery behind an insurer, in this process: feed, sweeper, workers, read models."""

import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from types import TracebackType

import dramatiq
import redis

from adapters.bank import SimulatedBank
from adapters.event_store import EventStore
from adapters.reaction_failures import ReactionFailures
from adapters.reaction_tasks import ReactionTasks, Task
from adapters.wakeup import Wakeup
from domain.events import CATALOGUE
from projections.__main__ import serve
from tests.support.insurer import Insurer
from workers.feed import Feed
from workers.place import open_handler
from workers.queues import Handle, Sender, declare, redis_broker
from workers.reactions import REACTIONS
from workers.sweeper import Sweeper

SEND_AGAIN = timedelta(seconds=1)
FOLLOWED = [CATALOGUE.name_of(kind) for kind in REACTIONS]


class ManyTimes(Sender):
    """Sends every message `times` times and in the opposite order."""

    times = 1

    def send(self, tasks: Iterable[Task]) -> bool:
        return super().send(list(tasks)[::-1] * self.times)


class Machinery:
    """Runs everything for the length of a `with` block; a story may look at it and break it.

    `around` wraps what handles a message: to watch, to delay, to fail.
    """

    def __init__(
        self,
        insurer: Insurer,
        *,
        threads: int = 4,
        times: int = 1,
        around: Callable[[Handle], Handle] = lambda handle: handle,
    ) -> None:
        settings = insurer.settings
        self.dsn, self.redis_url = settings.database_url, settings.redis_url
        self.store = EventStore(self.dsn, CATALOGUE, tenant=settings.tenant)
        self.tasks = ReactionTasks(self.store.pool, settings.tenant)
        self.failures = ReactionFailures(self.store.pool, settings.tenant)
        self.bank = SimulatedBank(self.store.pool, settings.tenant)
        self.broker = redis_broker(self.redis_url, settings.tenant)
        self.sender = ManyTimes(self.broker)
        self.sender.times = times
        self.handle = around(open_handler(settings, clock=insurer.clock).handle)
        declare(self.broker, self.handle)
        self.feed = Feed(self.store, self.tasks, self.sender, SEND_AGAIN, insurer.clock)
        self.sweeper = Sweeper(self.tasks, self.sender, SEND_AGAIN)
        self.worker = dramatiq.Worker(self.broker, worker_timeout=60, worker_threads=threads)
        self._wakeup = Wakeup(self.dsn)
        self._leave = threading.Event()
        self._threads = [
            threading.Thread(target=work, daemon=True)
            for work in (self.feed.run, self.sweeper.run, self._project)
        ]

    def __enter__(self) -> "Machinery":
        self.broker.emit_after("process_boot")
        self.worker.start()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.feed.stop()
        self.sweeper.stop()
        self._leave.set()
        self._wakeup.nudge()
        self.worker.stop(timeout=60_000)
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "a part of the machinery did not stop"
        self._wakeup.close()
        self.store.close()
        self.broker.close()
        self.broker.client.close()

    def drain(self, seconds: float = 120) -> None:
        """Wait until every event has been followed and no task is open."""
        self.wait_for(self.is_quiet, "everything to be done", seconds)

    def is_quiet(self) -> bool:
        with self.store.pool.connection() as conn:
            row = conn.execute(
                "SELECT NOT EXISTS (SELECT FROM reaction_task WHERE state = 'due') AND NOT EXISTS ("
                "SELECT FROM es_event e JOIN es_type t ON t.id = e.type WHERE t.name = ANY (%s) "
                "AND e.position > COALESCE("
                "(SELECT position FROM es_checkpoint WHERE name = %s), 0))",
                (FOLLOWED, self.feed.name),
            ).fetchone()
        return row is not None and bool(row[0])

    def wait_for(self, so: Callable[[], bool], what: str, seconds: float = 120) -> None:
        """Look often, and fail with what is still open when it does not come about."""
        give_up = time.monotonic() + seconds
        while not so():
            if time.monotonic() > give_up:
                raise AssertionError(f"waited {seconds} s for {what}; open: {self.in_state('due')}")
            time.sleep(0.01)

    def in_state(self, state: str) -> list[tuple[int, str, str]]:
        """Position, reaction and note of the tasks in a state."""
        with self.store.pool.connection() as conn:
            rows = conn.execute(
                "SELECT position, reaction, note FROM reaction_task WHERE state = %s "
                "ORDER BY position, reaction",
                (state,),
            ).fetchall()
        return [(position, reaction, note) for position, reaction, note in rows]

    def wipe_the_queues(self) -> None:
        with redis.Redis.from_url(self.redis_url) as client:
            client.flushdb()

    def _project(self) -> None:
        """Keep the read models up to date, as the projector process does."""
        self._wakeup.listen()
        serve(self.dsn, self._wakeup, self._leave)
