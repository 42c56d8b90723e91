"""Rates are honest: medians over rounds, ratios within a round, and a failing caller is heard."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from cli.benches.measuring import Result, Work, measure, side_by_side


def told(*rates: float) -> Callable[[], float]:
    """A work whose rounds give these rates."""
    left = iter(rates)
    return lambda: next(left)


def test_the_median_of_the_rounds_is_told_and_ratios_are_taken_within_a_round() -> None:
    """A machine that is twice as slow in one round is so for work and limit alike."""
    limit = Work("limit", "rows/s", told(100, 50, 100))
    work = Work("work", "events/s", told(40, 20, 50), ("limit", "absent"))
    results = measure([work], {"limit": limit}, 3, lambda *_: None)
    assert results == [
        Result("limit", 100, "rows/s", {}),
        Result("work", 40, "events/s", {"limit": 0.4}),
    ]


def test_every_round_does_everything_once_and_says_so() -> None:
    said: list[tuple[str, int, float]] = []
    work = Work("work", "events/s", told(1, 1), ("limit",))
    measure([work], {"limit": Work("limit", "rows/s", told(1, 1))}, 2, lambda *it: said.append(it))
    assert said == [("limit", 1, 0.0), ("work", 1, 0.25), ("limit", 2, 0.5), ("work", 2, 0.75)]


def test_callers_work_until_the_time_is_up() -> None:
    @contextmanager
    def caller(_: int) -> Iterator[Callable[[], int]]:
        def once() -> int:
            time.sleep(0.01)
            return 3

        yield once

    rate = side_by_side(4, 0.2, caller)
    assert 200 < rate <= 1_200  # 4 callers, 3 units each, at most 100 times a second


def test_the_first_error_of_a_caller_is_raised_and_all_are_let_go() -> None:
    closed: list[int] = []

    @contextmanager
    def caller(number: int) -> Iterator[Callable[[], int]]:
        def once() -> int:
            raise ConnectionError(f"caller {number}")

        try:
            yield once
        finally:
            closed.append(number)

    with pytest.raises(ConnectionError):
        side_by_side(3, 5, caller)
    assert sorted(closed) == [0, 1, 2]
