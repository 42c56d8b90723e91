"""Follows the log and puts down what each event asks for: `python -m workers.feed`.

The tasks of a batch and the feed's own position are stored in one transaction, so every event
leads to its tasks exactly once; only then are they queued. What is not queued for whatever reason,
or not heard of again, is queued by the sweeper. So is what the worker that recorded an event goes
on with by itself: it is put down for the case that the worker ends before, and not queued.
"""

import logging
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import psycopg

from adapters.clock import SystemClock
from adapters.codec import UnreadableEvent
from adapters.collecting import keep_what_is_loaded
from adapters.envelope import Recorded
from adapters.event_store import EventStore
from adapters.faults import where
from adapters.journal import write_in_one_form
from adapters.postgres import LATER_ON_DISK, Connection, Pool, connect
from adapters.reaction_tasks import ReactionTasks, Task
from adapters.settings import get_settings
from adapters.subscription import Subscription
from commands.ports import Clock
from domain.events import CATALOGUE
from workers.deadlines import DEADLINES, first_due
from workers.queues import Sender, redis_broker
from workers.reactions import REACTIONS, TELLING, Reaction, goes_on
from workers.sweeper import SEND_AGAIN, Sweeper

log = logging.getLogger("bima.workers")

_LOCK = 1112100174  # with the tenant's number: one feed for each insurer
_PAUSE = 1.0
_MOMENT, _LONGER_MOMENT = 0.02, 0.15
# From so many messages on a task waits in its queue anyway: more of them may go together.
_BUSY = 24


def tasks_of(event: Recorded, clock: Clock, unwanted: frozenset[type] = frozenset()) -> list[Task]:
    """The tasks that an event leads to, at once or on a later day; none where nothing follows.

    What asks for nothing but `unwanted` requests leads to none.

    A reaction that cannot even be asked gets its task all the same, so that its fault is seen.
    """
    kind = type(event.fact)
    gone_on = goes_on(event)
    at_once = [
        _task(event.position, it, gone_on=it in gone_on)
        for it in REACTIONS.get(kind, ())
        if not unwanted.issuperset(it.asks_for) and _asks(it, event)
    ]
    return at_once + [
        Task(event.position, it.name, str(it.queue), due_in)
        for it in DEADLINES.get(kind, ())
        if (due_in := first_due(event, it, clock)) is not None
    ]


def _asks(it: Reaction, event: Recorded) -> bool:
    try:
        return bool(it(event))
    except Exception as fault:  # noqa: BLE001  # told, and seen among the failures
        log.error(  # noqa: TRY400  # the fault's own words may hold personal data
            "%s cannot tell what %s asks for: %s", it.name, event.name, where(fault)
        )
        return True


def _task(position: int, it: Reaction, *, gone_on: bool = False) -> Task:
    return Task(position, it.name, str(it.queue), gone_on=gone_on)


class LostOwnership(Exception):
    """Another feed has moved the position: this one stops and asks for the lock again."""


class Feed:
    """The feed of one insurer. Any number may run; one works, the others wait for it to end."""

    def __init__(
        self,
        store: EventStore,
        tasks: ReactionTasks,
        sender: Sender,
        send_again: timedelta = SEND_AGAIN,
        clock: Clock | None = None,
        unwanted: frozenset[type] = frozenset(),
    ) -> None:
        """What asks for nothing but `unwanted` requests is not put down."""
        self._store = store
        self._tasks = tasks
        self._sender = sender
        self._send_again = send_again
        self._names = {CATALOGUE.name_of(kind): kind for kind in (*REACTIONS, *DEADLINES)}
        self._clock = clock or SystemClock("UTC")
        self._unwanted = unwanted
        self._stopped = threading.Event()
        self._subscription: Subscription | None = None
        self._stored = 0
        self._stored_at = 0.0

    @property
    def name(self) -> str:
        """What its position is kept under."""
        return f"feed-{self._store.tenant}"

    def run(self) -> None:
        """Follow the log until `stop`; troubles with the database are waited out."""
        while not self._stopped.is_set():
            try:
                with self._owned() as mine:
                    if mine:
                        self._follow()
            except (psycopg.OperationalError, LostOwnership) as trouble:
                log.warning("the feed begins again: %s", trouble)
            self._stopped.wait(_PAUSE)

    def stop(self) -> None:
        """End `run` after the batch in hand; may be called from any thread."""
        self._stopped.set()
        subscription = self._subscription
        if subscription is not None:
            subscription.stop()

    @contextmanager
    def _owned(self) -> Iterator[bool]:
        """Whether this feed may work now; the lock goes when its connection does."""
        with connect(self._store.pool.dsn, application="bima-feed") as conn:
            row = conn.execute(
                "SELECT pg_try_advisory_lock(%s, %s)", (_LOCK, self._store.tenant)
            ).fetchone()
            yield bool(row and row[0])

    def _follow(self) -> None:
        self._stored = self._position()
        while not self._stopped.is_set():
            try:
                with self._store.subscribe(
                    self._stored, names=self._names, moved=self._store_now_and_then
                ) as subscription:
                    self._subscription = subscription
                    if self._stopped.is_set():
                        return
                    for batch in subscription:
                        self._put_down(batch, subscription.position)
                        # What comes within a moment goes together; on a quiet log nothing waits.
                        self._stopped.wait(self._moment())
            except UnreadableEvent as why:
                self._past_the_unreadable(str(why))
            finally:
                self._subscription = None

    def _put_down(self, batch: Sequence[Recorded], position: int) -> None:
        tasks = [task for event in batch for task in tasks_of(event, self._clock, self._unwanted)]
        with self._tasks.pool.connection() as conn, conn.transaction():
            self._tasks.add(conn, tasks, self._send_again)
            self._move(conn, position)
        self._sender.send(task for task in tasks if task.due_in is None and not task.gone_on)

    def _moment(self) -> float:
        waiting = self._sender.waiting()
        return _MOMENT if waiting is None or waiting < _BUSY else _LONGER_MOMENT

    def _past_the_unreadable(self, why: str) -> None:
        """Go on event by event up to the one that cannot be read, and put that down as failed."""
        names = tuple(self._names)
        while True:
            try:
                read = self._store.read_after(self._stored, 1, names=names)
            except UnreadableEvent as error:
                why = str(error)
                break
            if not read:
                return  # it can be read now
            self._put_down(read, read[0].position)
        with self._store.pool.connection() as conn, conn.transaction():
            position, name = self._next(conn)
            log.error("the event at position %s cannot be read: %s", position, why)
            tasks = [_task(position, it) for it in REACTIONS.get(self._names[name], ())]
            self._tasks.add_failed(conn, tasks, f"{name} cannot be read: {why}")
            self._move(conn, position)

    def _next(self, conn: Connection) -> tuple[int, str]:
        row = conn.execute(
            "SELECT e.position, t.name FROM es_event e JOIN es_type t ON t.id = e.type "
            "WHERE e.tenant = %s AND e.position > %s AND t.name = ANY (%s) "
            "ORDER BY e.position LIMIT 1",
            (self._store.tenant, self._stored, list(self._names)),
        ).fetchone()
        assert row is not None, "an event that could not be read has gone"
        return int(row[0]), str(row[1])

    def _position(self) -> int:
        with self._store.pool.connection() as conn:
            row = conn.execute(
                "INSERT INTO es_checkpoint (name) VALUES (%s) "
                "ON CONFLICT (name, shard) DO UPDATE SET error = NULL RETURNING position",
                (self.name,),
            ).fetchone()
        assert row is not None
        return int(row[0])

    def _move(self, conn: Connection, position: int) -> None:
        """Store the new position, if no other feed has moved it meanwhile."""
        moved = conn.execute(
            "UPDATE es_checkpoint SET position = %s, updated_at = clock_timestamp() "
            "WHERE name = %s AND shard = 0 AND position = %s",
            (position, self.name, self._stored),
        )
        if moved.rowcount != 1:
            raise LostOwnership(f"{self.name} no longer stands at {self._stored}")
        self._stored, self._stored_at = position, time.monotonic()

    def _store_now_and_then(self, position: int) -> None:
        """Nothing to do here, but the position shows how far the feed is."""
        if time.monotonic() - self._stored_at < _PAUSE:
            return
        with self._store.pool.connection() as conn:
            self._move(conn, position)


def main() -> None:
    """Run the feed and the sweeper until a signal says stop."""
    settings = get_settings()
    logging.basicConfig(level=logging.INFO)
    write_in_one_form()
    store = EventStore(settings.require_database_url(), CATALOGUE, tenant=settings.tenant)
    tasks = ReactionTasks(Pool(store.pool.dsn, 0, 4, "bima-tasks", LATER_ON_DISK), settings.tenant)
    sender = Sender(redis_broker(settings.require_redis_url(), settings.tenant))
    delivers = settings.sms_url or settings.mail_url
    feed = Feed(
        store,
        tasks,
        sender,
        clock=SystemClock(settings.timezone),
        unwanted=frozenset() if delivers else TELLING,
    )
    sweeper = Sweeper(tasks, sender)

    def stop(*_: object) -> None:
        sweeper.stop()
        feed.stop()

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, stop)
    sweeping = threading.Thread(target=sweeper.run, name="sweeper", daemon=True)
    sweeping.start()
    keep_what_is_loaded()
    log.info("the feed of insurer %s is ready", settings.tenant)
    feed.run()
    sweeping.join(5)
    tasks.pool.close()
    store.close()


if __name__ == "__main__":
    main()
