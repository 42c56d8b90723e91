"""One section of a treaty: what holds for every treaty and every book of losses."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money, total
from domain.periods import through
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.cede import cede
from domain.reinsurance.cession import explain
from domain.reinsurance.loss import Loss, Risk
from domain.reinsurance.premium_terms import ExcessPremium, Reinstatements
from domain.reinsurance.terms import (
    Attribution,
    Basis,
    Cover,
    ExpenseRule,
    Kind,
    Posting,
    RiskLevel,
    ScopeRow,
    Section,
    Treaty,
)
from tests.domain.reinsurance.book import (
    books,
    cover,
    loss,
    minors,
    per_life,
    quota_share,
    sections,
    shares,
    treaties,
    tzs,
)


@given(treaty=treaties(), losses=books())
def test_nothing_is_ceded_twice_and_nothing_is_lost(treaty: Treaty, losses: list[Loss]) -> None:
    cession = cede(treaty, treaty.sections[0], losses)
    for line in cession.losses:
        assert 0 <= line.exact <= line.incoming.minor
        assert abs(line.recovered.minor - line.exact) < 1
        assert line.recovered <= line.incoming
    assert cession.recovered == total((e.recovered for e in cession.events), "TZS")


@given(treaty=treaties(), losses=books())
def test_a_loss_only_shrinks_on_its_way_through_the_section(
    treaty: Treaty, losses: list[Loss]
) -> None:
    for line in cede(treaty, replace(treaty.sections[0], minimum_lives=0), losses).losses:
        amounts = [step.amount.minor for step in line.steps]
        unfranchised = not any(
            terms.franchise
            for section in treaty.sections
            for terms in (section.risk, section.occurrence, section.aggregate)
        )
        if unfranchised and treaty.sections[0].attribution is Attribution.IN_PROPORTION:
            assert amounts == sorted(amounts, reverse=True)


@given(section=sections(), losses=books())
def test_no_limit_is_exceeded(section: Section, losses: list[Loss]) -> None:
    cession = cede(Treaty("T1", "TZS", (section,)), section, losses)
    by_event: dict[str, Fraction] = {}
    for line in cession.losses:
        by_event[line.event] = by_event.get(line.event, Fraction(0)) + line.exact
    placed = section.placed.exact
    if section.occurrence.limit is not None:
        assert all(sum_ <= section.occurrence.limit.minor * placed for sum_ in by_event.values())
    if section.aggregate.limit is not None:
        assert sum(by_event.values()) <= section.aggregate.limit.minor * placed


@given(losses=books(), attachment=minors, limit=st.integers(1, 10**12))
def test_no_member_recovers_more_than_the_limit_of_one_life(
    losses: list[Loss], attachment: int, limit: int
) -> None:
    (section,) = per_life(0, 1).sections
    section = replace(section, risk=Cover(Money(attachment, "TZS"), Money(limit, "TZS")))
    cession = cede(Treaty("T1", "TZS", (section,)), section, losses)
    member = {one.item: one.risk.member for one in losses}
    for name in "ABC":
        own = sum(x.recovered.minor for x in cession.losses if member[x.item] == name)
        gross = sum(x.amount.minor for x in losses if x.risk.member == name)
        assert own == min(max(gross - attachment, 0), limit)


@given(section=sections(), losses=books(), data=st.data())
def test_the_order_in_which_losses_are_given_changes_nothing_when_shared_in_proportion(
    section: Section, losses: list[Loss], data: st.DataObject
) -> None:
    dated = [
        replace(one, event=one.event or one.item, loss_on=date(2025, 1, 1 + at))
        for at, one in enumerate(losses)
    ]
    fair = replace(section, attribution=Attribution.IN_PROPORTION)
    treaty = Treaty("T1", "TZS", (fair,))
    shuffled = data.draw(st.permutations(dated))
    once = {x.item: x.exact for x in cede(treaty, fair, dated).losses}
    again = {x.item: x.exact for x in cede(treaty, fair, shuffled).losses}
    assert once == again


@given(share=shares, amount=minors)
def test_a_reversed_loss_is_ceded_as_the_exact_negative(share: Ratio, amount: int) -> None:
    treaty = Treaty("T1", "TZS", (Section("S1", Kind.QUOTA_SHARE, cession=share),))
    paid = Loss("paid", Money(amount, "TZS"))
    back = Loss("back", Money(-amount, "TZS"))
    ceded = cede(treaty, treaty.sections[0], [paid, back]).by_item()
    assert ceded["back"].recovered == -ceded["paid"].recovered


@given(losses=books(), share=shares)
def test_an_event_that_is_posted_in_total_is_split_without_a_remainder(
    losses: list[Loss], share: Ratio
) -> None:
    (section,) = quota_share().sections
    section = replace(section, cession=share)
    treaty = Treaty("T1", "TZS", (section,), posting=Posting.EVENT)
    for event in cede(treaty, section, losses).events:
        gross = sum(x.amount.minor for x in losses if x.occurrence == event.event)
        assert abs(event.recovered.minor - gross * share.exact) <= Fraction(1, 2)


def test_half_a_cent_is_rounded_away_from_zero_whatever_stands_before_it() -> None:
    treaty = quota_share("0.50")
    losses = [loss("odd", "0.03"), loss("even", "0.05"), loss("refund", "-0.05")]
    lines = cede(treaty, treaty.sections[0], losses).losses
    assert [line.recovered for line in lines] == [tzs("0.02"), tzs("0.03"), tzs("-0.03")]


def test_a_limit_before_the_share_and_a_limit_after_it_are_two_treaties() -> None:
    before = Section("A", Kind.QUOTA_SHARE, placed=Ratio.of("0.5"), risk=cover(limit=30))
    after = Section("B", Kind.QUOTA_SHARE, cession=Ratio.of("0.5"), risk=cover(limit=30))
    treaty = Treaty("T", "TZS", (before, after))
    assert cede(treaty, before, [loss("C1", 50)]).recovered == tzs(15)
    assert cede(treaty, after, [loss("C1", 50)]).recovered == tzs(25)
    assert cede(treaty, after, [loss("C1", 80)]).recovered == tzs(30)


def test_one_life_uses_its_limit_up_in_the_order_of_its_losses() -> None:
    treaty = per_life(10, 15)
    losses = [
        loss("late", 20, member="A", loss_on=date(2025, 9, 1)),
        loss("early", 18, member="A", loss_on=date(2025, 2, 1)),
        loss("other", 12, member="B"),
    ]
    ceded = cede(treaty, treaty.sections[0], losses).by_item()
    assert ceded["early"].recovered == tzs(8)
    assert ceded["late"].recovered == tzs(7)
    assert ceded["other"].recovered == tzs(2)


def test_the_deductible_of_the_year_comes_off_the_first_losses_to_the_layer() -> None:
    (section,) = per_life(10_000_000, 15_000_000).sections
    section = replace(section, aggregate=cover(20_000_000, 45_000_000), risk_level=RiskLevel.CLAIM)
    amounts = (18_000_000, 26_000_000, 12_000_000, 40_000_000)
    losses = [loss(f"C{at}", amount) for at, amount in enumerate(amounts)]
    cession = cede(Treaty("T", "TZS", (section,)), section, losses)
    assert [x.recovered for x in cession.losses] == [
        tzs(0),
        tzs(3_000_000),
        tzs(2_000_000),
        tzs(15_000_000),
    ]


def test_reinstatements_limit_the_year_to_one_limit_more_than_their_number() -> None:
    (section,) = per_life(0, 20).sections
    premium = ExcessPremium(fixed=tzs(5), reinstatements=Reinstatements((Ratio(1),)))
    section = replace(section, premium=premium)
    losses = [loss(f"C{at}", 20) for at in range(4)]
    cession = cede(Treaty("T", "TZS", (section,)), section, losses)
    assert [x.recovered for x in cession.losses] == [tzs(20), tzs(20), tzs(0), tzs(0)]


def test_an_event_with_too_few_lives_recovers_nothing() -> None:
    section = Section("CXL", Kind.CATASTROPHE_EXCESS, occurrence=cover(100, 500), minimum_lives=3)
    treaty = Treaty("CXL", "TZS", (section,), posting=Posting.EVENT)
    two = [loss("C1", 200, member="A", event="e"), loss("C2", 200, member="B", event="e")]
    assert cede(treaty, section, two).recovered == tzs(0)
    three = [*two, loss("C3", 1, member="C", event="e")]
    assert cede(treaty, section, three).recovered == tzs(301)


def test_a_second_claim_of_the_same_life_is_not_another_life() -> None:
    section = Section("CXL", Kind.CATASTROPHE_EXCESS, occurrence=cover(1), minimum_lives=2)
    losses = [loss("C1", 200, member="A", event="e"), loss("C2", 200, member="A", event="e")]
    assert cede(Treaty("CXL", "TZS", (section,)), section, losses).recovered == tzs(0)


def test_expenses_are_part_of_the_loss_or_follow_it() -> None:
    (section,) = per_life(10_000_000, 15_000_000).sections
    one = replace(loss("C1", 22_000_000), expenses=tzs(3_000_000))

    def recovered(rule: ExpenseRule) -> tuple[Money, Money]:
        own = replace(section, expenses=rule)
        line = cede(Treaty("T", "TZS", (own,)), own, [one]).by_item()["C1"]
        return line.recovered, line.recovered_expenses

    assert recovered(ExpenseRule.INCLUDED) == (tzs(15_000_000), tzs(0))
    assert recovered(ExpenseRule.IN_PROPORTION) == (tzs(12_000_000), tzs("1636363.64"))
    assert recovered(ExpenseRule.EXCLUDED) == (tzs(12_000_000), tzs(0))


def test_scope_rows_are_alternatives_and_their_fields_all_count() -> None:
    rows = (ScopeRow(policy="P", member="A"), ScopeRow(account="X"))
    section = Section("S", Kind.QUOTA_SHARE, scope=rows)
    treaty = Treaty("T", "TZS", (section,))
    books_of = {
        "both fields": Risk(policy="P", member="A"),
        "other member": Risk(policy="P", member="B"),
        "second row": Risk(policy="P", member="B", account="X"),
    }
    losses = [Loss(name, tzs(10), risk) for name, risk in books_of.items()]
    assert set(cede(treaty, section, losses).by_item()) == {"both fields", "second row"}


YEAR = through(date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("basis", "loss_on", "inception_on", "ceded"),
    [
        (Basis.LOSSES_OCCURRING, date(2024, 3, 10), date(2023, 7, 1), 50),
        (Basis.RISKS_ATTACHING, date(2024, 3, 10), date(2023, 7, 1), 0),
        (Basis.LOSSES_OCCURRING, date(2025, 2, 20), date(2024, 9, 1), 0),
        (Basis.RISKS_ATTACHING, date(2025, 2, 20), date(2024, 9, 1), 50),
        (Basis.LOSSES_OCCURRING, date(2024, 12, 31), date(2020, 1, 1), 50),
        (Basis.LOSSES_OCCURRING, date(2025, 1, 1), date(2024, 1, 1), 0),
    ],
)
def test_the_basis_says_which_date_attaches_a_loss(
    basis: Basis, loss_on: date, inception_on: date, ceded: int
) -> None:
    treaty = replace(quota_share("0.50"), period=YEAR, basis=basis)
    one = loss("C1", 100, loss_on=loss_on, inception_on=inception_on)
    assert cede(treaty, treaty.sections[0], [one]).recovered == tzs(ceded)


@pytest.mark.parametrize(
    ("basis", "code"),
    [
        (Basis.LOSSES_OCCURRING, "treaty.missing_loss_date"),
        (Basis.RISKS_ATTACHING, "treaty.missing_inception"),
    ],
)
def test_a_missing_date_is_refused_and_never_guessed(basis: Basis, code: str) -> None:
    treaty = replace(quota_share(), period=YEAR, basis=basis)
    with pytest.raises(RuleBroken) as refusal:
        cede(treaty, treaty.sections[0], [loss("C1", 100, loss_on=None)])
    assert refusal.value.code == code
    assert refusal.value.facts["item"] == "C1"


def test_a_loss_of_another_currency_must_be_converted_first() -> None:
    treaty = quota_share()
    with pytest.raises(RuleBroken, match=r"treaty\.other_currency"):
        cede(treaty, treaty.sections[0], [Loss("C1", Money.of(1, "USD"))])


def test_a_cession_explains_every_step() -> None:
    treaty = per_life(10, 15)
    text = "\n".join(explain(cede(treaty, treaty.sections[0], [loss("C1", 37)])))
    assert "per risk: TZS 15.00" in text
    assert text.endswith("posted: TZS 15.00")
