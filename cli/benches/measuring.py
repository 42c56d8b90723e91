"""How a rate is measured: several rounds, everything once in each, medians at the end.

A machine is never quiet. A work therefore runs right after its yardsticks, their ratio is taken
within the round, and the median of the rounds is told.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from itertools import count
from statistics import median
from typing import Any

from adapters.collecting import keep_what_is_loaded

Rate = Callable[[], float]
Before = Callable[[str, int, float], None]
Caller = Callable[[int], AbstractContextManager[Callable[[], int]]]


@dataclass(frozen=True, slots=True)
class Work:
    """Something to measure: `rate` does it for a while and answers units a second.

    `against` names the yardsticks that it is put beside; `called` is how a yardstick is named in
    ratios, where each work has one of its own of the same kind.
    """

    name: str
    unit: str
    rate: Rate
    against: tuple[str, ...] = ()
    called: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The median rate, and for each yardstick the median of the ratios of the rounds."""

    work: str
    median: float
    unit: str
    ratio: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def measure(
    works: Sequence[Work],
    yardsticks: Mapping[str, Work],
    rounds: int,
    before: Before,
) -> list[Result]:
    """Run every work once a round, and right before it each yardstick that it is put beside: both
    then meet the machine in the same state, whatever else it does.

    `before` is told what comes next, in which round, and which part of all is done (0 to 1).
    """
    keep_what_is_loaded()  # as every service does before its first request
    rates: dict[str, list[float]] = {}
    ratios: dict[str, dict[str, list[float]]] = {work.name: {} for work in works}
    turns = [(work, [n for n in work.against if n in yardsticks]) for work in works]
    steps, done = rounds * sum(1 + len(beside) for _, beside in turns), count()

    def rate(work: Work, nth: int) -> float:
        before(work.name, nth + 1, next(done) / steps)
        found = work.rate()
        rates.setdefault(work.name, []).append(found)
        return found

    for nth in range(rounds):
        for work, beside in turns:
            limits = {name: rate(yardsticks[name], nth) for name in beside}
            own = rate(work, nth)
            for name, limit in limits.items():
                called = yardsticks[name].called or name
                ratios[work.name].setdefault(called, []).append(own / limit)
    measured = [yardstick for yardstick in yardsticks.values() if yardstick.name in rates]
    return [
        Result(
            each.name,
            median(rates[each.name]),
            each.unit,
            {name: median(found) for name, found in ratios.get(each.name, {}).items()},
        )
        for each in (*measured, *works)
    ]


def side_by_side(callers: int, seconds: float, caller: Caller) -> float:
    """Units a second of `callers` threads that call until the time is up.

    `caller(n)` lends caller n its own function, which does something once and answers how many
    units that was. Raises the first error that a caller met.
    """
    ready = threading.Barrier(callers + 1)
    done = [0] * callers
    failures: list[BaseException] = []
    until = [0.0]

    def call(number: int) -> None:
        try:
            with caller(number) as once:
                ready.wait()
                while time.perf_counter() < until[0]:
                    done[number] += once()
        except BaseException as failure:  # noqa: BLE001  # told to the one who waits
            failures.append(failure)
            ready.abort()

    threads = [threading.Thread(target=call, args=(n,), daemon=True) for n in range(callers)]
    for thread in threads:
        thread.start()
    started = time.perf_counter()
    until[0] = started + 3600
    try:
        ready.wait()
        started = time.perf_counter()
        until[0] = started + seconds
    except threading.BrokenBarrierError:
        until[0] = 0
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(done) / (time.perf_counter() - started)
