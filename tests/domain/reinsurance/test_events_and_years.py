"""Hours clause, franchise, stop loss."""

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.catastrophe import TimedLoss, in_events, largest_window, split_into_events
from domain.reinsurance.cover import covered_of, increments
from domain.reinsurance.loss import Loss
from domain.reinsurance.stop_loss import StopLoss, stop_loss, yearly_cover_of
from domain.reinsurance.terms import Cover
from tests.domain.reinsurance.book import tzs

START = datetime(2025, 5, 1, 6)  # noqa: DTZ001  # the clause counts hours at the place of loss


def at(hours: int, amount: int, name: str = "") -> TimedLoss:
    return TimedLoss(Loss(name or f"h{hours}", tzs(amount)), START + timedelta(hours=hours))


def test_the_window_with_the_largest_loss_is_the_event() -> None:
    losses = [at(0, 40), at(38, 55), at(65, 30), at(95, 70), at(124, 20)]
    window = largest_window(losses, 72)
    assert window.starts_at == START + timedelta(hours=38)
    assert (window.loss, window.items) == (tzs(155), ("h38", "h65", "h95"))


def test_the_end_of_the_window_is_not_in_it() -> None:
    assert largest_window([at(0, 10), at(72, 10)], 72).loss == tzs(10)
    assert largest_window([at(0, 10), at(71, 10)], 72).loss == tzs(20)


def test_of_equal_windows_the_earliest_counts() -> None:
    assert largest_window([at(200, 10), at(0, 10)], 72).starts_at == START


def test_what_the_event_leaves_forms_events_of_its_own() -> None:
    losses = [at(0, 40), at(38, 55), at(65, 30), at(95, 70), at(124, 20)]
    assert [window.loss for window in split_into_events(losses, 72)] == [tzs(40), tzs(155), tzs(20)]
    assert len({loss.event for loss in in_events(losses, 72)}) == 3


timed = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 10**6)), min_size=1, max_size=12
).map(lambda rows: [at(hours, amount, f"C{n}") for n, (hours, amount) in enumerate(rows)])


@given(losses=timed, hours=st.integers(1, 200), data=st.data())
def test_every_loss_is_in_exactly_one_event_and_windows_never_overlap(
    losses: list[TimedLoss], hours: int, data: st.DataObject
) -> None:
    windows = split_into_events(losses, hours)
    assert sorted(item for window in windows for item in window.items) == sorted(
        one.loss.item for one in losses
    )
    for earlier, later in pairwise(windows):
        assert earlier.ends_at <= later.starts_at
    assert max(window.loss for window in windows) == largest_window(losses, hours).loss
    assert windows == split_into_events(data.draw(st.permutations(losses)), hours)


def test_an_hours_clause_needs_hours_and_losses() -> None:
    with pytest.raises(RuleBroken, match=r"treaty\.bad_hours_clause"):
        largest_window([at(0, 1)], 0)
    with pytest.raises(RuleBroken, match=r"treaty\.no_losses"):
        largest_window([], 72)


@pytest.mark.parametrize(("loss", "opened", "closed"), [(90, 0, 90), (100, 0, 100), (101, 101, 0)])
def test_a_franchise_opens_from_the_ground_and_a_reverse_one_closes(
    loss: int, opened: int, closed: int
) -> None:
    assert covered_of(Cover(attachment=tzs(100), franchise=True), tzs(loss)) == tzs(opened)
    assert covered_of(Cover(nothing_above=tzs(100)), tzs(loss)) == tzs(closed)


@pytest.mark.parametrize(
    ("incurred", "layer", "recovered"),
    [(500, 0, 0), (550, 0, 0), (640, 90, 81), (700, 150, 135), (900, 150, 135)],
)
def test_a_stop_loss_pays_between_two_loss_ratios(
    incurred: int, layer: int, recovered: int
) -> None:
    terms = StopLoss(Ratio.of("1.10"), Ratio.of("0.30"), Ratio.of("0.90"))
    result = stop_loss(terms, tzs(500), tzs(incurred))
    assert (result.layer, result.recovered) == (tzs(layer), tzs(recovered))


@given(premium=st.integers(1, 10**12), incurred=st.integers(0, 10**13))
def test_a_stop_loss_in_money_is_the_stop_loss_in_ratios(premium: int, incurred: int) -> None:
    terms = StopLoss(Ratio.of("1.10"), Ratio.of("1/3"))
    by_ratio = stop_loss(terms, Money(premium, "TZS"), Money(incurred, "TZS")).layer
    in_money = covered_of(yearly_cover_of(terms, Money(premium, "TZS")), Money(incurred, "TZS"))
    assert abs(by_ratio.minor - in_money.minor) <= 1


def test_a_franchise_of_the_year_covers_the_losses_before_it_was_exceeded_as_well() -> None:
    sixties = [Fraction(60), Fraction(60)]
    assert increments(Cover(attachment=Money(100, "TZS"), franchise=True), sixties) == sixties
    assert increments(Cover(nothing_above=Money(100, "TZS")), sixties) == [0, 0]
    assert increments(Cover(attachment=Money(100, "TZS")), sixties) == [0, 20]
