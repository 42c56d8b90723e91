"""Every contradiction in the terms of a treaty is named before money moves by them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from domain.money import Money
from domain.periods import Period
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.accounting_terms import (
    AccountTerms,
    Levy,
    LossCorridor,
    ProfitCommission,
)
from domain.reinsurance.check import check, check_programme, require_sound
from domain.reinsurance.commission_terms import Commission, ScalePoint, SlidingScale
from domain.reinsurance.premium_terms import ExcessPremium, Reinstatements
from domain.reinsurance.terms import (
    Cover,
    Kind,
    LineOfTable,
    Participant,
    ScopeRow,
    Section,
    Surplus,
    Treaty,
)
from tests.domain.reinsurance.book import cover, per_life, quota_share, tzs

R = Ratio.of


def codes(treaty: Treaty) -> set[str]:
    return {fault.code for fault in check(treaty)}


def tower(*layers: tuple[int, int]) -> Treaty:
    sections = [
        Section(f"L{at}", Kind.PER_RISK_EXCESS, risk=cover(attachment, limit))
        for at, (attachment, limit) in enumerate(layers, 1)
    ]
    return Treaty("XL", "TZS", tuple(sections))


def with_section(**terms: object) -> Treaty:
    section = Section("S1", Kind.QUOTA_SHARE, **terms)  # type: ignore[arg-type]  # one field each
    return Treaty("T1", "TZS", (section,))


def with_scale(*points: tuple[str, str]) -> Treaty:
    scale = SlidingScale(tuple(ScalePoint(R(ratio), R(rate)) for ratio, rate in points))
    return with_section(commission=Commission(R("0.30"), scale))


def surplus(*lines: tuple[int, int]) -> Treaty:
    sections = [
        Section(f"S{at}", Kind.SURPLUS, surplus=Surplus(tzs(50), Ratio(own), Ratio(below)))
        for at, (below, own) in enumerate(lines, 1)
    ]
    return Treaty("SS", "TZS", tuple(sections))


def panel(*shares: str) -> Treaty:
    return replace(
        quota_share(),
        participants=tuple(Participant(f"R{at}", R(x)) for at, x in enumerate(shares)),
    )


SOUND = [
    quota_share(),
    per_life(10, 15),
    tower((10, 15), (25, 25)),
    surplus((0, 4), (4, 6)),
    panel("1/3", "1/3", "1/3"),
    panel("0.5", "0.2"),
    with_scale(("0.49", "0.46"), ("0.71", "0.24")),
]


@pytest.mark.parametrize("treaty", SOUND, ids=lambda treaty: treaty.treaty_id)
def test_sound_terms_have_no_fault(treaty: Treaty) -> None:
    assert check(treaty) == ()
    require_sound(treaty)


FAULTY: list[tuple[str, Callable[[], Treaty]]] = [
    ("treaty.shares_exceed_whole", lambda: panel("0.6", "0.5")),
    ("treaty.bad_share", lambda: panel("1.2", "-0.2")),
    ("treaty.bad_share", lambda: quota_share("1.2")),
    ("treaty.bad_share", lambda: with_section(placed=R("-0.1"))),
    ("treaty.bad_share", lambda: with_section(scope=(ScopeRow(cession=R("2")),))),
    ("treaty.layer_gap", lambda: tower((10, 15), (30, 20))),
    ("treaty.layer_overlap", lambda: tower((10, 15), (20, 20))),
    ("treaty.layer_gap", lambda: surplus((0, 4), (5, 6))),
    ("treaty.layer_overlap", lambda: surplus((0, 4), (3, 6))),
    ("treaty.missing_retention", lambda: Treaty("T", "TZS", (Section("S", Kind.SURPLUS),))),
    ("treaty.missing_retention", lambda: with_section(surplus=Surplus(tzs(0), Ratio(4)))),
    ("treaty.bad_lines", lambda: with_section(surplus=Surplus(tzs(1), Ratio(0)))),
    (
        "treaty.grade_twice",
        lambda: with_section(
            surplus=Surplus(tzs(1), Ratio(1), table=(LineOfTable("A", tzs(1)),) * 2)
        ),
    ),
    ("treaty.negative_amount", lambda: with_section(risk=cover(-1))),
    ("treaty.zero_limit", lambda: with_section(risk=cover(limit=0))),
    ("treaty.other_currency", lambda: with_section(risk=Cover(limit=Money.of(1, "USD")))),
    ("treaty.bad_minimum_lives", lambda: with_section(minimum_lives=-1)),
    ("treaty.bad_rate", lambda: with_section(commission=Commission(R("1.5")))),
    ("treaty.empty_scale", with_scale),
    ("treaty.unordered_scale", lambda: with_scale(("0.7", "0.2"), ("0.5", "0.1"))),
    ("treaty.rising_scale", lambda: with_scale(("0.5", "0.2"), ("0.7", "0.4"))),
    ("treaty.bad_instalments", lambda: with_section(premium=ExcessPremium(instalments=0))),
    (
        "treaty.reinstatement_without_limit",
        lambda: with_section(premium=ExcessPremium(reinstatements=Reinstatements(()))),
    ),
    ("treaty.no_sections", lambda: Treaty("T", "TZS", ())),
    ("treaty.section_twice", lambda: Treaty("T", "TZS", quota_share().sections * 2)),
    (
        "treaty.participant_twice",
        lambda: replace(quota_share(), participants=(Participant("R", R("0.1")),) * 2),
    ),
    (
        "treaty.empty_period",
        lambda: replace(quota_share(), period=Period(date(2025, 1, 1), date(2025, 1, 1))),
    ),
    ("treaty.bad_hours_clause", lambda: replace(quota_share(), hours_clause=0)),
    (
        "treaty.reversed_corridor",
        lambda: replace(quota_share(), corridor=LossCorridor(R("1"), R("0.8"))),
    ),
    (
        "treaty.bad_rate",
        lambda: replace(quota_share(), profit_commission=ProfitCommission(R("-0.1"))),
    ),
    (
        "treaty.bad_rate",
        lambda: replace(quota_share(), account=AccountTerms(levies=(Levy("tax", R("2")),))),
    ),
]


@pytest.mark.parametrize(
    ("code", "faulty"), FAULTY, ids=[f"{n}-{x[0]}" for n, x in enumerate(FAULTY)]
)
def test_a_faulty_term_is_named(code: str, faulty: Callable[[], Treaty]) -> None:
    treaty = faulty()
    assert code in codes(treaty)
    with pytest.raises(RuleBroken):
        require_sound(treaty)


def test_every_fault_is_listed_not_the_first_only() -> None:
    treaty = replace(panel("0.6", "0.5"), hours_clause=0)
    with pytest.raises(RuleBroken) as refusal:
        require_sound(treaty)
    assert "participants" in refusal.value.detail
    assert "hours_clause" in refusal.value.detail


def test_a_programme_is_one_currency_and_names_each_treaty_once() -> None:
    again = replace(quota_share(), currency="USD")
    assert {fault.code for fault in check_programme([quota_share(), again])} == {
        "treaty.named_twice",
        "treaty.mixed_currencies",
    }
