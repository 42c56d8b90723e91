"""How a rate is measured: several rounds, everything once in each, medians at the end.

A machine is never quiet. Work and yardstick therefore run in the same round, their ratio is taken
within the round, and the median of the rounds is told.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

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
    """Run every yardstick and every work once a round.

    `before` is told what comes next, in which round, and which part of all is done (0 to 1).
    """
    seen: dict[str, list[float]] = {}
    everything = (*yardsticks.values(), *works)
    for nth in range(rounds):
        for place, work in enumerate(everything):
            before(work.name, nth + 1, (nth + place / len(everything)) / rounds)
            seen.setdefault(work.name, []).append(work.rate())
    limits = [Result(y.name, median(seen[y.name]), y.unit, {}) for y in yardsticks.values()]
    return limits + [
        Result(
            work.name,
            median(seen[work.name]),
            work.unit,
            {
                yardsticks[name].called or name: median(
                    a / b for a, b in zip(seen[work.name], seen[name], strict=True)
                )
                for name in work.against
                if name in yardsticks
            },
        )
        for work in works
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
