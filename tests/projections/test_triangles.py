"""Triangles of whole columns are those that the domain makes claim by claim."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actuarial.grain import Grain
from domain.actuarial.movement import ClaimMovement, MovementKind
from domain.actuarial.question import Basis, Form, Measure, Question, Side
from domain.actuarial.triangle import triangle as by_claim
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from projections.claim_columns import WORDS, of_movements
from projections.triangles import triangle, triangles_by
from tests.domain.actuarial.history import IN, OUT, History, histories, tzs

QUESTIONS = st.builds(
    Question,
    known_on=st.dates(date(2025, 1, 1), date(2026, 6, 1)),
    valued_on=st.none() | st.dates(date(2025, 1, 1), date(2026, 6, 1)),
    basis=st.sampled_from(Basis),
    origin=st.sampled_from(Grain),
    development=st.sampled_from(Grain),
    measure=st.sampled_from(Measure),
    form=st.sampled_from(Form),
    attachment=st.sampled_from([None, tzs(50), tzs(400)]),
    limit=st.sampled_from([None, tzs(100), tzs("333.33")]),
    side=st.sampled_from(Side),
    share=st.sampled_from([None, Ratio.of("0.4"), Ratio.of("1/3")]),
    segment=st.sampled_from([(), IN, OUT]),
)


@given(movements=histories(), question=QUESTIONS)
def test_columns_say_what_claim_by_claim_says(
    movements: list[ClaimMovement], question: Question
) -> None:
    frame, segments = of_movements(movements)
    assert triangle(frame, question, "TZS", segments) == by_claim(movements, question, "TZS")
    shuffled = frame.sample(fraction=1, shuffle=True, seed=3)
    assert triangle(shuffled, question, "TZS", segments) == by_claim(movements, question, "TZS")


@given(movements=histories(), question=QUESTIONS)
def test_each_segment_is_what_it_is_alone(
    movements: list[ClaimMovement], question: Question
) -> None:
    frame, segments = of_movements(movements)
    if "care" not in segments:
        return
    made = triangles_by(frame, replace(question, segment=()), "TZS", segments, ["care"])
    for one in made:
        alone = triangle(frame, one.question, "TZS", segments)
        if dict(one.question.segment)["care"]:
            assert one == alone


def test_sums_beyond_64_bits_are_right() -> None:
    story = History().opened("A", date(2025, 1, 3), date(2025, 1, 3))
    for day in range(1, 12):
        story.paid("A", "90000000000000000", date(2025, 2, day))
    frame, _ = of_movements(story.movements)
    made = triangle(frame, Question(date(2025, 2, 28)), "TZS")
    assert made.rows[0].cells == (0, 11 * 9_000_000_000_000_000_000)


def test_a_claim_without_a_day_of_service_is_refused() -> None:
    story = History().paid("A", 5, date(2025, 1, 1))
    frame, _ = of_movements(story.movements)
    with pytest.raises(RuleBroken, match=r"triangle\.missing_service_date"):
        triangle(frame, Question(date(2025, 2, 28)), "TZS")


def test_no_claims_make_an_empty_triangle() -> None:
    frame, segments = of_movements([])
    assert triangle(frame, Question(date(2025, 2, 28)), "TZS", segments).rows == ()


def test_only_claims_that_were_corrected_are_looked_at_again() -> None:
    story = History()
    for number in range(5):
        story.opened(f"C{number}", date(2025, 1, 3), date(2025, 1, 3))
    kind = MovementKind.SERVICE_DATE
    story.add("C2", kind, date(2025, 2, 1), service_on=date(2025, 2, 1))
    frame, _ = of_movements(story.movements)
    asked = Question(date(2025, 2, 28), measure=Measure.REPORTED)
    rows = triangle(frame, asked, "TZS").rows
    assert [row.cells for row in rows] == [(4, 4), (1,)]
    assert frame.filter(pl.col("kind") == WORDS[kind]).height == 1
