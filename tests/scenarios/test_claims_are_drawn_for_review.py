"""Which claims a medical reviewer sees first, and that one goes on by itself afterwards."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from commands.context import ReviewRules
from commands.deciding_again import Review, review_claim
from commands.review_sampling import DRAWN, EVERY_ONE, UNUSUAL, why_reviewed
from domain.claim import CLAIM
from domain.claim.desk_events import ReviewedLine
from domain.claim.state import Stage, Submitted
from tests.domain.test_claim import submitted
from tests.support.insurer import Insurer, settings_for, tzs
from tests.support.saga import Machinery

SPACE = UUID("01890000-0000-7000-8000-00000000d1ce")


def claim(billed: int = 25_000) -> Submitted:
    state = CLAIM.fold((replace(submitted, billed=tzs(billed)),))
    assert isinstance(state, Submitted)
    return state


def drawn(rules: ReviewRules, count: int) -> list[UUID]:
    ids = [uuid5(SPACE, str(n)) for n in range(count)]
    return [one for one in ids if why_reviewed(rules, one, claim(), ())]


def test_a_share_is_drawn_by_a_hash_and_is_the_same_again() -> None:
    some = drawn(ReviewRules(share_percent=Decimal(10)), 2_000)
    assert 150 <= len(some) <= 250
    assert drawn(ReviewRules(share_percent=Decimal(10)), 2_000) == some
    assert set(some) < set(drawn(ReviewRules(share_percent=Decimal(20)), 2_000))
    assert drawn(ReviewRules(), 2_000) == []


@pytest.mark.parametrize(
    ("rules", "billed", "why"),
    [
        (ReviewRules(all=True), 1, EVERY_ONE),
        (ReviewRules(all=True, floor_minor=tzs(50_000).minor), 49_999, ""),
        (ReviewRules(share_percent=Decimal(100)), 1, DRAWN),
        (ReviewRules(variance_percent=Decimal(50)), 30_000, UNUSUAL),
        (ReviewRules(variance_percent=Decimal(50)), 29_999, ""),
    ],
)
def test_all_a_share_or_those_above_the_average(rules: ReviewRules, billed: int, why: str) -> None:
    usual = (tzs(10_000), tzs(30_000))  # on average 20,000
    assert why_reviewed(rules, SPACE, claim(billed), usual) == why


def test_without_earlier_bills_nothing_is_unusual() -> None:
    rules = ReviewRules(variance_percent=Decimal(1))
    assert why_reviewed(rules, SPACE, claim(10**9), ()) == ""


@pytest.fixture
def reviewing(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Insurer]:
    """An insurer that has every claim reviewed."""
    settings = settings_for(database_url, redis_url, tmp_path)
    opened = Insurer(settings.model_copy(update={"review_all": True}))
    opened.open_for_business()
    yield opened
    opened.desk.store.close()


def test_a_claim_waits_for_its_reviewer_and_is_decided_and_paid_with_what_he_says(
    reviewing: Insurer,
) -> None:
    with Machinery(reviewing) as machinery:
        claim_id = reviewing.claims(reviewing.member(), reviewing.clinic())
        machinery.drain()
        assert reviewing.claim(claim_id).stage is Stage.IN_REVIEW
        said = (ReviewedLine(2, refused=True, reason="done the day before"),)
        review_claim(reviewing.desk, reviewing.by("salma"), Review(claim_id, said))
        machinery.drain()
    after = reviewing.claim(claim_id)
    assert (after.stage, after.paid) == (Stage.CLOSED, tzs(13_500))
    assert after.determination is not None
    assert after.determination.lines[1].reasons == ("REVIEWER_REJECTED",)
    assert reviewing.story(claim_id)[:4] == [
        "claim.submitted", "claim.scored", "claim.review_requested", "claim.reviewed",
    ]  # fmt: skip
