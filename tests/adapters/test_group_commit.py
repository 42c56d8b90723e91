"""Threads that append at once share calls, and each gets its own answer."""

import threading
import time
from collections.abc import Sequence
from statistics import median
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters import group_commit
from adapters.carrying import Turn
from adapters.envelope import Conflict, Loaded
from adapters.event_store import EventStore
from adapters.group_commit import GroupCommit
from tests.adapters.premiums import ACCOUNT, Account, meta, paid

STREAM = UUID("01900000-0000-7000-8000-000000000001")


class Desk:
    """Takes numbers and answers with their squares; the first call waits until it is let go."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.let_go = threading.Event()
        self.down = False

    def write(self, numbers: Sequence[int]) -> list[int]:
        self.calls.append(list(numbers))
        if len(self.calls) == 1:
            self.let_go.wait(60)
        if self.down:
            raise psycopg.OperationalError("the server is gone")
        if 13 in numbers:
            raise ValueError("not thirteen")
        return [number * number for number in numbers]


def run(lane: GroupCommit[int, int], desk: Desk, numbers: Sequence[int]) -> dict[int, object]:
    """The first number opens the lane; the others arrive while it is being written."""
    answers: dict[int, object] = {}

    def ask(number: int) -> None:
        try:
            answers[number] = lane.append(number)
        except (ValueError, psycopg.OperationalError) as error:
            answers[number] = str(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in numbers]
    threads[0].start()
    while not desk.calls:
        pass
    for thread in threads[1:]:
        thread.start()
    while len(lane._waiting) < len(numbers) - 1:
        pass
    desk.let_go.set()
    for thread in threads:
        thread.join(60)
    return answers


def test_who_arrives_during_a_call_is_written_in_the_next() -> None:
    desk = Desk()
    answers = run(GroupCommit(desk.write), desk, range(1, 9))
    assert answers == {n: n * n for n in range(1, 9)}
    assert [len(call) for call in desk.calls] == [1, 7]


def test_a_call_is_not_longer_than_512_commands() -> None:
    desk = Desk()
    answers = run(GroupCommit(desk.write), desk, range(100, 700))
    assert answers == {n: n * n for n in range(100, 700)}
    assert [len(call) for call in desk.calls] == [1, 512, 87]


def test_a_fault_of_one_command_is_its_own() -> None:
    desk = Desk()
    answers = run(GroupCommit(desk.write), desk, [1, 12, 13, 14])
    assert answers == {1: 1, 12: 144, 13: "not thirteen", 14: 196}


def test_a_server_that_is_gone_is_told_to_all_and_the_lane_stays_usable() -> None:
    desk = Desk()
    lane = GroupCommit(desk.write)
    desk.down = True
    assert set(run(lane, desk, [1, 2, 3]).values()) == {"the server is gone"}
    desk.down = False
    assert lane.append(4) == 16


def test_a_writer_that_is_interrupted_leaves_the_lane_to_the_others() -> None:
    class Interrupted(BaseException):
        pass

    def write(numbers: Sequence[int]) -> list[int]:
        if 1 in numbers:
            raise Interrupted
        return [number * number for number in numbers]

    lane = GroupCommit(write)
    with pytest.raises(Interrupted):
        lane.append(1)
    assert lane.append(2) == 4


def test_who_was_answered_comes_back_in_time_for_the_next_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Patience is long here, so that a busy machine brings them back in time as well."""
    monkeypatch.setattr(group_commit, "_LONGEST", 1.0)
    monkeypatch.setattr(group_commit, "_PATIENCE", 100.0)
    calls: list[int] = []

    def write(numbers: Sequence[int]) -> Sequence[int]:
        calls.append(len(numbers))
        time.sleep(0.02)
        return numbers

    lane = GroupCommit(write)

    def caller() -> None:
        for number in range(1, 21):
            lane.append(number)

    threads = [threading.Thread(target=caller) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(calls) == 160
    assert median(calls) == 8


def test_who_is_alone_does_not_wait_for_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    lane: GroupCommit[int, int] = GroupCommit(lambda numbers: numbers)
    waited: list[float] = []

    class Watched(Turn):
        def wait(self, seconds: float | None = None) -> bool:
            if seconds is not None:
                waited.append(seconds)
            return super().wait(seconds)

    monkeypatch.setattr(group_commit, "Turn", Watched)
    assert [lane.append(number) for number in (1, 2, 3)] == [1, 2, 3]
    assert waited == []


def test_many_threads_append_and_one_of_them_loses_its_race(store: EventStore) -> None:
    stale = store.load(ACCOUNT, STREAM)
    store.append(stale, [paid(1)], meta())
    outcomes: list[object] = []

    def command(number: int) -> None:
        loaded = stale if number == 7 else Loaded(uuid4(), 0, Account())
        try:
            outcomes.append(store.append(loaded, [paid(number)], meta()).position)
        except Conflict:
            outcomes.append(number)

    threads = [threading.Thread(target=command, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    positions = [event.position for event in store.read_after(0, 99)]
    assert len(positions) == 40
    assert sorted(map(int, map(str, outcomes))) == sorted([7, *positions[1:]])


def test_a_value_that_the_database_cannot_hold_harms_only_its_command(store: EventStore) -> None:
    bad = meta(reason="a\0b")
    with pytest.raises(psycopg.DataError):
        store.append(Loaded(STREAM, 0, Account()), [paid(1)], bad)
    assert store.append(Loaded(STREAM, 0, Account()), [paid(1)], meta()).position > 0
