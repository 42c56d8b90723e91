"""Followers are woken soon after a commit, wherever it happened, and can be stopped at any time."""

import os
import threading
import time
from uuid import uuid4

import pytest

from adapters import subscription as following
from adapters.envelope import Loaded, Recorded
from adapters.event_store import EventStore, open_store
from adapters.subscription import SMALLEST, Subscription
from deploy.children import wait_until
from tests.adapters.premiums import CATALOGUE, Account, AccountClosed, meta, paid


def append(store: EventStore, *amounts: int) -> int:
    facts = [paid(amount) for amount in amounts]
    return store.append(Loaded(uuid4(), 0, Account()), facts, meta()).position


class Follower:
    """A thread that collects what a subscription hands out."""

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.batches: list[list[Recorded]] = []
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def _follow(self) -> None:
        self.batches.extend(self.subscription)

    @property
    def amounts(self) -> list[int]:
        return [event.fact.amount.minor for batch in self.batches for event in batch]

    def stop(self) -> None:
        self.subscription.stop()
        self._thread.join(60)
        assert not self._thread.is_alive()


def test_what_is_there_comes_first_and_what_is_added_follows(store: EventStore) -> None:
    first = append(store, 1)
    append(store, 2, 3)
    follower = Follower(store.subscribe(first))
    assert wait_until(lambda: follower.amounts == [2, 3], 120)
    last = append(store, 4)
    assert wait_until(lambda: follower.amounts == [2, 3, 4], 120)
    follower.stop()
    assert follower.subscription.position == last


@pytest.fixture
def never_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits finds nothing by looking again: only what wakes it does."""
    monkeypatch.setattr(following, "_IDLE_POLL", 3_600)


@pytest.mark.usefixtures("never_polling")
@pytest.mark.parametrize("where", ["in this process", "elsewhere"])
def test_a_commit_wakes_who_waits(store: EventStore, database_url: str, where: str) -> None:
    follower = Follower(store.subscribe(0))
    with open_store(database_url, CATALOGUE) as elsewhere:
        writer = store if where == "in this process" else elsewhere
        for amount in range(10):
            time.sleep(0.02)
            append(writer, amount)
            assert wait_until(lambda amount=amount: follower.amounts[-1:] == [amount], 120)  # type: ignore[misc]
    follower.stop()


def test_a_follower_that_is_behind_gets_larger_batches(store: EventStore) -> None:
    append(store, *range(SMALLEST * 4))
    follower = Follower(store.subscribe(0))
    assert wait_until(lambda: len(follower.amounts) == SMALLEST * 4, 120)
    follower.stop()
    assert [len(batch) for batch in follower.batches] == [SMALLEST, SMALLEST * 2, SMALLEST]
    assert follower.amounts == list(range(SMALLEST * 4))


def test_a_place_moves_past_events_that_were_not_asked_for(store: EventStore) -> None:
    append(store, 1)
    moved: list[int] = []
    subscription = store.subscribe(0, names=["account.closed"], moved=moved.append)
    follower = Follower(subscription)
    last = append(store, 2, 3)
    assert wait_until(lambda: subscription.position == last, 120)
    closed = store.append(Loaded(uuid4(), 0, Account()), [AccountClosed("moved")], meta())
    assert wait_until(lambda: len(follower.batches) == 1, 120)
    follower.stop()
    assert [event.name for event in follower.batches[0]] == ["account.closed"]
    assert subscription.position == closed.position
    assert last in moved


@pytest.mark.parametrize("when", ["before it is read", "while it waits", "inside its block"])
def test_a_subscription_can_be_stopped(store: EventStore, when: str) -> None:
    if when == "before it is read":
        subscription = store.subscribe(0)
        append(store, 1)
        subscription.stop()
        assert list(subscription) == []
    elif when == "while it waits":
        follower = Follower(store.subscribe(0))
        time.sleep(0.05)
        follower.stop()
        assert follower.batches == []
    else:
        append(store, 1)
        with store.subscribe(0) as subscription:
            next(subscription)
        assert list(subscription) == []


def test_waiting_costs_a_look_now_and_then(store: EventStore) -> None:
    """Two looks a second, and nothing between them."""
    append(store, 1)
    followed = store.subscribe(0)
    looks: list[None] = []
    bounds = followed._bounds

    def counted() -> tuple[int, int]:
        looks.append(None)
        return bounds()

    followed._bounds = counted
    follower = Follower(followed)
    assert wait_until(lambda: follower.amounts == [1], 120)
    time.sleep(0.2)
    looks.clear()
    time.sleep(1.5)
    follower.stop()
    assert len(looks) <= 5


def test_a_store_works_in_a_process_that_was_forked_from_its_user(store: EventStore) -> None:
    append(store, 1)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            append(store, 2)
            store.close()
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    append(store, 3)
    assert [event.fact.amount.minor for event in store.read_after(0, 9)] == [1, 2, 3]
