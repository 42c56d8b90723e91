"""The fraud model is looked after: a month after it came into charge, in a process of its own; and
a successor is learnt from the ledger's own claims, which decides nothing."""

import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from typer.testing import CliRunner

from adapters.settings import get_settings
from cli.benches.fraud_works import FraudBook
from cli.benches.fraud_works import _id as named
from cli.ml import app
from commands.context import Context
from commands.handling import Outcome
from domain.fraud_case import FRAUD_CASE
from domain.fraud_case.events import (
    FraudAlerted,
    FraudConfirmed,
    FraudEvidenceAdded,
    FraudInvestigationOpened,
)
from domain.fraud_model import FRAUD_MODEL
from domain.fraud_model.checks import CHECKED_EVERY
from domain.fraud_model.events import Figure, ModelChecked
from domain.fraud_model.state import Stage
from domain.ids import fraud_case_id, fraud_model_id
from domain.refusals import WrongStage
from ml import generated_claims
from ml.health_features import LINE
from projections import PROJECTIONS
from projections.running import catch_up
from tests.scenarios.test_claims_are_scored_by_a_model import put_in_charge, trained
from tests.support.insurer import Insurer, tzs
from tests.support.saga import Machinery
from tests.workers.test_deadlines import fall_due
from workers.model_care import look_after
from workers.model_care_apart import looked_after_apart

LINE_ID = fraud_model_id(LINE)


@pytest.fixture
def insurer(insurer: Insurer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Insurer]:
    """With somebody who keeps models, and the settings that a process of its own reads."""
    insurer.roles = {**insurer.roles, "wema": frozenset({"admin"})}
    monkeypatch.setenv("DATABASE_URL", insurer.settings.database_url)
    monkeypatch.setenv("BIMA_HOME", str(insurer.settings.state_dir))
    get_settings.cache_clear()
    yield insurer
    get_settings.cache_clear()


def checks(insurer: Insurer) -> list[ModelChecked]:
    facts = [event.fact for event in insurer.desk.store.stream(LINE_ID)]
    return [fact for fact in facts if isinstance(fact, ModelChecked)]


def test_it_is_done_in_a_process_of_its_own_which_the_worker_asks_about(insurer: Insurer) -> None:
    """Here it has nothing to do: no version is in charge any more."""
    context, tries = insurer.by("saga:look_after_model"), 0
    while (outcome := asked(insurer, context)) is None:
        tries += 1
        assert tries < 600, "it never ends"
        time.sleep(0.05)
    assert tries >= 1
    assert (outcome.receipt, checks(insurer)) == (None, [])


def asked(insurer: Insurer, context: Context) -> Outcome | None:
    """What came of it; None while it is being done."""
    try:
        return looked_after_apart(insurer.desk, context, LINE_ID, 1)
    except WrongStage as refused:
        if refused.code != "fraud_model.being_looked_after":
            raise
        return None


@pytest.mark.long
def test_a_month_after_it_came_into_charge_the_model_is_looked_after_by_itself(
    insurer: Insurer,
) -> None:
    put_in_charge(insurer, trained(insurer.settings))
    with Machinery(insurer) as running:
        insurer.claims(insurer.member(), insurer.clinic())
        running.drain()
        fall_due(insurer, running, insurer.clock.today() + CHECKED_EVERY)
        running.wait_for(lambda: bool(checks(insurer)), "the check of the model", 30)
        running.drain()
        assert running.in_state("failed") == []
    (check,) = checks(insurer)
    assert (check.version, check.check, check.checked_by) == (1, 1, "saga:look_after_model")
    assert insurer.story(LINE_ID)[-2:] == ["fraud_model.check_due", "fraud_model.checked"]
    told = CliRunner().invoke(app, ["monitor", "--json"])
    assert json.loads(told.stdout)["checks"] == 1, told.output


@pytest.mark.long
def test_an_old_model_gets_a_successor_learnt_from_the_ledgers_own_claims(
    insurer: Insurer,
) -> None:
    FraudBook(insurer.desk).prepare(2_000)
    made = generated_claims.generated(2_000, 11)
    for claim in made.claims:
        if claim.claim_id in made.planted:
            found_out(insurer, named(claim.claim_id), made.planted[claim.claim_id])
    put_in_charge(insurer, trained(insurer.settings))
    insurer.clock.set(insurer.clock.begins(made.claims[-1].submitted_on + timedelta(days=2)))
    catch_up(insurer.settings.database_url, PROJECTIONS)
    calm = ModelChecked(
        1, 5, 900, "stable", (), Decimal("0.04"), None, (Figure("alerts", Decimal(9)),), "",
        insurer.clock.today(), "saga",
    )  # fmt: skip
    store = insurer.desk.store
    store.append(store.load(FRAUD_MODEL, LINE_ID), [calm], insurer.by("wema").meta())

    context = insurer.by("saga:look_after_model")
    look_after(insurer.desk, insurer.settings, context, LINE_ID, 1)
    last = checks(insurer)[-1]
    assert (last.check, last.successor, last.claims > 300) == (6, 2, True)
    assert last.learn_anew_because in ("age", "drift")
    assert last.fraud_settled is not None
    line = store.load(FRAUD_MODEL, LINE_ID).state
    successor = line.version(2)
    assert successor is not None
    assert (line.in_charge, successor.stage, successor.evaluated) == (1, Stage.SHADOW, True)
    before = insurer.story(LINE_ID)
    look_after(insurer.desk, insurer.settings, context, LINE_ID, 1)  # told twice
    assert insurer.story(LINE_ID) == before

    odd = CliRunner().invoke(app, ["anomalies", "--ledger", "--top", "40", "--json"])
    told = json.loads(odd.stdout)
    planted = {str(named(one)) for one in made.planted}
    hits = sum(one["key"] in planted for one in told["claims"])
    assert hits >= 8, f"{hits} of the 40 oddest are fraud; 4 in 100 of all claims are"
    assert all(one["words"] for one in told["claims"][:5])


def found_out(insurer: Insurer, claim_id: UUID, kind: str) -> None:
    """An investigation has confirmed it."""
    store, provider = insurer.desk.store, insurer.ids.new()
    facts = (
        FraudAlerted(
            claim_id, "", insurer.ids.new(), provider, tzs(9_000), Decimal("0.7"), "rules-2", kind,
            ("FREQUENCY_ABUSE",), ("five clinics",), False, "score",
        ),
        FraudInvestigationOpened(claim_id, "zawadi", date(2025, 6, 1)),
        FraudEvidenceAdded(claim_id, 1, "statement", "was not there", "", "zawadi"),
        FraudConfirmed(claim_id, (kind,), ("NO_VISIT",), "", "zawadi", tzs(9_000), (), ()),
    )  # fmt: skip
    case = store.load(FRAUD_CASE, fraud_case_id(claim_id))
    store.append(case, facts, insurer.by("zawadi").meta())
