"""The fraud model in charge is looked after by the month, and learnt anew for a reason."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.fraud_model import FRAUD_MODEL
from domain.fraud_model.checks import CHECKED_EVERY, CheckModel, NoteCheckDue, first_check
from domain.fraud_model.events import (
    Figure,
    FraudModelEvent,
    ModelCheckDue,
    ModelChecked,
    ModelPromoted,
    ModelRegistered,
    ModelRolledBack,
)
from tests.support.scenario import given

DAY = date(2025, 4, 1)
IN_CHARGE: tuple[FraudModelEvent, ...] = (
    ModelRegistered(
        "health", 1, "a" * 64, "xgboost", ("claims_in_14_days",), (), 9_000, None, None, 7,
        Decimal("0.4"), "wema",
    ),
    ModelPromoted(1, None, "wema", "rehema"),
)  # fmt: skip


def found(verdict: str = "stable") -> CheckModel:
    moved = (Figure("busy_day", Decimal("0.31")),) if verdict == "drifted" else ()
    return CheckModel(1, DAY, 4_812, verdict, moved, Decimal("0.04"), None, (), "wema")


def checked(number: int, verdict: str = "stable", because: str = "") -> ModelChecked:
    it = found(verdict)
    return ModelChecked(
        1, number, 4_812, verdict, it.moved, it.fraud_learnt, None, (), because,
        DAY + CHECKED_EVERY, "wema",
    )  # fmt: skip


def test_a_check_tells_what_was_seen_and_when_the_next_one_is() -> None:
    given(FRAUD_MODEL, *IN_CHARGE).when(found()).then(checked(1))
    given(FRAUD_MODEL, *IN_CHARGE).when(NoteCheckDue(1, DAY)).then(ModelCheckDue(1, DAY))
    assert first_check(ModelPromoted(1, None, "a", "b"), DAY) == (1, DAY + timedelta(days=30))


@pytest.mark.parametrize(
    ("before", "verdict", "because"),
    [(0, "watch", ""), (0, "drifted", "drift"), (4, "stable", ""), (5, "stable", "age"),
     (5, "drifted", "drift"), (11, "stable", "age")],
)  # fmt: skip
def test_it_is_learnt_anew_by_drift_and_by_age(before: int, verdict: str, because: str) -> None:
    past = [checked(number) for number in range(1, before + 1)]
    given(FRAUD_MODEL, *IN_CHARGE, *past).when(found(verdict)).then(
        checked(before + 1, verdict, because)
    )


@pytest.mark.parametrize("command", [found(), NoteCheckDue(1, DAY)])
def test_what_is_no_longer_in_charge_is_not_looked_after(
    command: CheckModel | NoteCheckDue,
) -> None:
    back = ModelRolledBack(1, None, "too many sound claims were held", "rehema")
    given(FRAUD_MODEL, *IN_CHARGE, back).when(command).then()


def test_who_comes_into_charge_is_checked_from_one_on() -> None:
    again = ModelPromoted(1, None, "wema", "rehema")
    back = ModelRolledBack(1, None, "a test", "rehema")
    given(FRAUD_MODEL, *IN_CHARGE, checked(1), back, again).when(found()).then(checked(1))
