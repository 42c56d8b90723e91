"""A claim is judged in daily business: by the model in charge and by rules, and says who judged."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from adapters.event_store import EventStore
from adapters.model_artefacts import ModelTable, StoredModel
from adapters.settings import Settings
from adapters.signatures import Signer
from domain.events import CATALOGUE
from domain.fraud.known import Known
from domain.fraud_model import FRAUD_MODEL
from domain.fraud_model.events import (
    FraudModelEvent,
    ModelPromoted,
    ModelRegistered,
    ModelShadowed,
)
from domain.ids import fraud_model_id
from ml import generated_claims
from ml.artefact import ArtefactRefused, opened, seal
from ml.claim_history import in_order
from ml.fraud import FraudModel
from ml.health_features import FEATURES, LINE, features
from ml.judging import Asked, ModelJudge, asked
from ml.trained import Growth, Plan
from ml.training import train
from tests.adapters.premiums import meta
from tests.ml.conftest import new_signer

SMALL = Plan(rounds=(40,), growth=Growth(depth=3), folds=3, repeats=1)


@pytest.fixture(scope="module")
def claims() -> list[Asked]:
    """Made-up claims as they are looked at, some of them fraud."""
    made = generated_claims.generated(2_000, 5)
    return [
        asked(UUID(int=n), claim, known)
        for n, (claim, known) in enumerate(in_order(made.claims), 1)
    ]


@pytest.fixture(scope="module")
def stored(signer: Signer) -> StoredModel:
    data = generated_claims.dataset(generated_claims.generated(2_000, 6))
    return seal(LINE, data, train(data, SMALL), signer)


@pytest.fixture
def store(database_url: str) -> Iterator[EventStore]:
    store = EventStore(database_url, CATALOGUE)
    yield store
    store.close()


def registered(stored: StoredModel, version: int = 1) -> ModelRegistered:
    return ModelRegistered(
        LINE, version, stored.digest, "xgboost", FEATURES.names, (), 2_000, None, None, 7,
        Decimal("0.4"), "wema",
    )  # fmt: skip


def standing(store: EventStore, *facts: FraudModelEvent) -> None:
    store.append(store.load(FRAUD_MODEL, fraud_model_id(LINE)), facts, meta())


def judge_of(store: EventStore, signer: Signer) -> ModelJudge:
    return ModelJudge(store, Settings(DATABASE_URL="unused"), signer=signer)


def test_without_a_model_in_charge_the_rules_judge_and_say_so(
    store: EventStore, signer: Signer, claims: list[Asked]
) -> None:
    found = judge_of(store, signer).judge_many(claims)
    assert {one.model for one in found} == {"rules-2"}
    assert {one.note for one in found} == {"the rules judge alone: no health model is in charge"}
    assert [one.score for one in found] == [one.rules.value for one in claims]


def test_the_model_in_charge_judges_beside_the_rules(
    store: EventStore, signer: Signer, stored: StoredModel, claims: list[Asked]
) -> None:
    ModelTable(store.pool, store.tenant).keep(stored)
    standing(store, registered(stored), ModelPromoted(1, None, "wema", "rehema"))
    found = judge_of(store, signer).judge_many(claims)
    model = FraudModel(stored, signer, FEATURES)
    assert {one.model for one in found} == {f"{model.name}+rules-2"}
    alone = model.score_many([one.row for one in claims])
    for judged, score, one in zip(found, alone, claims, strict=True):
        assert judged.score == max(score.value, one.rules.value)
        assert judged.features_hash == score.features_hash
        assert judged.alerts == (score.flagged or one.rules.value >= Decimal("0.40"))
        assert not judged.note
    assert any(one.alerts for one in found)
    assert all(one.words and len(one.words) == len(one.reasons) for one in found if one.alerts)


def test_a_model_in_shadow_stands_beside_and_decides_nothing(
    store: EventStore, signer: Signer, stored: StoredModel, claims: list[Asked]
) -> None:
    ModelTable(store.pool, store.tenant).keep(stored)
    standing(store, registered(stored), ModelShadowed(1, "wema"))
    (found,) = judge_of(store, signer).judge_many(claims[:1])
    assert found.model == "rules-2"
    assert [one.model for one in found.beside] == [f"health-{stored.digest[:12]}"]


def test_a_model_opened_ahead_judges_without_being_looked_for(
    store: EventStore, signer: Signer, stored: StoredModel, claims: list[Asked]
) -> None:
    ModelTable(store.pool, store.tenant).keep(stored)
    standing(store, registered(stored), ModelPromoted(1, None, "wema", "rehema"))
    asked_for: list[str] = []

    class Table(ModelTable):
        def find(self, digest: str) -> StoredModel | None:
            asked_for.append(digest)
            return super().find(digest)

    table = Table(store.pool, store.tenant)
    judge = ModelJudge(store, Settings(DATABASE_URL="unused"), artefacts=table, signer=signer)
    judge.open_ahead()
    assert asked_for == [stored.digest]
    (found,) = judge.judge_many(claims[:1])
    assert found.model == f"health-{stored.digest[:12]}+rules-2"
    assert asked_for == [stored.digest]


def test_a_server_that_is_away_does_not_keep_a_worker_from_starting(signer: Signer) -> None:
    away = EventStore("postgresql://nobody@127.0.0.1:1/none", CATALOGUE)
    judge_of(away, signer).open_ahead()


@pytest.mark.parametrize("kept", ["not at all", "altered", "of somebody else"])
def test_a_model_that_cannot_be_trusted_leaves_the_rules_alone(
    store: EventStore, signer: Signer, stored: StoredModel, claims: list[Asked], kept: str
) -> None:
    if kept == "altered":
        trees = bytearray(stored.model)
        trees[len(trees) // 2] ^= 1
        ModelTable(store.pool, store.tenant).keep(replace(stored, model=bytes(trees)))
    elif kept == "of somebody else":
        signature = new_signer().sign(bytes.fromhex(stored.digest))
        ModelTable(store.pool, store.tenant).keep(replace(stored, signature=signature))
    standing(store, registered(stored), ModelPromoted(1, None, "wema", "rehema"))
    (found,) = judge_of(store, signer).judge_many(claims[:1])
    words = {"not at all": "not kept", "altered": "altered", "of somebody else": "not signed"}
    assert found.model == "rules-2"
    assert words[kept] in found.note


def test_a_feature_that_is_missing_or_of_another_sort_leaves_the_rules_alone(
    store: EventStore, signer: Signer, stored: StoredModel, claims: list[Asked]
) -> None:
    ModelTable(store.pool, store.tenant).keep(stored)
    standing(store, registered(stored), ModelPromoted(1, None, "wema", "rehema"))
    whole = claims[0]
    without = replace(whole, row={k: v for k, v in whole.row.items() if k != "busy_day"})
    other = replace(whole, row={**whole.row, "busy_day": "often"})
    first, second, third = judge_of(store, signer).judge_many([without, whole, other])
    assert "busy_day is missing" in first.note
    assert not second.note
    assert "busy_day is a number, not 'often'" in third.note


def test_every_byte_of_a_kept_model_counts(signer: Signer, stored: StoredModel) -> None:
    for part in ("manifest", "model", "signature"):
        content = getattr(stored, part)
        for place in (0, len(content) // 2, len(content) - 1):
            altered = bytearray(content)
            altered[place] ^= 1
            with pytest.raises(ArtefactRefused):
                opened(replace(stored, **{part: bytes(altered)}), signer)  # type: ignore[arg-type]  # by name


def test_what_was_planted_or_found_cannot_be_seen(claims: list[Asked]) -> None:
    assert not {"planted", "decision", "paid", "finding"} & claims[0].row.keys()
    made = generated_claims.generated(2_000, 5)
    assert features(made.claims[0], Known()) == features(
        replace(made.claims[0], claim_id="another"), Known()
    )
