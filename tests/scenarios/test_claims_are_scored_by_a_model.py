"""A trained model comes into charge, scores claims as they come in, and is taken back; nothing is
held up where it is missing, and every score tells who judged and why."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from adapters.model_artefacts import StoredModel
from adapters.secret_keys import model_signing_key
from adapters.settings import Settings, get_settings
from adapters.signatures import Signer
from cli.ml import app
from commands.fraud_cases import ClaimCheck, request_check
from commands.fraud_models import (
    ModelChange,
    NewModel,
    change_models,
    promote,
    register_model,
    standing_of,
)
from domain.claim.events import ClaimScored
from domain.claim.state import Stage
from domain.fraud_case import FRAUD_CASE
from domain.fraud_case.events import FraudRescored
from domain.fraud_model.decide import EvaluateModel, RegisterModel, RollModelBack
from domain.fraud_model.events import Figure
from domain.ids import fraud_case_id
from ml import generated_claims
from ml.artefact import PURPOSE, seal
from ml.health_features import FEATURES, LINE
from ml.trained import Growth, Plan
from ml.training import train
from projections import PROJECTIONS
from projections.running import catch_up
from tests.support.insurer import Insurer
from tests.support.saga import Machinery

SMALL = Plan(rounds=(40,), growth=Growth(depth=3), folds=3, repeats=1)


def trained(settings: Settings) -> StoredModel:
    data = generated_claims.dataset(generated_claims.generated(2_000, 6))
    signer = Signer(model_signing_key(settings.secrets_folder), PURPOSE)
    return seal(LINE, data, train(data, SMALL), signer)


@pytest.fixture
def stored(insurer: Insurer) -> StoredModel:
    insurer.roles = {**insurer.roles, "wema": frozenset({"admin"})}
    return trained(insurer.settings)


def put_in_charge(insurer: Insurer, stored: StoredModel) -> None:
    """Register, measure, and promote by two people."""
    register = RegisterModel(
        LINE, stored.digest, "xgboost", FEATURES.names, (), 2_000, None, None, 7, Decimal("0.4"), ""
    )
    register_model(insurer.desk, insurer.by("wema"), NewModel(register, stored))
    number = len(standing_of(insurer.desk, LINE).versions)
    measured = EvaluateModel(number, "d" * 64, 900, 40, (Figure("auc", Decimal("0.9")),), "")
    change_models(insurer.desk, insurer.by("wema"), ModelChange(LINE, measured))
    promote(insurer.desk, insurer.by("wema"), LINE, number)
    promote(insurer.desk, insurer.by("baraka"), LINE, number)


def score_of(insurer: Insurer, claim_id: object) -> ClaimScored:
    facts = [event.fact for event in insurer.desk.store.stream(claim_id)]  # type: ignore[arg-type]
    return next(fact for fact in facts if isinstance(fact, ClaimScored))


def test_the_model_in_charge_scores_and_the_rules_alone_when_it_is_taken_back(
    insurer: Insurer, stored: StoredModel
) -> None:
    clinic = insurer.clinic()
    with Machinery(insurer) as saga:
        before = insurer.claims(insurer.member(), clinic)
        saga.drain()
        put_in_charge(insurer, stored)
        insurer.clock.advance(timedelta(days=20))
        saga.wait_for(lambda: _moment(saga), "the standing of the models to be looked at anew")
        during = insurer.claims(insurer.member(), clinic)
        saga.drain()
        back = ModelChange(LINE, RollModelBack("too many sound claims are held", ""))
        change_models(insurer.desk, insurer.by("wema"), back)
        insurer.clock.advance(timedelta(days=20))
        saga.wait_for(lambda: _moment(saga), "the standing of the models to be looked at anew")
        after = insurer.claims(insurer.member(), clinic)
        saga.drain()
    assert [insurer.claim(one).stage for one in (before, during, after)] == [Stage.CLOSED] * 3
    first, second, third = (score_of(insurer, one) for one in (before, during, after))
    assert first.model == third.model == "rules-2"
    assert "no health model is in charge" in first.note
    assert "no health model is in charge" in third.note
    assert second.model == f"health-{stored.digest[:12]}+rules-2"
    assert len(second.features_hash) == 64
    assert not second.note


def _moment(saga: Machinery) -> bool:
    """Once a second the workers look at who is in charge."""
    import time

    time.sleep(1.1)
    return saga.is_quiet()


def test_a_claim_is_scored_again_when_somebody_asks(insurer: Insurer, stored: StoredModel) -> None:
    clinic = insurer.clinic()
    with Machinery(insurer) as saga:
        claim = insurer.claims(insurer.member(), clinic)
        saga.drain()
        first = score_of(insurer, claim)
        put_in_charge(insurer, stored)
        saga.wait_for(lambda: _moment(saga), "the standing of the models to be looked at anew")
        request_check(insurer.desk, insurer.by("baraka"), ClaimCheck(claim))
        saga.drain()
    events = insurer.desk.store.stream(fraud_case_id(claim))
    again = next(e.fact for e in events if isinstance(e.fact, FraudRescored))
    assert again.model.startswith("health-")
    assert again.features_hash
    assert score_of(insurer, claim) == first, "what was scored then stays"
    assert insurer.claim(claim).stage is Stage.CLOSED


def test_the_whole_book_is_scored_again_and_nothing_is_recorded_unless_asked(
    insurer: Insurer, stored: StoredModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    covered = insurer.member()
    claims = [insurer.claims(covered, insurer.clinic(f"Clinic {n}")) for n in range(5)]
    put_in_charge(insurer, stored)
    settings = insurer.settings
    catch_up(settings.database_url, PROJECTIONS)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("BIMA_HOME", str(settings.state_dir))
    get_settings.cache_clear()
    last = insurer.desk.store.safe_position()
    told = CliRunner().invoke(app, ["rescore", "--model", "1", "--json"])
    get_settings.cache_clear()
    assert told.exit_code == 0, told.output
    answer = json.loads(told.stdout)
    assert answer["n"] == len(claims)
    assert answer["judges"] == {f"health-{stored.digest[:12]}+rules-2": 5}
    assert answer["alerts"] >= 1, "five clinics in two weeks"
    assert answer["reasons"].get("FREQUENCY_ABUSE") == 1
    assert insurer.desk.store.safe_position() == last
    case = insurer.desk.store.load(FRAUD_CASE, fraud_case_id(claims[4]))
    assert case.version == 0


def test_a_model_that_is_altered_in_its_table_is_refused_and_the_rules_go_on(
    insurer: Insurer, stored: StoredModel
) -> None:
    altered = replace(stored, model=stored.model[:-1] + bytes([stored.model[-1] ^ 1]))
    put_in_charge(insurer, altered)
    clinic = insurer.clinic()
    with Machinery(insurer) as saga:
        claim = insurer.claims(insurer.member(), clinic)
        saga.drain()
    scored = score_of(insurer, claim)
    assert scored.model == "rules-2"
    assert "its trees were altered" in scored.note
    assert insurer.claim(claim).stage is Stage.CLOSED
