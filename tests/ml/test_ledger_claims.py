"""What is learnt from our own claims: findings as fraud, long unsuspected ones as sound, and
nothing of which more may still be found out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ml import generated_claims
from ml.claim_history import in_order
from ml.health_features import features
from ml.ledger_claims import LONG_ENOUGH, NothingToLearn, dataset
from ml.rescoring import Flag

MADE = generated_claims.generated(2_000, 9).claims[:300]
NUMBERED = list(enumerate(MADE, 1))
LAST = MADE[-1].submitted_on
LATER = LAST + LONG_ENOUGH
OPEN, FOUND, CLEARED = (MADE[n].claim_id for n in (250, 260, 270))


def test_outcomes_are_those_of_investigations() -> None:
    found = {OPEN: None, FOUND: True, CLEARED: False}
    told = dataset(NUMBERED, (), found, LATER)
    outcome = dict(zip(told.keys, told.outcome.tolist(), strict=True))
    assert OPEN not in outcome
    assert [key for key, fraud in outcome.items() if fraud] == [FOUND]
    assert len(outcome) == len(MADE) - 1


def test_what_has_not_been_there_for_long_may_still_be_found_out() -> None:
    told = dataset(NUMBERED, (), {FOUND: True, CLEARED: False}, LAST + timedelta(days=1))
    old = {c.claim_id for c in MADE if LAST + timedelta(days=1) - c.submitted_on >= LONG_ENOUGH}
    assert set(told.keys) == old | {FOUND, CLEARED}
    with pytest.raises(NothingToLearn):
        dataset(NUMBERED[-20:], (), {}, LAST)


def test_features_are_those_of_the_claims_own_moment() -> None:
    told = dataset(NUMBERED, (), {}, LATER)
    expected = [features(claim, known) for claim, known in in_order(MADE)]
    assert list(told.rows) == expected


def test_a_flag_counts_from_its_own_position_on() -> None:
    subject = MADE[200].provider
    plain = dataset(NUMBERED, (), {}, LATER).rule
    flagged = dataset(NUMBERED, (Flag(100, subject, "fraud was found"),), {}, LATER).rule
    changed = {n for n, (a, b) in enumerate(zip(plain, flagged, strict=True)) if a != b}
    assert changed == {
        n
        for n, claim in enumerate(MADE)
        if n >= 100 and claim.provider == subject and plain[n] < 0.99
    }


def test_without_outcomes_every_claim_is_told() -> None:
    told = dataset(NUMBERED, (), {OPEN: None}, LAST, outcome=False)
    assert len(told) == len(MADE)
    assert replace(told).fraud is None
