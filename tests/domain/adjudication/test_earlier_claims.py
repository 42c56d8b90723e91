"""Balances that a list of earlier claims leaves on the policies of a scheme."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.adjudication.case import CoveredMember
from domain.adjudication.earlier_claims import PastAmount, PastClaim, PastLine, balances_from
from tests.domain.adjudication.written_short import DAY, cover

PAST = PastClaim(
    "H",
    "A",
    DAY,
    "surgery",
    "checked",
    (PastLine("X", Decimal(2), passed=True), PastLine("Y", Decimal(1), passed=False)),
    (PastAmount("deductible", 700), PastAmount("paid:inpatient", 900)),
)
FAMILY = cover(members=(CoveredMember("A"), CoveredMember("B")))


def test_a_past_claim_fills_the_accounts_of_member_and_policy() -> None:
    balances = balances_from([PAST], (FAMILY,))
    assert balances.totals == {
        "A@P1|2025-01-01|deductible": 700,
        "P1|2025-01-01|deductible": 700,
        "A@P1|2025-01-01|paid:inpatient": 900,
        "P1|2025-01-01|paid:inpatient": 900,
        "A@P1|2025-01-01|claims:surgery": 1,
        "P1|2025-01-01|claims:surgery": 1,
    }
    assert [(use.code, use.benefit, use.quantity) for use in balances.uses["A"]] == [
        ("X", "X", Decimal(2))
    ]


@pytest.mark.parametrize("state", ["entered", "rejected"])
def test_a_claim_that_was_only_entered_or_was_rejected_counts_for_nothing(state: str) -> None:
    balances = balances_from([replace(PAST, state=state)], (FAMILY,))
    assert not balances.totals
    assert not balances.uses


@pytest.mark.parametrize(
    ("on", "policy", "filled"),
    [
        (date(2025, 1, 1), "", {"P1", "P2"}),
        (date(2025, 12, 31), "", {"P1", "P2"}),
        (date(2024, 12, 31), "", set()),
        (date(2026, 1, 1), "", set()),
        (DAY, "P2", {"P2"}),
        (date(2024, 1, 1), "P2", {"P2"}),
    ],
)
def test_a_claim_belongs_to_its_policy_or_to_every_one_that_holds_its_day(
    on: date, policy: str, filled: set[str]
) -> None:
    covers = (FAMILY, cover("P2"))
    balances = balances_from([replace(PAST, on=on, policy=policy)], covers)
    assert {who for key in balances.totals if "@" not in (who := key.split("|")[0])} == filled
    assert balances.uses["A"], "a use counts whatever the policy"


@pytest.mark.parametrize(
    ("joined_on", "left_on", "counted"),
    [
        (date(2025, 3, 11), None, 0),
        (date(2025, 3, 10), None, 1),
        (None, date(2025, 3, 10), 1),
        (None, date(2025, 3, 9), 0),
    ],
)
def test_only_claims_of_the_members_own_days_count_against_his_number(
    joined_on: date | None, left_on: date | None, counted: int
) -> None:
    joined = cover(members=(CoveredMember("A", joined_on, left_on), CoveredMember("B")))
    balances = balances_from([PAST, replace(PAST, claim_id="H2", member="B")], (joined,))
    assert balances.total("A@P1", "2025-01-01", "claims:surgery") == counted
    assert balances.total("B@P1", "2025-01-01", "claims:surgery") == 1
    assert balances.total("A@P1", "2025-01-01", "deductible") == 700
