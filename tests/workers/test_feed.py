"""The feed puts down every event's tasks once, whoever dies, and goes past what nobody can read."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.reaction_failures import ReactionFailures
from adapters.reaction_tasks import ReactionTasks, Task
from adapters.settings import Settings
from deploy.children import wait_until
from domain.policy.events import PolicyIssued
from tests.support.insurer import Insurer
from workers.feed import Feed
from workers.queues import Sender, redis_broker
from workers.reactions import REACTIONS
from workers.sweeper import MOST_WAITING, Sweeper

SOON = timedelta(seconds=1)


class Kept(Sender):
    """A queue server that can be away, and whose messages are looked at."""

    def __init__(self) -> None:
        self.sent: list[Task] = []
        self.away = False
        self.full = False

    def send(self, tasks: Iterable[Task]) -> bool:
        if not self.away:
            self.sent += tasks
        return not self.away

    def waiting(self) -> int | None:
        return None if self.away else MOST_WAITING if self.full else 0


@pytest.fixture(autouse=True)
def claims_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows from a policy is told elsewhere: here each claim leads to one task."""
    of_claims = {kind: them for kind, them in REACTIONS.items() if kind is not PolicyIssued}
    monkeypatch.setattr("workers.feed.REACTIONS", of_claims)


@pytest.fixture
def sender() -> Kept:
    return Kept()


@pytest.fixture
def covered(insurer: Insurer) -> Callable[[], UUID]:
    """Submits a claim of a new member; its id."""
    clinic = insurer.clinic()
    return lambda: insurer.claims(insurer.member(), clinic)


@contextmanager
def running(feed: Feed) -> Iterator[None]:
    thread = threading.Thread(target=feed.run, daemon=True)
    thread.start()
    yield
    feed.stop()
    thread.join(60)
    assert not thread.is_alive(), "the feed did not stop"


def followed(insurer: Insurer, feed: Feed) -> Callable[[], bool]:
    """Whether the feed has come to the end of the log."""
    head = insurer.desk.store.safe_position()

    def so() -> bool:
        return position_of(insurer, feed) >= head

    return so


def position_of(insurer: Insurer, feed: Feed) -> int:
    with insurer.desk.store.pool.connection() as conn:
        found = conn.execute(
            "SELECT position FROM es_checkpoint WHERE name = %s", (feed.name,)
        ).fetchone()
    return found[0] if found else 0


def positions(insurer: Insurer, claims: list[UUID]) -> list[int]:
    return [insurer.desk.store.stream(claim)[0].position for claim in claims]


def test_each_event_leads_to_its_tasks_and_its_messages(
    insurer: Insurer, tasks: ReactionTasks, sender: Kept, covered: Callable[[], UUID]
) -> None:
    claims = [covered()]
    feed = Feed(insurer.desk.store, tasks, sender, SOON)
    with running(feed):
        claims += [covered() for _ in range(4)]
        assert wait_until(followed(insurer, feed), 10)
    assert [(it.position, it.reaction, it.queue) for it in sender.sent] == [
        (position, "score_for_fraud", "claims") for position in positions(insurer, claims)
    ]


def test_a_feed_that_starts_again_goes_on_where_the_last_one_stood(
    insurer: Insurer, tasks: ReactionTasks, sender: Kept, covered: Callable[[], UUID]
) -> None:
    claims = []
    for _ in range(3):
        claims.append(covered())
        feed = Feed(insurer.desk.store, tasks, sender, SOON)
        with running(feed):
            assert wait_until(followed(insurer, feed), 10)
    assert [it.position for it in sender.sent] == positions(insurer, claims)


def test_tasks_are_kept_while_the_queue_server_is_away_and_sent_when_it_is_back(
    insurer: Insurer, tasks: ReactionTasks, sender: Kept, covered: Callable[[], UUID]
) -> None:
    sender.away = True
    feed = Feed(insurer.desk.store, tasks, sender, timedelta(0))
    with running(feed):
        claims = [covered(), covered()]
        assert wait_until(followed(insurer, feed), 10)
    sweeper = Sweeper(tasks, sender, SOON)
    assert sweeper.sweep() == 0
    sender.away = False
    assert sweeper.sweep() == 2
    assert [it.position for it in sender.sent] == positions(insurer, claims)


def test_a_full_queue_is_not_filled_with_copies(
    insurer: Insurer, tasks: ReactionTasks, sender: Kept
) -> None:
    with insurer.desk.store.pool.connection() as conn:
        tasks.add(conn, [Task(1, "ask_bank", "payments")], timedelta(0))
    sweeper = Sweeper(tasks, sender, SOON)
    sender.full = True
    assert sweeper.sweep() == 0
    sender.full = False
    assert sweeper.sweep() == 1


def test_two_feeds_put_down_each_event_once(
    insurer: Insurer, tasks: ReactionTasks, sender: Kept, covered: Callable[[], UUID]
) -> None:
    """The second waits until the first has ended, and then goes on."""
    first, second = (Feed(insurer.desk.store, tasks, sender, SOON) for _ in range(2))
    with running(second):
        with running(first):
            claims = [covered(), covered()]
            assert wait_until(followed(insurer, first), 10)
        claims.append(covered())
        assert wait_until(followed(insurer, second), 10)
    assert [it.position for it in sender.sent] == positions(insurer, claims)


def test_a_feed_that_lost_its_place_to_another_puts_nothing_down(
    insurer: Insurer,
    tasks: ReactionTasks,
    sender: Kept,
    covered: Callable[[], UUID],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its lock may be gone without its notice; the stored position is the fence."""
    feed = Feed(insurer.desk.store, tasks, sender, SOON)
    with running(feed):
        first = covered()
        assert wait_until(followed(insurer, feed), 10)
        with insurer.desk.store.pool.connection() as conn:
            conn.execute(
                "UPDATE es_checkpoint SET position = position + 1 WHERE name LIKE 'feed-%'"
            )
        second = covered()
        assert wait_until(followed(insurer, feed), 10)
    assert [it.position for it in sender.sent] == positions(insurer, [first, second])
    assert "feed-1 no longer stands at" in caplog.text


def test_an_event_that_nobody_can_read_is_put_down_as_failed_and_passed(
    insurer: Insurer,
    tasks: ReactionTasks,
    sender: Kept,
    failures: ReactionFailures,
    covered: Callable[[], UUID],
) -> None:
    claims = [covered() for _ in range(3)]
    bad = insurer.desk.store.stream(claims[1])[0].position
    with insurer.desk.store.pool.connection() as conn:
        # As a version of the code would leave it that is newer than this one.
        conn.execute("ALTER TABLE es_event DISABLE TRIGGER USER")
        conn.execute("UPDATE es_event SET schema_version = 99 WHERE position = %s", (bad,))
    feed = Feed(insurer.desk.store, tasks, sender, SOON)
    with running(feed):
        assert wait_until(followed(insurer, feed), 10)
    assert [it.position for it in sender.sent] == positions(insurer, [claims[0], claims[2]])
    (failure,) = failures.all()
    assert (failure.position, failure.reaction) == (bad, "score_for_fraud")
    assert "claim.submitted was written in version 99" in failure.note


def test_the_queues_hold_the_messages_and_only_the_insurers_own(settings: Settings) -> None:
    ours, theirs = (redis_broker(settings.redis_url, tenant) for tenant in (1, 2))
    sender = Sender(ours)
    assert sender.send([Task(7, "ask_bank", "payments"), Task(8, "score_for_fraud", "claims")])
    assert sender.waiting() == 2
    assert Sender(theirs).waiting() == 0
    for broker in (ours, theirs):
        broker.client.close()


def test_without_a_queue_server_sending_says_so(tmp_path: object) -> None:
    broker = redis_broker(f"unix://{tmp_path}/nobody.sock", 1)
    sender = Sender(broker)
    assert not sender.send([Task(7, "ask_bank", "payments")])
    assert sender.waiting() is None


@pytest.fixture
def settings(insurer: Insurer) -> Settings:
    return insurer.settings
