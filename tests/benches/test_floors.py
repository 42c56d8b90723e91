"""A floor is told as missed when it is, whichever way it looks."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.benches.floors import Floor, missed
from cli.benches.measuring import Result
from cli.benches.slow_disk import DELAY_US, slower


def result(median: float, **ratio: float) -> Result:
    return Result("append", median, "events/s", ratio)


@pytest.mark.parametrize(
    ("floor", "found", "met"),
    [
        (Floor("append", "stock", least=12), result(100, stock=12.0), True),
        (Floor("append", "stock", least=12), result(100, stock=11.9), False),
        (Floor("append", "pgbench", least=0.5), result(100, stock=20), True),  # none is installed
        (Floor("append", most=10), result(9.9), True),
        (Floor("append", most=10), result(10.1), False),
    ],
)
def test_a_floor_is_met_or_missed(floor: Floor, found: Result, met: bool) -> None:
    assert missed([found], [floor]) == ([] if met else [floor])


def test_what_was_not_measured_misses_nothing() -> None:
    assert missed([result(1)], [Floor("command", "stock", least=6)]) == []


def test_a_slow_disk_delays_every_flush(tmp_path: Path) -> None:
    slow = slower(tmp_path / "shim")
    if not slow.environment:
        assert slow.settings["commit_delay"] == str(DELAY_US)
        return
    flush = (
        "import os, sys; f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)\n"
        "for _ in range(200): os.fdatasync(f)\n"
    )

    def seconds(environment: dict[str, str]) -> float:
        started = time.monotonic()
        subprocess.run(
            [sys.executable, "-c", flush, str(tmp_path / "file")],
            env={**os.environ, **environment}, check=True,
        )  # fmt: skip
        return time.monotonic() - started

    assert seconds(dict(slow.environment)) >= 200 * DELAY_US / 1e6
