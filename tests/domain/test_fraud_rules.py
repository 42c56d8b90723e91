"""The rules that look for fraud: each at its edges, and how they add up."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fraud import bills, company, visits
from domain.fraud.alike import LATEST, Alike
from domain.fraud.known import ClaimedLine, Known, SeenClaim
from domain.fraud.rules import CERTAIN, RULES, score
from domain.fraud.suspect import Suspect

DAY = date(2025, 6, 16)


def line(code: str, billed: int = 1_000_000, quantity: int = 1) -> ClaimedLine:
    return ClaimedLine(code, Decimal(quantity), billed)


CLAIM = SeenClaim(
    claim_id="new", member="asha", family="asha", provider="here", phone="p", account="a",
    home="Mbeya", place="Mbeya", diagnosis="B54", service_on=DAY, submitted_on=DAY,
    lines=(line("CON-001", 2_500_000), line("LAB-002", 500_000)),
)  # fmt: skip


def earlier(provider: str, days: int, minor: int = 1_000_000, code: str = "LAB-014") -> SeenClaim:
    day = DAY - timedelta(days=days)
    return replace(
        CLAIM, claim_id="old", provider=provider, service_on=day, lines=(line(code, minor),)
    )


def suspect(*recent: SeenClaim, claim: SeenClaim = CLAIM) -> Suspect:
    return Suspect(claim, Known(recent=recent))


def of_others(count: int, **change: object) -> tuple[SeenClaim, ...]:
    """Claims of as many other people at the same place."""
    return tuple(
        replace(CLAIM, member=f"other {n}", **change)  # type: ignore[arg-type]  # by name
        for n in range(count)
    )


def usual(*bills_of: tuple[int, tuple[str, ...]], times: int = 40) -> Alike:
    return Alike([(billed, frozenset(codes)) for billed, codes in bills_of] * times)


class TestFrequency:
    """Five claims in two weeks, each from another provider."""

    four = tuple(earlier(f"clinic {n}", n) for n in range(1, 5))

    def test_the_fifth_claim_is_suspicious(self) -> None:
        assert "5 providers" in visits.frequency_abuse(suspect(*self.four))

    def test_the_fourth_is_not(self) -> None:
        assert not visits.frequency_abuse(suspect(*self.four[:3]))

    def test_a_provider_visited_twice_counts_once(self) -> None:
        assert not visits.frequency_abuse(suspect(*self.four[:3], earlier("clinic 1", 9)))
        assert not visits.frequency_abuse(suspect(*self.four[:3], earlier("here", 9)))

    @pytest.mark.parametrize(("days", "found"), [(14, True), (15, False)])
    def test_two_weeks_are_fourteen_days(self, days: int, found: bool) -> None:
        claims = (*self.four[:3], earlier("clinic 4", days))
        assert bool(visits.frequency_abuse(suspect(*claims))) is found

    def test_two_weeks_are_not_two_before_and_two_after(self) -> None:
        spread = [earlier(f"clinic {n}", days) for n, days in enumerate((14, 13, -13, -14))]
        close = [earlier(f"clinic {n}", days) for n, days in enumerate((7, 6, -6, -7))]
        assert not visits.frequency_abuse(suspect(*spread))
        assert visits.frequency_abuse(suspect(*close))


class TestDuplicates:
    same = replace(CLAIM, claim_id="old")

    def test_the_same_services_there_that_day_are_suspicious(self) -> None:
        assert visits.near_duplicate(suspect(self.same))
        cheaper = replace(self.same, lines=(line("CON-001", 1), line("LAB-002", 1)))
        assert visits.near_duplicate(suspect(cheaper))

    @pytest.mark.parametrize(
        "change",
        [
            {"provider": "there"},
            {"service_on": DAY - timedelta(days=1)},
            {"lines": (line("CON-001"),)},
        ],
    )
    def test_another_provider_day_or_service_is_not(self, change: dict[str, object]) -> None:
        other = replace(self.same, **change)  # type: ignore[arg-type]  # each row its own field
        assert not visits.near_duplicate(suspect(other))

    @pytest.mark.parametrize(("days", "found"), [(0, True), (3, True), (4, False)])
    def test_the_same_bill_of_another_provider_within_three_days(
        self, days: int, found: bool
    ) -> None:
        other = replace(self.same, provider="there", service_on=DAY - timedelta(days=days))
        assert bool(visits.billed_again(suspect(other))) is found
        single = replace(CLAIM, lines=CLAIM.lines[:1])
        assert not visits.billed_again(suspect(replace(other, lines=single.lines), claim=single))

    def test_the_same_treatment_there_on_the_next_day_is_a_course(self) -> None:
        assert not visits.billed_again(
            suspect(replace(self.same, service_on=DAY - timedelta(days=1)))
        )

    def test_two_regions_on_one_day_are_one_too_many(self) -> None:
        away = replace(self.same, provider="there", place="Tanga")
        assert visits.two_places_at_once(suspect(away))
        assert not visits.two_places_at_once(suspect(replace(away, place="")))
        yesterday = replace(away, service_on=DAY - timedelta(days=1))
        assert not visits.two_places_at_once(suspect(yesterday))


class TestAmounts:
    @pytest.mark.parametrize(
        ("unit", "price", "found"),
        [(2_999, 1_000, False), (3_000, 1_000, True), (5_000, None, False), (5, 0, False)],
    )
    def test_three_times_the_usual_price_is_suspicious(
        self, unit: int, price: int | None, found: bool
    ) -> None:
        claim = replace(CLAIM, lines=(line("CON-001", 2 * unit, quantity=2),))
        prices = {} if price is None else {"CON-001": Decimal(price)}
        told = bills.price_outlier(Suspect(claim, Known(usual_prices=prices)))
        assert bool(told) is found

    def test_the_same_amount_at_three_other_providers_is_suspicious(self) -> None:
        three = tuple(earlier(f"clinic {n}", 30 + n, CLAIM.billed) for n in range(3))
        assert visits.same_amounts(suspect(*three))
        assert not visits.same_amounts(suspect(*three[:2]))
        assert not visits.same_amounts(suspect(*three[:2], earlier("here", 40, CLAIM.billed)))


class TestBills:
    def test_a_provider_that_is_always_dear_for_an_illness_bills_upwards(self) -> None:
        like = usual((1_800_000, ("CON-001",)))
        here = of_others(6)
        assert bills.upcoding(Suspect(CLAIM, Known(here=here, like=like)))
        assert not bills.upcoding(Suspect(CLAIM, Known(here=here[:5], like=like))), "too few"
        usual_ones = of_others(6, lines=(line("CON-001", 1_800_000),))
        once = Known(here=usual_ones, like=like)
        assert not bills.upcoding(Suspect(CLAIM, once)), "one severe case is nothing"
        few = Known(here=here, like=usual((1_800_000, ("CON-001",)), times=29))
        assert not bills.upcoding(Suspect(CLAIM, few)), "hardly anything is known"

    def test_many_services_that_never_go_together_are_parts_of_a_whole(self) -> None:
        parts = replace(CLAIM, lines=tuple(line(f"LAB-{n}") for n in range(4)))
        like = usual((1, ("LAB-0", "LAB-1")), (1, ("LAB-2", "LAB-3")))
        assert bills.unbundling(Suspect(parts, Known(like=like)))
        assert not bills.unbundling(
            Suspect(replace(parts, lines=parts.lines[:3]), Known(like=like))
        )
        together = usual(*[(1, ("LAB-0", "LAB-1"))] * 9, (1, tuple(sorted(parts.codes))), times=8)
        assert not bills.unbundling(Suspect(parts, Known(like=together)))

    @pytest.mark.parametrize(("count", "found"), [(1, False), (2, True)])
    def test_one_bill_for_several_people_on_a_day_comes_from_a_template(
        self, count: int, found: bool
    ) -> None:
        assert bool(bills.phantom_billing(Suspect(CLAIM, Known(here=of_others(count))))) is found

    def test_bills_of_one_service_are_alike_by_nature(self) -> None:
        single = replace(CLAIM, lines=CLAIM.lines[:1])
        here = of_others(5, lines=single.lines)
        assert not bills.phantom_billing(Suspect(single, Known(here=here)))
        other_day = of_others(5, service_on=DAY - timedelta(days=1))
        assert not bills.phantom_billing(Suspect(CLAIM, Known(here=other_day)))

    def test_a_service_that_nobody_gives_for_the_illness_is_named(self) -> None:
        like = usual((1, ("CON-001",)), times=90)
        assert "LAB-002" in bills.diagnosis_mismatch(Suspect(CLAIM, Known(like=like)))
        assert not bills.diagnosis_mismatch(
            Suspect(CLAIM, Known(like=usual((1, ("CON-001",)), times=89)))
        )
        known = usual((1, ("CON-001", "LAB-002")), times=90)
        assert not bills.diagnosis_mismatch(Suspect(CLAIM, Known(like=known)))


class TestCompany:
    @pytest.mark.parametrize(
        ("families", "here", "found"), [(3, 3, True), (2, 9, False), (9, 2, False)]
    )
    def test_families_with_one_phone_at_one_provider(
        self, families: int, here: int, found: bool
    ) -> None:
        known = Known(families_on_phone=families, phone_here=here)
        assert bool(company.shared_phone(Suspect(CLAIM, known))) is found

    def test_providers_with_one_account(self) -> None:
        assert company.shared_account(Suspect(CLAIM, Known(providers_on_account=4)))
        assert not company.shared_account(Suspect(CLAIM, Known(providers_on_account=3)))

    def test_people_who_go_round_together(self) -> None:
        assert company.same_circle(Suspect(CLAIM, Known(companions=3)))
        assert not company.same_circle(Suspect(CLAIM, Known(companions=2)))

    def test_what_an_investigation_found_is_told_again(self) -> None:
        known = Known(flagged=("PHANTOM in CLM-2025-00007",))
        assert company.flagged_before(Suspect(CLAIM, known)) == "PHANTOM in CLM-2025-00007"


def test_what_is_usual_follows_the_latest_claims() -> None:
    like = Alike([(100, frozenset("A"))] * LATEST)
    for _ in range(LATEST - 1):
        like.add(300, frozenset("BC"))
    assert (len(like), like.with_service("A"), like.with_both("B", "C")) == (LATEST, 1, LATEST - 1)
    assert (like.usual_total, like.usual_services) == (300, 2)
    like.add(300, frozenset("BC"))
    assert like.with_service("A") == 0


def test_a_claim_without_anything_odd_scores_nothing() -> None:
    found = score(suspect(earlier("there", 3)))
    assert (found.value, found.reasons, found.words) == (Decimal(0), (), ())


def test_the_strongest_rule_counts_whole_and_others_a_quarter() -> None:
    """A duplicate (0.85) at three times the price (0.40) scores 0.85 + 0.10."""
    known = Known(recent=(TestDuplicates.same,), usual_prices={"CON-001": Decimal(800_000)})
    found = score(Suspect(CLAIM, known))
    assert found.value == Decimal("0.95")
    assert found.reasons == ("NEAR_DUPLICATE", "PRICE_OUTLIER")
    assert "CON-001" in found.words[1]
    assert found.kind == "duplicate"


def test_nothing_is_more_than_almost_certain() -> None:
    amounts = tuple(earlier(f"c{n}", n, CLAIM.billed) for n in range(1, 5))
    found = score(suspect(*amounts, TestDuplicates.same))
    assert found.value == CERTAIN
    assert found.reasons == ("FREQUENCY_ABUSE", "NEAR_DUPLICATE", "SAME_AMOUNTS")


def test_every_rule_has_a_code_of_its_own_and_says_what_it_looks_for() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.meaning.endswith(".") and rule.kind for rule in RULES)


@given(
    st.lists(
        st.builds(
            earlier,
            st.sampled_from(["here", "a", "b", "c", "d", "e"]),
            st.integers(0, 40),
            st.sampled_from([1_000_000, CLAIM.billed]),
            st.sampled_from(["CON-001", "LAB-014"]),
        ),
        max_size=12,
    )
)
def test_a_score_is_within_bounds_and_says_why_exactly_when_it_is_not_zero(
    claims: list[SeenClaim],
) -> None:
    found = score(suspect(*claims))
    assert 0 <= found.value <= CERTAIN
    assert bool(found.value) == bool(found.reasons) == bool(found.words)
    assert set(found.reasons) <= {rule.code for rule in RULES}
    assert score(suspect(*reversed(claims))) == found, "the order of the claims says nothing"
