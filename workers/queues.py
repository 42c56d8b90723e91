"""The queues in Redis (or Valkey), with Dramatiq's traps disarmed.

What is queued is a small message: which events, which reactions. It may be lost, doubled or out
of order without harm, since the tasks in the ledger's database decide what is done. While the log
grows quickly a message names several tasks, which saves a worker most of its effort with it.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.middleware import Middleware, ShutdownNotifications, TimeLimit

from adapters.reaction_tasks import Key, Task
from workers.reactions import ALONE, Queue

log = logging.getLogger("bima.workers")

MESSAGE_VERSION = 1
TIME_LIMIT_MS = 30_000
# A worker that has said nothing for so long is taken for dead, and what it held goes back.
HEARTBEAT_MS = 15_000

# 5 ms doubled as often, and up to twice that, before an empty queue is asked again.
FEWEST_MISSES = 2

# Tasks that go together in one message, at most; on a quiet log each goes by itself.
MOST_TOGETHER = 16

Handle = Callable[[Sequence[Key]], None]


class UnhurriedConsumer(_RedisConsumer):
    """Asks an empty queue for more 20 to 40 ms later at the soonest.

    The library begins with 5 ms after every message: asking was an eighth of what a worker under
    load did.
    """

    _missed = 0

    @property
    def misses(self) -> int:
        """How often nothing was there, as the library counts: each doubles the wait."""
        return max(self._missed, FEWEST_MISSES)

    @misses.setter
    def misses(self, count: int) -> None:
        self._missed = count


class Queues(RedisBroker):
    """Queues of messages that are never put off, so nobody looks for those that were: what is for
    later waits in the ledger's database."""

    consumer_class = UnhurriedConsumer

    def declare_queue(self, queue_name: str) -> None:
        """Declare a queue without a second one for messages that are put off."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)


def redis_broker(redis_url: str, tenant: int) -> RedisBroker:
    """A broker whose keys begin with the insurer's own prefix.

    No retries of Dramatiq's own: tries are counted and spaced where they cannot be lost. Every
    command looks after dead workers, where the default is one in a thousand. The metrics server,
    which would listen on all addresses, is left out.
    """
    return Queues(  # type: ignore[no-untyped-call]  # the library's own lack
        url=redis_url,
        namespace=f"bima-{tenant}",
        middleware=[TimeLimit(time_limit=TIME_LIMIT_MS), ShutdownNotifications()],
        heartbeat_timeout=HEARTBEAT_MS,
        maintenance_chance=1_000_000,
    )


class Prepared(Middleware):
    """Makes a process ready before it takes its first message, if claims are among them."""

    def __init__(self, prepare: Callable[[], None]) -> None:
        self._prepare = prepare

    def before_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        if worker.consumer_whitelist is None or Queue.CLAIMS in worker.consumer_whitelist:
            self._prepare()


def declare(broker: dramatiq.Broker, handle: Handle) -> Mapping[str, dramatiq.Actor[..., None]]:
    """One actor for each queue. Declare before any worker starts: a queue that is declared later
    is fed to workers that have stopped already."""
    return {str(queue): _actor(broker, queue, handle) for queue in Queue}


def _actor(broker: dramatiq.Broker, queue: Queue, handle: Handle) -> dramatiq.Actor[..., None]:
    def react(version: int, tasks: list[tuple[int, str]]) -> None:
        if version != MESSAGE_VERSION:
            # The tasks stay open; a worker of the right version gets them from the sweeper.
            log.warning("a message of version %s for %s was left alone", version, tasks)
            return
        handle([(int(position), str(reaction)) for position, reaction in tasks])

    declared = dramatiq.actor(actor_name=f"react-{queue}", queue_name=str(queue), broker=broker)
    return declared(react)


class Sender:
    """Puts tasks on their queues and tells how much waits there."""

    def __init__(self, broker: RedisBroker) -> None:
        self._broker = broker

    def send(self, tasks: Iterable[Task]) -> bool:
        """Queue messages for these tasks; False where the queue server cannot be reached.

        Then nothing is lost: the sweeper sends what stays open once the server is back.
        """
        try:
            for together in bundled(tasks):
                self._broker.enqueue(message(together))
        except redis.RedisError as error:
            log.warning("the queue server cannot be reached: %s", error)
            return False
        return True

    def waiting(self) -> int | None:
        """How many messages are queued or in hand, in all queues; None where nobody knows."""
        try:
            with self._broker.client.pipeline(transaction=False) as asked:
                for queue in Queue:
                    asked.hlen(f"{self._broker.namespace}:{queue}.msgs")
                return sum(int(size) for size in asked.execute())
        except redis.RedisError:
            return None


def bundled(tasks: Iterable[Task]) -> list[list[Task]]:
    """What goes into which message: in order, one queue each, and some tasks alone."""
    bundles: list[list[Task]] = []
    open_for: dict[str, list[Task]] = {}
    for task in tasks:
        together = open_for.get(task.queue)
        if task.reaction in ALONE:
            bundles.append([task])
        elif together is None or len(together) == MOST_TOGETHER:
            open_for[task.queue] = [task]
            bundles.append(open_for[task.queue])
        else:
            together.append(task)
    return bundles


def message(tasks: Sequence[Task]) -> dramatiq.Message[None]:
    """One message for tasks of one queue."""
    return dramatiq.Message(
        queue_name=tasks[0].queue,
        actor_name=f"react-{tasks[0].queue}",
        args=(MESSAGE_VERSION, [(task.position, task.reaction) for task in tasks]),
        kwargs={},
        options={},
    )
