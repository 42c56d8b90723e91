"""`bima chaos` itself: a short trial holds, and a planted defect is found."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from cli.chaos_run.canaries import Canaries
from cli.chaos_run.defects import DEFECTS
from cli.chaos_run.faults import FAULTS
from cli.chaos_run.planted.changes import CHANGES
from cli.chaos_run.traces import found
from cli.demo_book import make_book
from deploy.folders import PROJECT
from domain.member.events import MemberDetails


def test_every_defect_is_planted_and_shown_by_faults_that_exist() -> None:
    assert set(CHANGES) == set(DEFECTS)
    assert len(DEFECTS) >= 8
    assert all(set(defect.faults) <= set(FAULTS) for defect in DEFECTS.values())
    # A defect changes the code or the database.
    assert all(CHANGES[name] or defect.statements for name, defect in DEFECTS.items())


# One kind of each sort; an API alone takes many seconds until it answers again.
QUICK = (
    "kill-workers", "kill-valkey", "kill-postgresql", "pause-feed", "sessions-cut",
    "write-left-open", "messages-lost", "messages-doubled", "answers-lost", "webhook-forged",
)  # fmt: skip


@pytest.mark.slow
def test_a_short_trial_loses_nothing() -> None:
    only = [word for kind in QUICK for word in ("--only", kind)]
    # How soon all is done is asked of the long trial, which has a machine to itself.
    done = chaos(
        "--seconds", "6", "--faults", "12", "--commands", "150", "--members", "10",
        "--drained-within", "300", *only,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["violations"] == [], told
    assert done.returncode == 0
    assert told["faults"] >= 12
    assert all(hit["proof"] for hit in told["hits"])
    assert told["acknowledged"] >= 150


@pytest.mark.long
@pytest.mark.parametrize(
    ("defect", "seen"),
    [
        ("bank-pays-each-time", "the bank moved"),
        ("logs-what-it-writes", "nothing that leaves names a person: logs/"),
    ],
)
def test_a_planted_defect_is_found(defect: str, seen: str) -> None:
    done = chaos("--planted", defect)
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["killed"], told
    assert any(seen in violation for violation in told["violations"]), told


def test_people_under_fire_are_known_by_texts_that_occur_nowhere_else() -> None:
    """S16: what the trial searches for is in every detail that names or reaches somebody."""
    canaries, plain = Canaries.of(11), make_book(20, 11, date(2026, 3, 1))
    wanted = canaries.wanted
    for before, family in zip(plain.families, canaries.into(plain).families, strict=True):
        for person, was in zip(family.people, before.people, strict=True):
            details = asdict(person.details)
            for name in ("first_name", "last_name", "ward"):
                assert found(wanted, details[name].encode()), name
            for name in ("national_id", "phone", "email"):
                adult = bool(was.details.national_id)
                assert bool(found(wanted, details[name].encode())) is adult, (name, details)
            assert not found(wanted, repr(was).encode())
            assert MemberDetails(**details).born_on == was.details.born_on
    assert Canaries.of(12).word != canaries.word


def test_an_unknown_fault_is_named() -> None:
    done = chaos("--only", "flood")
    assert done.returncode == 2
    assert "there is no flood" in done.stderr


def chaos(*words: str) -> subprocess.CompletedProcess[str]:
    """The command as anybody would give it, over servers of its own."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "cli", "chaos", "--json", *words],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
