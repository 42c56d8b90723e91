"""Treaties: placed with every fault told, signed whole, endorsed in versions, ended once."""

from dataclasses import replace
from datetime import date

import pytest

from domain.money import Money
from domain.periods import Period
from domain.programme import PROGRAMME
from domain.programme.decide import EnterProgramme
from domain.ratio import Ratio
from domain.refusals import RuleBroken, WrongStage
from domain.reinsurance.currency import DatedRate
from domain.reinsurance.terms import Cover, Participant, Section, Surplus
from domain.treaty import TREATY
from domain.treaty.administration import Administration
from domain.treaty.decide import (
    CancelTreaty,
    CommuteTreaty,
    EndorseTreaty,
    PlaceTreaty,
    SignTreaty,
    TransferPortfolio,
    placed,
)
from domain.treaty.events import Portfolio, TreatyEndorsed, TreatyPlaced, TreatySigned
from tests.support.sample_facts import tzs
from tests.support.sample_treaties import (
    ADMINISTRATION,
    PER_LIFE,
    QUOTA_SHARE,
    REINSURERS,
    YEAR,
)
from tests.support.scenario import Given, given

PLACED = TreatyPlaced("QS-2025", "Quota share", QUOTA_SHARE, ADMINISTRATION)
SIGNED = TreatySigned(REINSURERS, date(2024, 12, 20), "zawadi")
ID = "QS-2025"


def place(terms=QUOTA_SHARE, administration: Administration = ADMINISTRATION) -> PlaceTreaty:  # type: ignore[no-untyped-def]
    return PlaceTreaty(ID, "Quota share", terms, administration, "TZS")


def binding() -> Given:  # type: ignore[type-arg]
    return given(TREATY, PLACED, SIGNED)


def test_a_treaty_is_placed_signed_and_endorsed_version_by_version() -> None:
    story = given(TREATY).when(place()).then(PLACED)
    story = story.when(SignTreaty(date(2024, 12, 20), "zawadi")).then(SIGNED)
    section = replace(QUOTA_SHARE.sections[0], cession=Ratio.of("0.45"))
    more = replace(QUOTA_SHARE, sections=(section,))
    endorse = EndorseTreaty(date(2025, 7, 1), more, ADMINISTRATION, "45 % from July", "TZS")
    after = story.when(endorse).then(
        TreatyEndorsed(2, date(2025, 7, 1), more, ADMINISTRATION, "45 % from July")
    )
    assert [version.number for version in placed(after.state).versions] == [1, 2]
    assert placed(after.state).versions[0].terms.sections[0].cession == Ratio.of("0.40")


def faults_of(command: PlaceTreaty) -> set[str]:
    with pytest.raises(RuleBroken) as refused:
        TREATY.decide(TREATY.initial, command)
    faults = refused.value.facts["faults"]
    assert isinstance(faults, list)
    return {fault["rule"] for fault in faults}


def test_every_fault_of_a_slip_is_told_at_once() -> None:
    greedy = (Participant("A", Ratio.of("0.7")), Participant("B", Ratio.of("0.7")))
    lower = Section("L1", PER_LIFE.sections[0].kind, risk=Cover(tzs(100), tzs(100)))
    upper = replace(lower, section_id="L2", risk=Cover(tzs(300), tzs(100)))
    terms = replace(QUOTA_SHARE, participants=greedy, sections=(lower, upper), period=None)
    nameless = replace(ADMINISTRATION, umr=" ", report_days=-1)
    assert faults_of(place(terms, nameless)) == {
        "treaty.shares_exceed_whole",
        "treaty.layer_gap",
        "treaty.missing_period",
        "treaty.missing_reference",
        "treaty.bad_days",
    }


def test_overlapping_lines_of_surpluses_are_refused() -> None:
    def line(name: str, below: int) -> Section:
        terms = Surplus(tzs(100), Ratio(5), Ratio(below))
        return Section(name, QUOTA_SHARE.sections[0].kind, surplus=terms)

    terms = replace(QUOTA_SHARE, sections=(line("S1", 0), line("S2", 4)))
    assert "treaty.layer_overlap" in faults_of(place(terms))


def test_a_foreign_currency_needs_a_dated_rate() -> None:
    section = replace(QUOTA_SHARE.sections[0], commission=None)
    dollars = replace(QUOTA_SHARE, currency="USD", sections=(section,))
    without = replace(ADMINISTRATION, large_loss=None)
    assert faults_of(place(dollars, without)) == {"treaty.missing_rate"}
    rate = DatedRate(date(2025, 1, 1), "USD", "TZS", Ratio(2_500))
    assert TREATY.decide(TREATY.initial, place(dollars, replace(without, rates=(rate,))))


def test_lines_are_signed_below_what_was_written_and_share_the_whole() -> None:
    one = (Participant("Re One", Ratio.of("0.9")),)
    placed = given(TREATY, PLACED)
    placed.when(SignTreaty(date(2025, 1, 1), "z", one)).then_refused(
        "treaty.signed_above_written", RuleBroken
    )
    half = (Participant("Re One", Ratio.of("0.5")),)
    placed.when(SignTreaty(date(2025, 1, 1), "z", half)).then_refused("treaty.shares_below_whole")
    binding().when(SignTreaty(date(2025, 1, 1), "z")).then_refused(
        "treaty.already_signed", WrongStage
    )


def test_what_is_not_signed_is_neither_endorsed_nor_ended() -> None:
    endorse = EndorseTreaty(date(2025, 7, 1), QUOTA_SHARE, ADMINISTRATION, "x", "TZS")
    for command in (endorse, CancelTreaty(date(2025, 7, 1), "x")):
        given(TREATY, PLACED).when(command).then_refused("treaty.not_signed", WrongStage)
        given(TREATY).when(command).then_refused("treaty.not_found", WrongStage)


def test_an_endorsement_keeps_the_period_and_says_why() -> None:
    other = replace(QUOTA_SHARE, period=Period(date(2025, 1, 1), date(2027, 1, 1)))
    command = EndorseTreaty(date(2026, 7, 1), other, ADMINISTRATION, " ", "TZS")
    binding().when(command).then_refused("treaty.period_changed", RuleBroken)


def test_a_commuted_treaty_is_at_its_end() -> None:
    story = binding().when(CommuteTreaty(date(2027, 1, 1), tzs(5), "agreed")).onwards()
    story.when(CancelTreaty(date(2025, 7, 1), "x")).then_refused("treaty.commuted", WrongStage)
    dollars = Money.of(5, "USD")
    binding().when(CommuteTreaty(date(2027, 1, 1), dollars, "x")).then_refused(
        "treaty.bad_commutation"
    )


def test_a_portfolio_is_an_amount_other_than_zero() -> None:
    nothing = TransferPortfolio(Portfolio.LOSS, tzs(0), "QS-2026", date(2025, 12, 31))
    binding().when(nothing).then_refused("treaty.bad_portfolio", RuleBroken)


def test_a_treaty_is_cancelled_once_and_within_its_period() -> None:
    outside = CancelTreaty(date(2026, 7, 1), "x")
    binding().when(outside).then_refused("treaty.cancelled_outside_period")
    story = binding().when(CancelTreaty(date(2025, 7, 1), "x")).onwards()
    story.when(CancelTreaty(date(2025, 8, 1), "x")).then_refused("treaty.already_cancelled")


def test_treaties_of_one_priority_do_not_cede_more_than_there_is() -> None:
    treaty = TREATY.fold([PLACED, SIGNED])
    which = __import__("domain.ids", fromlist=["treaty_id"]).treaty_id(ID)
    section = replace(QUOTA_SHARE.sections[0], cession=Ratio.of("0.7"))
    other = replace(QUOTA_SHARE, treaty_id="QS-B", sections=(section,))
    enter = EnterProgramme(which, treaty.latest.terms, (other,))  # type: ignore[union-attr]
    given(PROGRAMME).when(enter).then_refused("treaty.over_ceded", sum_of_cessions="11/10")
    dollars = replace(other, currency="USD")
    mixed = EnterProgramme(which, treaty.latest.terms, (dollars,))  # type: ignore[union-attr]
    given(PROGRAMME).when(mixed).then_refused("treaty.mixed_currencies")
    assert YEAR.until_on == date(2026, 1, 1)
