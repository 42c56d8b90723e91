"""Triangles: what is known, what is restated, what stays, and that every cut adds up."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actuarial.grain import Grain
from domain.actuarial.movement import ClaimMovement, MovementKind
from domain.actuarial.question import Basis, Form, Measure, Question, Side
from domain.actuarial.triangle import (
    Triangle,
    calendar_totals,
    incremental,
    long_rows,
    triangle,
)
from domain.money import Money
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from tests.domain.actuarial.history import IN, OUT, History, histories, tzs

END = date(2026, 12, 31)
ALL = Question(known_on=END)


def cells(movements: list[ClaimMovement], question: Question) -> dict[str, tuple[int, ...]]:
    made = triangle(movements, question, "TZS")
    return {made.label(row): tuple(x // 100 for x in row.cells) for row in made.rows}


def counts(movements: list[ClaimMovement], question: Question) -> dict[str, tuple[int, ...]]:
    made = triangle(movements, question, "TZS")
    return {made.label(row): row.cells for row in made.rows}


def latest(made: Triangle) -> int:
    return sum(row.cells[-1] for row in made.rows)


def d(month: int, day: int = 10) -> date:
    return date(2025, month, day)


def test_a_zero_inside_the_triangle_is_a_figure_and_the_future_is_absent() -> None:
    story = History().opened("C1", d(1), d(1)).paid("C1", 100, d(1)).opened("C2", d(3), d(3))
    assert cells(story.movements, Question(d(4, 30))) == {
        "2025-01": (100, 100, 100, 100), "2025-02": (0, 0, 0), "2025-03": (0, 0),
    }  # fmt: skip
    assert cells(story.movements, Question(d(2, 28))) == {"2025-01": (100, 100)}
    assert cells(story.movements, Question(d(1, 1))) == {}


def late_payment() -> list[ClaimMovement]:
    story = History().opened("C1", d(1), d(1)).paid("C1", 100, d(1, 20))
    return story.paid("C1", 80, d(2, 27), recorded_on=d(3, 6)).movements


def test_a_late_entry_restates_the_month_but_leaves_its_booked_diagonal() -> None:
    known = d(3, 31)
    assert cells(late_payment(), Question(d(2, 28))) == {"2025-01": (100, 100)}
    assert cells(late_payment(), Question(known, d(2, 28))) == {"2025-01": (100, 180)}
    assert cells(late_payment(), Question(known, basis=Basis.BOOKED)) == {
        "2025-01": (100, 100, 180)
    }


def test_a_corrected_service_date_moves_the_row_only_where_it_is_known() -> None:
    story = History().opened("C1", d(2), d(2)).paid("C1", 250, d(2, 20))
    story.add("C1", MovementKind.SERVICE_DATE, d(4, 15), service_on=d(1, 31))
    assert cells(story.movements, Question(d(3, 31))) == {"2025-02": (250, 250)}
    assert cells(story.movements, Question(d(4, 30))) == {"2025-01": (0, 250, 250, 250)}
    booked = cells(story.movements, Question(d(4, 30), basis=Basis.BOOKED))
    assert booked == {"2025-01": (0, 0, 0, 250), "2025-02": (250, 250, 0)}


def test_a_void_claim_disappears_from_restated_views_and_is_taken_back_in_booked_ones() -> None:
    story = History().opened("C1", d(1), d(1)).paid("C1", 300, d(1, 30))
    story.add("C1", MovementKind.VOID, d(3))
    assert cells(story.movements, Question(d(3, 31))) == {"2025-01": (0, 0, 0)}
    assert cells(story.movements, Question(d(3, 31), basis=Basis.BOOKED)) == {
        "2025-01": (300, 300, 0)
    }


def merged() -> list[ClaimMovement]:
    story = History().opened("C1", d(1, 30), d(2, 1)).paid("C1", 100, d(2))
    story.opened("C2", d(2, 2), d(2, 5)).paid("C2", 60, d(2, 25))
    story.add("C2", MovementKind.MERGED, d(3, 20), into="C1")
    return story.paid("C2", 15, d(3, 25)).movements


def test_a_merged_claim_is_paid_and_counted_under_the_one_that_survives() -> None:
    known = Question(d(3, 31))
    assert cells(merged(), known) == {"2025-01": (0, 160, 175), "2025-02": (0, 0)}
    assert counts(merged(), replace(known, measure=Measure.REPORTED)) == {
        "2025-01": (0, 1, 1), "2025-02": (0, 0),
    }  # fmt: skip
    booked = replace(known, basis=Basis.BOOKED)
    assert cells(merged(), booked) == {"2025-01": (0, 100, 175), "2025-02": (60, 0)}
    assert counts(merged(), replace(booked, measure=Measure.REPORTED)) == {
        "2025-01": (0, 1, 1), "2025-02": (1, 0),
    }  # fmt: skip


def test_a_claim_that_is_void_stays_so_whatever_it_is_merged_into_afterwards() -> None:
    story = History().opened("C1", d(1), d(1)).opened("C2", d(1), d(1))
    story.add("C1", MovementKind.VOID, d(2))
    story.add("C1", MovementKind.MERGED, d(2), into="C2")
    story.paid("C1", 100, d(2)).add("C1", MovementKind.VOID, d(2))
    for basis in (Basis.TRANSACTION, Basis.BOOKED):
        assert cells(story.movements, Question(d(2, 28), basis=basis)) == {"2025-01": (0, 0)}


def test_counts_follow_opening_closing_and_opening_again() -> None:
    story = History().opened("C1", d(1), d(1))
    for kind, month in (
        (MovementKind.CLOSED, 2), (MovementKind.CLOSED, 2), (MovementKind.REOPENED, 3),
        (MovementKind.CLOSED, 4),
    ):  # fmt: skip
        story.add("C1", kind, d(month))
    asked = {m: counts(story.movements, Question(d(4, 30), measure=m)) for m in Measure}
    assert asked[Measure.REPORTED] == {"2025-01": (1, 1, 1, 1)}
    assert asked[Measure.CLOSED] == {"2025-01": (0, 1, 0, 1)}
    assert asked[Measure.OPEN] == {"2025-01": (1, 0, 1, 0)}


def test_incurred_is_paid_and_reserve() -> None:
    story = History().opened("C1", d(1), d(1))
    story.add("C1", MovementKind.RESERVE, d(1, 12), amount=500).paid("C1", 200, d(2))
    story.add("C1", MovementKind.RESERVE, d(2), amount=-350)
    asked = {m: cells(story.movements, Question(d(2, 28), measure=m)) for m in Measure}
    assert asked[Measure.RESERVE] == {"2025-01": (500, 150)}
    assert asked[Measure.PAID] == {"2025-01": (0, 200)}
    assert asked[Measure.INCURRED] == {"2025-01": (500, 350)}


def test_a_layer_is_cut_from_each_claim_not_from_the_row() -> None:
    story = History().opened("C1", d(1), d(1)).paid("C1", 400, d(1, 20)).paid("C1", 400, d(2))
    story.opened("C2", d(1), d(1)).paid("C2", 400, d(1, 20))
    capped = Question(d(2, 28), limit=tzs(500))
    excess = Question(d(2, 28), attachment=tzs(500))
    between = Question(d(2, 28), attachment=tzs(500), limit=tzs(200))
    assert cells(story.movements, capped) == {"2025-01": (800, 900)}
    assert cells(story.movements, excess) == {"2025-01": (0, 300)}
    assert cells(story.movements, between) == {"2025-01": (0, 200)}


def test_a_payment_before_the_month_of_service_stands_at_lag_zero() -> None:
    story = History().opened("C1", d(3), d(1)).paid("C1", 100, d(1, 20))
    assert cells(story.movements, Question(d(4, 30))) == {"2025-03": (100, 100)}


def test_a_claim_without_a_day_of_service_is_refused() -> None:
    with pytest.raises(RuleBroken, match=r"triangle\.missing_service_date"):
        cells(History().paid("C1", 100, d(1)).movements, ALL)


def test_claims_merged_in_a_circle_are_refused() -> None:
    story = History().opened("C1", d(1), d(1)).opened("C2", d(1), d(1))
    story.add("C1", MovementKind.MERGED, d(2), into="C2")
    story.add("C2", MovementKind.MERGED, d(2), into="C1").paid("C1", 1, d(2))
    with pytest.raises(RuleBroken, match=r"triangle\.endless_merge"):
        cells(story.movements, ALL)


measures = st.sampled_from(Measure)
bases = st.sampled_from(Basis)
grains = st.sampled_from(
    [(o, g) for o in Grain for g in Grain if g.months <= o.months]
)  # fmt: skip


@given(movements=histories(), measure=measures, basis=bases)
def test_segments_add_up_to_the_whole(
    movements: list[ClaimMovement], measure: Measure, basis: Basis
) -> None:
    whole = replace(ALL, measure=measure, basis=basis)
    parts = [
        latest(triangle(movements, replace(whole, segment=segment), "TZS")) for segment in (IN, OUT)
    ]
    # Two claims of different segments may be merged; counts then stay with the survivor.
    if measure.is_count and any(m.kind is MovementKind.MERGED for m in movements):
        return
    assert sum(parts) == latest(triangle(movements, whole, "TZS"))


@given(movements=histories(), measure=measures, basis=bases, grain=grains)
def test_every_grain_adds_up_to_the_same(
    movements: list[ClaimMovement], measure: Measure, basis: Basis, grain: tuple[Grain, Grain]
) -> None:
    fine = replace(ALL, measure=measure, basis=basis)
    coarse = replace(fine, origin=grain[0], development=grain[1])
    assert latest(triangle(movements, fine, "TZS")) == latest(triangle(movements, coarse, "TZS"))


@given(movements=histories(), limit=st.integers(1, 100_000), basis=bases)
def test_capped_and_excess_layers_are_the_whole(
    movements: list[ClaimMovement], limit: int, basis: Basis
) -> None:
    whole = replace(ALL, measure=Measure.INCURRED, basis=basis)
    at = Money(limit, "TZS")
    capped = triangle(movements, replace(whole, limit=at), "TZS")
    excess = triangle(movements, replace(whole, attachment=at), "TZS")
    refunds = any(m.amount and m.amount.minor < 0 for m in movements)
    if not refunds:
        assert latest(capped) + latest(excess) == latest(triangle(movements, whole, "TZS"))
    assert latest(excess) >= 0


@given(movements=histories(), share=st.sampled_from(["1/3", "0.40", "0.995"]), basis=bases)
def test_ceded_and_net_are_gross_in_every_cell(
    movements: list[ClaimMovement], share: str, basis: Basis
) -> None:
    gross = replace(ALL, measure=Measure.PAID, basis=basis, share=Ratio.of(share))
    made = {side: triangle(movements, replace(gross, side=side), "TZS").rows for side in Side}
    for all_of_it, ceded, net in zip(*(made[side] for side in Side), strict=True):
        assert tuple(a + b for a, b in zip(ceded.cells, net.cells, strict=True)) == all_of_it.cells


@given(movements=histories(), measure=measures, later=st.integers(0, 400))
def test_closed_diagonals_of_a_booked_triangle_never_change(
    movements: list[ClaimMovement], measure: Measure, later: int
) -> None:
    cut_off = date(2025, 8, 31)
    asked = Question(cut_off, basis=Basis.BOOKED, measure=measure)
    then = triangle(movements, asked, "TZS")
    now = triangle(
        movements,
        replace(asked, known_on=cut_off + timedelta(days=later), valued_on=cut_off),
        "TZS",
    )
    at = {row.origin: row.cells for row in now.rows}
    assert all(at[row.origin] == row.cells for row in then.rows)


@given(movements=histories(), measure=measures, data=st.data())
def test_the_order_in_which_movements_are_read_changes_nothing(
    movements: list[ClaimMovement], measure: Measure, data: st.DataObject
) -> None:
    asked = replace(ALL, measure=measure)
    shuffled = data.draw(st.permutations(movements))
    assert triangle(shuffled, asked, "TZS") == triangle(movements, asked, "TZS")


@given(movements=histories(), measure=st.sampled_from([Measure.PAID, Measure.INCURRED]))
def test_in_the_end_both_bases_know_the_same_amount(
    movements: list[ClaimMovement], measure: Measure
) -> None:
    asked = replace(ALL, measure=measure)
    booked = replace(asked, basis=Basis.BOOKED)
    assert latest(triangle(movements, asked, "TZS")) == latest(triangle(movements, booked, "TZS"))


@given(movements=histories(), basis=bases)
def test_the_diagonals_are_the_control_totals_of_the_ledger(
    movements: list[ClaimMovement], basis: Basis
) -> None:
    made = triangle(movements, replace(ALL, basis=basis, form=Form.INCREMENTAL), "TZS")
    assert sum(calendar_totals(made).values()) == sum(sum(row.cells) for row in made.rows)


@given(movements=histories())
def test_cumulative_and_incremental_say_the_same(movements: list[ClaimMovement]) -> None:
    steps = triangle(movements, replace(ALL, form=Form.INCREMENTAL), "TZS")
    assert incremental(triangle(movements, ALL, "TZS")) == steps


def test_a_long_row_says_everything_about_its_cell() -> None:
    asked = Question(d(3, 31), origin=Grain.QUARTER, development=Grain.MONTH)
    rows = list(long_rows(triangle(late_payment(), asked, "TZS")))
    assert [row.dev_lag_months for row in rows] == [1, 2, 3]
    assert (rows[0].origin_start, rows[0].origin_end) == (d(1, 1), d(3, 31))
    assert [row.eval_date for row in rows] == [d(1, 31), d(2, 28), d(3, 31)]
    assert [row.value_minor for row in rows] == [10_000, 18_000, 18_000]
    assert {row.view for row in rows} == {"as_known"}


def test_a_valuation_inside_a_month_leaves_out_the_rest_of_the_month() -> None:
    story = History().opened("C1", d(1), d(1)).paid("C1", 100, d(1, 14)).paid("C1", 50, d(1, 16))
    assert cells(story.movements, Question(d(2, 28), d(1, 15))) == {"2025-01": (100,)}
