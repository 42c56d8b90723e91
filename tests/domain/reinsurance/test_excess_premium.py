"""What an excess cover costs: reinstatements, deposits, rates, burning cost."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money
from domain.periods import through
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.excess_premium import adjust_premium, advance_premium, instalments
from domain.reinsurance.premium_terms import BurningCost, ExcessPremium, Reinstatements
from domain.reinsurance.reinstatement import UsedCover, reinstatement_premiums
from tests.domain.reinsurance.book import tzs

YEAR = through(date(2025, 1, 1), date(2025, 12, 31))
FREE_THEN_FULL = Reinstatements((Ratio(0), Ratio(1)))


def used(*amounts: int) -> list[UsedCover]:
    return [UsedCover(f"loss{at}", tzs(amount)) for at, amount in enumerate(amounts, 1)]


def premiums(terms: Reinstatements, *amounts: int) -> list[Money]:
    return [x.premium for x in reinstatement_premiums(terms, tzs(20), tzs(5), used(*amounts))]


def test_each_limit_costs_its_own_charge_and_the_last_is_free() -> None:
    terms = Reinstatements((Ratio(0), Ratio.of("0.5"), Ratio(1)))
    assert premiums(terms, 20, 20, 20, 20) == [tzs(0), tzs("2.5"), tzs(5), tzs(0)]


def test_one_loss_may_use_a_free_and_a_charged_limit() -> None:
    assert premiums(FREE_THEN_FULL, 12, 14) == [tzs(0), tzs("1.5")]


def test_what_exceeds_the_last_limit_is_not_recovered() -> None:
    charged = reinstatement_premiums(FREE_THEN_FULL, tzs(20), tzs(5), used(50, 20))
    assert [x.recovered for x in charged] == [tzs(50), tzs(10)]
    assert [x.slice_no for x in charged[0].slices] == [1, 2, 3]


def test_losses_are_charged_in_the_order_of_their_dates_not_of_their_arrival() -> None:
    late = UsedCover("late", tzs(20), date(2025, 9, 1))
    early = UsedCover("early", tzs(20), date(2025, 2, 1))
    charged = reinstatement_premiums(FREE_THEN_FULL, tzs(20), tzs(5), [late, early])
    assert [(x.item, x.premium) for x in charged] == [("late", tzs(5)), ("early", tzs(0))]


@pytest.mark.parametrize(("counts_the_day", "premium"), [(False, "2.51"), (True, "2.52")])
def test_a_charge_by_time_is_for_the_days_that_are_left(counts_the_day: bool, premium: str) -> None:
    terms = Reinstatements((Ratio(1),), by_time=True, day_of_loss_is_left=counts_the_day)
    loss = UsedCover("loss", tzs(20), date(2025, 7, 1))
    (charged,) = reinstatement_premiums(terms, tzs(20), tzs(5), [loss], YEAR)
    assert charged.premium == tzs(premium)


def test_a_charge_by_time_needs_the_date_and_the_end() -> None:
    terms = Reinstatements((Ratio(1),), by_time=True)
    with pytest.raises(RuleBroken, match=r"treaty\.missing_loss_date"):
        reinstatement_premiums(terms, tzs(20), tzs(5), used(20), YEAR)
    with pytest.raises(RuleBroken, match=r"treaty\.missing_period"):
        reinstatement_premiums(terms, tzs(20), tzs(5), used(20))


@given(
    amounts=st.lists(st.integers(0, 10**9), min_size=1, max_size=8),
    limit=st.integers(1, 10**9),
    charges=st.lists(st.integers(0, 3), max_size=4),
)
def test_cover_is_used_once_and_charged_at_most_once_a_slice(
    amounts: list[int], limit: int, charges: list[int]
) -> None:
    terms = Reinstatements(tuple(Ratio(x) for x in charges))
    losses = [UsedCover(str(at), Money(x, "TZS")) for at, x in enumerate(amounts)]
    charged = reinstatement_premiums(terms, Money(limit, "TZS"), Money(1000, "TZS"), losses)
    recovered = sum(x.recovered.minor for x in charged)
    assert recovered == min(sum(amounts), limit * (len(charges) + 1))
    assert sum(s.used.minor for x in charged for s in x.slices) == recovered
    most = 1000 * sum(charges)
    assert sum(x.premium.minor for x in charged) <= most + len(amounts)


DEPOSIT = ExcessPremium(rate=Ratio.of("0.02"), minimum=tzs(200), deposit=tzs(200), instalments=3)


def test_instalments_add_up_to_the_deposit() -> None:
    assert instalments(DEPOSIT) == (tzs("66.67"), tzs("66.67"), tzs("66.66"))
    assert instalments(ExcessPremium(fixed=tzs(1))) == ()


@pytest.mark.parametrize(("subject", "final", "due"), [(8_000, 200, 0), (13_000, 260, 60)])
def test_the_rate_adjusts_the_deposit_but_never_below_the_minimum(
    subject: int, final: int, due: int
) -> None:
    adjusted = adjust_premium(DEPOSIT, tzs(subject))
    assert (adjusted.final, adjusted.adjustment) == (tzs(final), tzs(due))


def test_a_deposit_above_the_final_premium_is_paid_back() -> None:
    terms = replace(DEPOSIT, deposit=tzs(300))
    assert adjust_premium(terms, tzs(12_000)).adjustment == tzs(-60)


@pytest.mark.parametrize(("losses", "premium"), [(0, 100), (240, 300), (2_000, 500)])
def test_a_burning_cost_is_held_between_its_rates(losses: int, premium: int) -> None:
    burning = BurningCost(Ratio.of("100/80"), Ratio.of("0.01"), Ratio.of("0.05"))
    terms = ExcessPremium(burning_cost=burning, deposit=tzs(50))
    adjusted = adjust_premium(terms, tzs(10_000), tzs(losses))
    assert (adjusted.final, adjusted.adjustment) == (tzs(premium), tzs(premium - 50))


def test_a_cover_without_any_premium_is_refused() -> None:
    with pytest.raises(RuleBroken, match=r"treaty\.premium_unknown"):
        advance_premium(ExcessPremium())
    with pytest.raises(RuleBroken, match=r"treaty\.premium_unknown"):
        adjust_premium(ExcessPremium(), tzs(1))
    with pytest.raises(RuleBroken, match=r"treaty\.no_subject_premium"):
        adjust_premium(
            ExcessPremium(burning_cost=BurningCost(Ratio(1), Ratio(0), Ratio(1))), tzs(0)
        )
