"""What was left of a deductible for a day of service, as it was known on another day."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from commands.as_known import as_known
from commands.asking import what_is_left
from commands.deciding_again import Correction, replace_claim
from domain.money import Money
from projections import PROJECTIONS
from projections.running import catch_up
from tests.scenarios.test_a_claim_is_reversed import decided
from tests.support.commands import bima
from tests.support.insurer import OPERATION, VISIT, Insurer, tzs


def test_the_past_is_answered_from_what_was_known_then(insurer: Insurer, tmp_path: Path) -> None:
    """50,000 of deductible: untouched, used by an operation, and given back by a correction."""
    clinic, covered = insurer.clinic(), insurer.member()
    member, policy = covered
    service = insurer.clock.today()

    def left(days_ago: int | None) -> Money | int:
        at = None if days_ago is None else insurer.clock.now() - timedelta(days=days_ago)
        answer = what_is_left(as_known(insurer.desk, at), policy, member, service)
        return next(one.left for one in answer.limits if one.kind == "deductible")

    insurer.clock.advance(timedelta(days=1))
    claim_id = decided(
        insurer, covered, clinic, kind="inpatient", lines=OPERATION,
        service_from=service - timedelta(days=3), service_until=service,
    )  # fmt: skip
    insurer.clock.advance(timedelta(days=2))
    assert (left(3), left(1), left(None)) == (tzs(50_000), tzs(0), tzs(0))
    context = insurer.by("rehema", reason="it was a visit")
    correction = Correction(claim_id, kind="outpatient", service_from=service, lines=VISIT)
    replace_claim(insurer.desk, context, correction)
    insurer.clock.advance(timedelta(days=1))
    assert (left(4), left(2), left(None)) == (tzs(50_000), tzs(0), tzs(50_000))

    catch_up(str(insurer.settings.database_url), PROJECTIONS)
    known = (insurer.clock.now() - timedelta(days=2)).date().isoformat()
    words = ("left", str(member), "--on", service.isoformat(), "--json")
    then = asked(insurer, tmp_path, *words, "--known", known)
    now = asked(insurer, tmp_path, *words)
    assert (deductible(then), deductible(now)) == ("0.00", "50000.00")


def deductible(answer: dict[str, object]) -> object:
    limits = answer["limits"]
    assert isinstance(limits, list)
    return next(one["left"] for one in limits if one["kind"] == "deductible")


def asked(insurer: Insurer, home: Path, *words: str) -> dict[str, object]:
    done = bima(str(insurer.settings.database_url), home, *words)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    answer: dict[str, object] = json.loads(line)
    return answer


def test_a_desk_of_the_past_cannot_record(insurer: Insurer) -> None:
    then = as_known(insurer.desk, insurer.clock.now())
    assert not hasattr(then.store, "append_together")
    assert as_known(insurer.desk, None) is insurer.desk
    assert replace(then, store=insurer.desk.store) == insurer.desk
