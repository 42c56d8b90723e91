"""The real processes, killed without warning while claims are under way: every claim ends once."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.bank import SimulatedBank
from adapters.clock import SetClock
from adapters.postgres import connect
from deploy.folders import PROJECT
from deploy.part_process import PartProcess
from deploy.parts import PARTS
from domain.periods import Period
from tests.support import insurer as world
from tests.support.insurer import ZONE, Insurer, settings_for, tzs

CLAIMS = 30
PAID = ["claim.submitted", "claim.scored", "claim.adjudicated", "claim.approved", "claim.paid"]


class Processes:
    """The parts of a running Bima behind the API, as the supervisor starts them."""

    def __init__(self, insurer: Insurer, state: Path) -> None:
        settings = insurer.settings
        environment = {
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "BIMA_HOME": str(settings.state_dir),
            "PYTHONPATH": str(PROJECT),
        }
        self.parts = {
            part.name: PartProcess(part, state, environment)
            for part in PARTS
            if not part.name.startswith("api")
        }

    def start(self, *names: str) -> None:
        """Start these, or all, and wait until they do their work."""
        started = [self.parts[name] for name in names or self.parts]
        for part in started:
            part.start()
        for part in started:
            wait_for(part.ready, f"{part.name} to be ready", told=part.last_words)

    def kill(self, name: str) -> None:
        """End it and all it started, at once."""
        part = self.parts[name]
        assert part.pid, f"{name} does not run: {part.last_words()}"
        os.killpg(part.pid, signal.SIGKILL)
        wait_for(lambda: part.ended, f"the end of {name}")

    def stop(self) -> list[str]:
        """Ask each to end, as `bima down` does; the names of those that had to be killed."""
        return [name for name, part in reversed(self.parts.items()) if not part.stop()]


def wait_for(
    so: Callable[[], bool],
    what: str,
    seconds: float = 240,
    told: Callable[[], str] = lambda: "",
) -> None:
    give_up = time.monotonic() + seconds
    while not so():
        if time.monotonic() > give_up:
            raise AssertionError(f"waited {seconds} s for {what}\n{told()}")
        time.sleep(0.02)


@pytest.fixture
def insurer(
    database_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Insurer]:
    """An insurer of today, since other processes have no other clock."""
    clock = SetClock(datetime.now(UTC), ZONE)
    this_year = Period(clock.today().replace(day=1, month=1), None)
    monkeypatch.setattr(world, "YEAR", this_year)
    opened = Insurer(settings_for(database_url, redis_url, tmp_path), clock=clock)
    opened.open_for_business()
    yield opened
    opened.desk.store.close()


def count(insurer: Insurer, name: str) -> int:
    with connect(insurer.settings.database_url) as conn:
        row = conn.execute(
            "SELECT count(*) FROM es_event e JOIN es_type t ON t.id = e.type WHERE t.name = %s",
            (name,),
        ).fetchone()
    assert row is not None
    return int(row[0])


def more_scored_than(insurer: Insurer, done: int) -> Callable[[], bool]:
    return lambda: count(insurer, "claim.scored") > done


@pytest.mark.slow
def test_every_part_may_be_killed_and_every_claim_is_paid_once(
    insurer: Insurer, tmp_path: Path
) -> None:
    processes = Processes(insurer, tmp_path)
    clinic = insurer.clinic()
    try:
        processes.start()
        claims = []
        for victim in processes.parts:
            claims += [insurer.claims(insurer.member(), clinic) for _ in range(CLAIMS // 5)]
            done = count(insurer, "claim.scored")
            wait_for(more_scored_than(insurer, done), "some of the work")
            processes.kill(victim)
            claims += [insurer.claims(insurer.member(), clinic) for _ in range(CLAIMS // 10)]
            processes.start(victim)
        wait_for(lambda: count(insurer, "claim.closed") == len(claims), "all claims to be paid")
    finally:
        stubborn = processes.stop()
    assert stubborn == []
    assert [insurer.story(claim)[:5] for claim in claims] == [PAID] * len(claims)
    book = SimulatedBank(insurer.desk.store.pool, 1).book()
    assert len(book) == len(claims)
    assert {transfer.amount for transfer in book} == {tzs(23_500)}
