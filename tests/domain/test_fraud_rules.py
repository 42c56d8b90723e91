"""The rules that look for fraud: each at its edges, and how they add up."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fraud.rules import (
    CERTAIN,
    RULES,
    EarlierClaim,
    PricedLine,
    Suspect,
    frequency_abuse,
    near_duplicate,
    price_outlier,
    same_amounts,
    score,
)

DAY = date(2025, 6, 16)
CLAIM = Suspect("here", DAY, 2_500_000, frozenset({"CON-001"}), (), ())


def earlier(
    provider: str, days: int, minor: int = 1_000_000, code: str = "LAB-014"
) -> EarlierClaim:
    return EarlierClaim(provider, DAY - timedelta(days=days), minor, frozenset({code}))


def with_earlier(*claims: EarlierClaim) -> Suspect:
    return replace(CLAIM, earlier=claims)


class TestFrequency:
    """Five claims in two weeks, each from another provider."""

    four = tuple(earlier(f"clinic {n}", n) for n in range(1, 5))

    def test_the_fifth_claim_is_suspicious(self) -> None:
        assert frequency_abuse(with_earlier(*self.four)) == Decimal("0.92")

    def test_the_fourth_is_not(self) -> None:
        assert not frequency_abuse(with_earlier(*self.four[:3]))

    def test_a_provider_visited_twice_counts_once(self) -> None:
        assert not frequency_abuse(with_earlier(*self.four[:3], earlier("clinic 1", 9)))
        assert not frequency_abuse(with_earlier(*self.four[:3], earlier("here", 9)))

    @pytest.mark.parametrize(("days", "found"), [(14, True), (15, False)])
    def test_two_weeks_are_fourteen_days(self, days: int, found: bool) -> None:
        claims = (*self.four[:3], earlier("clinic 4", days))
        assert bool(frequency_abuse(with_earlier(*claims))) is found

    def test_two_weeks_are_not_two_before_and_two_after(self) -> None:
        spread = [earlier(f"clinic {n}", days) for n, days in enumerate((14, 13, -13, -14))]
        close = [earlier(f"clinic {n}", days) for n, days in enumerate((7, 6, -6, -7))]
        assert not frequency_abuse(with_earlier(*spread))
        assert frequency_abuse(with_earlier(*close))


class TestNearDuplicate:
    same = EarlierClaim("here", DAY, 2_500_000, frozenset({"CON-001"}))

    def test_the_same_services_there_that_day_are_suspicious(self) -> None:
        assert near_duplicate(with_earlier(self.same)) == Decimal("0.85")
        assert near_duplicate(with_earlier(replace(self.same, billed_minor=1))) == Decimal("0.85")

    @pytest.mark.parametrize(
        "change",
        [
            {"provider": "there"},
            {"service_from": DAY - timedelta(days=1)},
            {"codes": frozenset({"CON-001", "LAB-014"})},
        ],
    )
    def test_another_provider_day_or_service_is_not(self, change: dict[str, object]) -> None:
        other = replace(self.same, **change)  # type: ignore[arg-type]  # each row its own field
        assert not near_duplicate(with_earlier(other))


class TestPrices:
    @pytest.mark.parametrize(
        ("unit", "usual", "found"),
        [
            ("2999.99", "1000", False),
            ("3000", "1000", True),
            ("5000", None, False),
            ("5", "0", False),
        ],
    )
    def test_three_times_the_usual_price_is_suspicious(
        self, unit: str, usual: str | None, found: bool
    ) -> None:
        line = PricedLine("CON-001", Decimal(unit), None if usual is None else Decimal(usual))
        assert bool(price_outlier(replace(CLAIM, lines=(line,)))) is found


class TestSameAmounts:
    def test_the_same_amount_at_three_other_providers_is_suspicious(self) -> None:
        three = tuple(earlier(f"clinic {n}", 30 + n, CLAIM.billed_minor) for n in range(3))
        assert same_amounts(with_earlier(*three)) == Decimal("0.30")
        assert not same_amounts(with_earlier(*three[:2]))
        assert not same_amounts(with_earlier(*three[:2], earlier("here", 40, CLAIM.billed_minor)))


def test_a_claim_without_anything_odd_scores_nothing() -> None:
    found = score(with_earlier(earlier("there", 3)))
    assert (found.value, found.reasons) == (Decimal(0), ())


def test_the_strongest_rule_counts_whole_and_others_a_quarter() -> None:
    """A duplicate (0.85) at three times the price (0.40) scores 0.85 + 0.10."""
    line = PricedLine("CON-001", Decimal(9_000), Decimal(1_000))
    found = score(replace(with_earlier(TestNearDuplicate.same), lines=(line,)))
    assert found.value == Decimal("0.95")
    assert found.reasons == ("NEAR_DUPLICATE", "PRICE_OUTLIER")


def test_nothing_is_more_than_almost_certain() -> None:
    line = PricedLine("CON-001", Decimal(9_000), Decimal(1_000))
    amounts = tuple(earlier(f"c{n}", n, CLAIM.billed_minor) for n in range(1, 5))
    found = score(replace(with_earlier(*amounts, TestNearDuplicate.same), lines=(line,)))
    assert found.value == CERTAIN
    assert found.reasons == ("FREQUENCY_ABUSE", "NEAR_DUPLICATE", "PRICE_OUTLIER", "SAME_AMOUNTS")


@given(
    st.lists(
        st.builds(
            earlier,
            st.sampled_from(["here", "a", "b", "c", "d", "e"]),
            st.integers(0, 40),
            st.sampled_from([1_000_000, CLAIM.billed_minor]),
            st.sampled_from(["CON-001", "LAB-014"]),
        ),
        max_size=12,
    )
)
def test_a_score_is_within_bounds_and_says_why_exactly_when_it_is_not_zero(
    claims: list[EarlierClaim],
) -> None:
    found = score(with_earlier(*claims))
    assert 0 <= found.value <= CERTAIN
    assert bool(found.value) == bool(found.reasons)
    assert set(found.reasons) <= {name for name, _ in RULES}
    assert score(with_earlier(*reversed(claims))) == found, "the order of the claims says nothing"
