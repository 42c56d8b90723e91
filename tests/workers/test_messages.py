"""What comes over the queues: messages of this version are handled, all others harm nobody."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence

import dramatiq
import pytest
from dramatiq.brokers.redis import RedisBroker

from adapters.reaction_tasks import Key, Task
from workers.queues import (
    MESSAGE_VERSION,
    MOST_TOGETHER,
    Prepared,
    bundled,
    declare,
    message,
    redis_broker,
)
from workers.reactions import Queue


@pytest.fixture
def broker(redis_url: str) -> Iterator[RedisBroker]:
    made = redis_broker(redis_url, 1)
    yield made
    made.close()
    made.client.close()


class Handled:
    """Remembers what was handled, and tells when the last message has come."""

    def __init__(self) -> None:
        self.tasks: list[tuple[int, str]] = []
        self.last = threading.Event()

    def __call__(self, keys: Sequence[Key]) -> None:
        self.tasks += keys
        if keys[-1][1] == "last":
            self.last.set()


def handled(broker: RedisBroker, *messages: dramatiq.Message[None]) -> list[tuple[int, str]]:
    """What reaches the handler of these messages, sent before a last good one."""
    seen = Handled()
    declare(broker, seen)
    worker = dramatiq.Worker(broker, worker_timeout=60, worker_threads=1)
    for one in (*messages, message([Task(99, "last", "claims")])):
        broker.enqueue(one)
    worker.start()
    try:
        assert seen.last.wait(60), "the last message did not come"
    finally:
        worker.stop()
    return seen.tasks[:-1]


def odd(*arguments: object, **options: object) -> dramatiq.Message[None]:
    return dramatiq.Message("claims", "react-claims", arguments, options, {})


def test_every_queue_is_served(broker: RedisBroker) -> None:
    tasks = [Task(index, f"reaction_{index}", str(queue)) for index, queue in enumerate(Queue)]
    seen = Handled()
    declare(broker, seen)
    worker = dramatiq.Worker(broker, worker_timeout=60, worker_threads=2)
    for task in tasks:
        broker.enqueue(message([task]))
    worker.start()
    for queue in Queue:
        broker.join(str(queue), timeout=60_000)
    worker.stop()
    assert sorted(seen.tasks) == [(task.position, task.reaction) for task in tasks]


def test_an_empty_queue_is_not_asked_all_the_time_and_nobody_looks_for_what_is_put_off(
    broker: RedisBroker,
) -> None:
    declare(broker, Handled())
    assert broker.get_declared_queues() == {str(queue) for queue in Queue}
    assert broker.get_declared_delay_queues() == set()
    broker.enqueue(message([Task(1, "score_for_fraud", "claims")]))
    consumer = broker.consume("claims", timeout=100)
    found = next(consumer)
    assert found is not None
    consumer.ack(found)
    began = time.monotonic()
    assert [next(consumer) for _ in range(5)] == [None] * 5
    assert time.monotonic() - began >= 5 * 0.02


def test_a_message_of_another_version_is_left_alone(
    broker: RedisBroker, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "bima.workers"):
        assert handled(broker, odd(MESSAGE_VERSION + 1, [(17, "ask_bank")])) == []
    assert "a message of version 2 for [[17, 'ask_bank']] was left alone" in caplog.text


def test_messages_of_another_shape_are_seen_and_hold_up_nobody(
    broker: RedisBroker, caplog: pytest.LogCaptureFixture
) -> None:
    strange = (odd(), odd(1, 2), odd(1, [7]), odd(1, [("x", "ask_bank")]), odd(1, position=7))
    unknown = dramatiq.Message[None]("claims", "no-such-actor", (1, [(17, "ask_bank")]), {}, {})
    with caplog.at_level(logging.ERROR, "dramatiq"):
        assert handled(broker, *strange, unknown) == []
    assert caplog.text.count("Failed to process message") == len(strange)
    assert "no-such-actor" in caplog.text


def test_a_handler_that_raises_does_not_end_the_worker(broker: RedisBroker) -> None:
    """The database may be away just then; the task comes again from there."""
    done = threading.Event()

    def handle(keys: Sequence[Key]) -> None:
        if keys[0][1] == "bad":
            raise ConnectionError("the database has gone")
        done.set()

    declare(broker, handle)
    worker = dramatiq.Worker(broker, worker_timeout=60, worker_threads=1)
    broker.enqueue(message([Task(1, "bad", "claims")]))
    broker.enqueue(message([Task(2, "good", "claims")]))
    worker.start()
    assert done.wait(60)
    broker.join("claims", timeout=60_000)
    worker.stop()
    assert broker.client.zcard("bima-1:claims.XQ") == 0  # nothing is kept that nobody looks at


def test_tasks_of_a_queue_go_together_but_nobody_waits_for_the_bank() -> None:
    many = [Task(position, "score_for_fraud", "claims") for position in range(MOST_TOGETHER + 1)]
    banks = [Task(position, "ask_bank", "payments") for position in (50, 51)]
    other = [Task(position, "instruct_payment", "payments") for position in (60, 61)]
    assert bundled([*many, banks[0], other[0], banks[1], other[1]]) == [
        many[:MOST_TOGETHER],
        many[MOST_TOGETHER:],
        [banks[0]],
        other,
        [banks[1]],
    ]
    assert bundled([]) == []


@pytest.mark.parametrize(
    ("queues", "times"), [({"payments"}, 0), ({"claims", "general"}, 1), (None, 1)]
)
def test_who_takes_claims_makes_ready_for_them(
    broker: RedisBroker, queues: set[str] | None, times: int
) -> None:
    prepared: list[bool] = []
    worker = dramatiq.Worker(broker, queues=queues)
    Prepared(lambda: prepared.append(True)).before_worker_boot(broker, worker)
    assert len(prepared) == times
