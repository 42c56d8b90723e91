"""The made-up book of the demo: the same for a seed, believable, and what it plants is there."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from uuid import UUID, uuid5

import pytest

from cli.demo_book import Book, make_book, planted
from cli.demo_book.plans import BY_CODE, instalments
from domain.member.events import Relationship
from domain.policy import POLICY
from domain.policy.decide import IssuePolicy, LapsePolicy, ReceivePremium
from domain.refusals import Refused

TODAY = date(2026, 3, 17)
NAMES = UUID(int=7)


@pytest.fixture(scope="module")
def book() -> Book:
    return make_book(200, 4, TODAY)


def test_the_same_seed_and_day_give_the_same_book(book: Book) -> None:
    assert make_book(200, 4, TODAY) == book
    assert make_book(200, 5, TODAY) != book


@pytest.mark.parametrize("members", [10, 57, 200, 1000])
def test_a_book_has_exactly_the_members_asked_for(members: int) -> None:
    assert make_book(members, 1, TODAY).members == members


def test_a_book_too_small_for_what_it_shows_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 10 members"):
        make_book(9, 1, TODAY)


def test_nobody_shares_a_national_id_or_is_born_after_a_visit(book: Book) -> None:
    people = [person for family in book.families for person in family.people]
    ids = [p.details.national_id for p in people if p.details.national_id]
    assert len(ids) == len(set(ids))
    assert all(p.details.phone.startswith("+255") for p in people if p.details.phone)
    born = {p.key: p.details.born_on for p in people}
    assert all(born[visit.person] < visit.service_from for visit in book.visits)


def test_every_dependant_has_the_principal_of_the_family(book: Book) -> None:
    for family in book.families:
        principal, *others = family.people
        assert principal.relationship is Relationship.SELF
        assert {person.principal for person in others} <= {principal.key}


def test_visits_lie_in_the_policy_year_and_not_after_today(book: Book) -> None:
    assert book.year.holds(TODAY)
    for visit in (*book.examples, *book.visits):
        assert book.year.from_on <= visit.service_from <= visit.service_until < TODAY
        assert visit.billed.minor > 0


def test_only_those_who_wander_visit_five_facilities(book: Book) -> None:
    """Five claims at five places are what the fraud rule looks for; nobody else may look so."""
    places = defaultdict(set)
    for visit in book.visits:
        places[visit.person].add(visit.facility)
    wandering = {visit.person for visit in book.visits if visit.planted == planted.FREQUENT}
    assert wandering
    assert {person for person, seen in places.items() if len(seen) >= 5} == wandering


def test_what_is_planted_is_there(book: Book) -> None:
    found = Counter(visit.planted for visit in book.visits)
    for oddity in (
        planted.FREQUENT, planted.DUPLICATE, planted.SAME_INVOICE, planted.LAPSED,
        planted.OVERPRICED, "out_of_network",
    ):  # fmt: skip
        assert found[oddity] > 0, oddity
    assert found[""] > 0.9 * len(book.visits)


def test_an_invoice_number_comes_twice_only_where_it_was_sent_twice(book: Book) -> None:
    fresh = [v for v in (*book.examples, *book.visits) if v.planted != planted.SAME_INVOICE]
    numbers = Counter((visit.facility, visit.invoice_no) for visit in fresh)
    assert set(numbers.values()) == {1}


def test_a_family_that_stops_paying_lapses_on_the_day_the_book_says(book: Book) -> None:
    assert book.lapses
    for family in book.families:
        if family.key not in book.lapses:
            continue
        day = book.lapses[family.key]
        parts = instalments(family, book.year)
        assert family.stops_paying_after is not None
        policy = POLICY.fold(
            POLICY.decide(
                POLICY.initial,
                IssuePolicy(
                    number="POL-2026-00001",
                    product_id=uuid5(NAMES, family.plan),
                    holder_id=uuid5(NAMES, family.principal.key),
                    period=book.year,
                    member_ids=tuple(uuid5(NAMES, person.key) for person in family.people),
                    premium=BY_CODE[family.plan].premium(family),
                    instalments=parts,
                ),
            )
        )
        for part in parts[: family.stops_paying_after]:
            received = POLICY.decide(policy, ReceivePremium(part.amount, part.due_on, "M-PESA"))
            policy = POLICY.fold(received, policy)
        with pytest.raises(Refused, match=r"policy\.nothing_overdue"):
            POLICY.decide(policy, LapsePolicy(day - timedelta(days=1)))
        assert POLICY.decide(policy, LapsePolicy(day))
        late = [v for v in book.visits if v.family == family.key and v.service_until >= day]
        assert {visit.planted for visit in late} <= {planted.LAPSED}


def test_another_edition_has_other_people_under_the_same_seed(book: Book) -> None:
    """A second demo adds its book beside the first: nobody may be enrolled twice."""

    def ids(of: Book) -> set[str]:
        people = (person for family in of.families for person in family.people)
        return {person.details.national_id for person in people if person.details.national_id}

    assert ids(book).isdisjoint(ids(make_book(200, 4, TODAY, edition=1)))
