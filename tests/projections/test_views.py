"""What a schedule, a card and the work queues show on a day."""

from datetime import date
from uuid import uuid4

import pytest

from adapters.postgres import connect
from domain.periods import Period
from domain.policy import events as policy
from projections import PROJECTIONS
from projections.member_card import card
from projections.policy_schedule import Schedule, schedule
from projections.running import catch_up
from projections.work_queues import queues, waiting
from tests.projections.book import YEAR, Book, tzs


def told(book: Book, database_url: str, on: date, *facts: object) -> Schedule:
    """The schedule of a fresh policy of the first member after these facts."""
    stream, member = uuid4(), book.members[0]
    halves = (
        policy.Instalment(date(2025, 1, 1), tzs(300_000)),
        policy.Instalment(date(2025, 7, 1), tzs(300_000)),
    )
    first = policy.PolicyIssued(
        "POL-X", book.product, member, YEAR, (policy.Covered(member, YEAR),), tzs(600_000), halves
    )
    for fact in (first, *facts):
        book.tell((stream, [fact]))
        book.flush()
    catch_up(database_url, PROJECTIONS)
    with connect(database_url) as conn:
        found = schedule(conn, 1, stream, on)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2024, 12, 31), "not_begun"),
        (date(2025, 1, 1), "active"),
        (date(2025, 8, 1), "lapsed"),
        (date(2025, 8, 31), "lapsed"),
        (date(2025, 9, 1), "active"),
        (date(2025, 11, 1), "terminated"),
        (date(2026, 1, 1), "terminated"),
    ],
)
def test_the_status_is_that_of_the_day(
    book: Book, database_url: str, on: date, status: str
) -> None:
    found = told(
        book,
        database_url,
        on,
        policy.PolicyLapsed(date(2025, 8, 1), tzs(300_000)),
        policy.PolicyRevived(date(2025, 9, 1)),
        policy.PolicyTerminated(date(2025, 11, 1), "moved"),
    )
    assert found.status == status
    assert [covered.covered for covered in found.covered] == [status == "active"]


def test_a_renewed_policy_covers_on_and_a_later_day_is_its_end(
    book: Book, database_url: str
) -> None:
    following = Period(date(2026, 1, 1), date(2027, 1, 1))
    renewed = policy.PolicyRenewed(following, tzs(650_000))
    found = told(book, database_url, date(2026, 5, 1), renewed)
    assert found.status == "active"
    assert found.periods == (YEAR, following)
    assert [c.period.until_on for c in found.covered] == [date(2027, 1, 1)]
    with connect(database_url) as conn:
        later = schedule(conn, 1, found.policy_id, date(2027, 1, 1))
    assert later is not None
    assert later.status == "ended"


def test_premium_pays_the_earliest_instalment_first(book: Book, database_url: str) -> None:
    received = policy.PremiumReceived(tzs(400_000), date(2025, 2, 1), "MPESA")
    july = told(book, database_url, date(2025, 7, 15), received)
    assert [(due.paid, due.overdue) for due in july.instalments] == [
        (tzs(300_000), False),
        (tzs(100_000), False),
    ]
    assert (july.received, july.unpaid) == (tzs(400_000), tzs(200_000))
    with connect(database_url) as conn:
        january = schedule(conn, 1, july.policy_id, date(2025, 1, 31))
        september = schedule(conn, 1, july.policy_id, date(2025, 9, 1))
    assert january is not None
    assert september is not None
    assert (january.received, january.unpaid) == (tzs(0), tzs(300_000)), "not there yet"
    assert [due.overdue for due in september.instalments] == [False, True]


def test_the_card_shows_cover_and_what_was_used(book: Book, database_url: str) -> None:
    book.submit_many(24)
    catch_up(database_url, PROJECTIONS)
    with connect(database_url) as conn:
        cards = [card(conn, 1, member, date(2025, 3, 1)) for member in book.members]
        assert card(conn, 1, uuid4(), date(2025, 3, 1)) is None
        after = card(conn, 1, book.members[0], date(2031, 1, 1))
    assert after is not None
    assert not after.covered
    found = [one for one in cards if one is not None]
    assert all(one.covered for one in found)
    assert {one.number for one in found} != {""}
    dependants = [one for one in found if one.relationship == "child"]
    assert dependants
    assert all(one.principal_number for one in dependants)
    assert any(used.what == "paid" and used.amount_minor for one in found for used in one.used)


def test_the_queues_hold_what_waits_and_for_whom(full_book: Book, database_url: str) -> None:
    catch_up(database_url, PROJECTIONS)
    with connect(database_url) as conn:
        found = {(one.queue, one.kind): one for one in queues(conn, 1)}
        assert ("finance", "claim") in found
        assert ("finance", "payment") in found
        assert ("automatic", "claim") in found
        for (name, kind), queue in found.items():
            listed = [one for one in waiting(conn, 1, name) if one.kind == kind]
            assert len(listed) == queue.count
            assert sum(one.amount_minor for one in listed) == queue.amount_minor
            assert min(one.since for one in listed) == queue.oldest
        assert queues(conn, 2) == []
