"""The life of a thing is told in words, across streams, as it was known and as it held."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from adapters.postgres import connect
from domain.policy.events import PolicyTerminated
from projections import PROJECTIONS
from projections.history import Life, NotFound, life
from projections.running import catch_up
from projections.subjects import KINDS
from tests.projections.book import Book


def of(database_url: str, kind: str, asked: object, **when: Any) -> Life:
    with connect(database_url) as conn:
        return life(conn, 1, KINDS[kind], str(asked), **when)


def test_a_claim_is_told_with_its_payment_and_its_benefit(
    full_book: Book, database_url: str
) -> None:
    catch_up(database_url, PROJECTIONS)
    with connect(database_url) as conn:
        row = conn.execute(
            "SELECT claim_id, number FROM claims WHERE stage = 'closed' AND route = "
            "'manager_approval' AND payment_id IS NOT NULL"
        ).fetchone()
    assert row is not None
    told = of(database_url, "claim", row[1])
    assert told == of(database_url, "claim", row[0]), "by number or by id"
    assert told.subject == f"claim {row[1]}"
    own = [event.event for event in told.events if event.own]
    assert own == [
        "claim.submitted", "claim.scored", "claim.adjudicated", "claim.prepared",
        "claim.approved", "claim.paid", "claim.closed",
    ]  # fmt: skip
    others = {event.event for event in told.events if not event.own}
    assert others == {
        "accumulator.benefit_used", "payment.scheduled", "payment.instructed", "payment.confirmed"
    }  # fmt: skip
    assert [e.position for e in told.events] == sorted(e.position for e in told.events)
    behind = {event.event for event in told.background}
    assert {"member.enrolled", "policy.issued", "provider.tariff_published"} <= behind
    assert told.stands["stage"] == "closed"
    assert told.stands["copay"] == "TZS 1,500.00"
    by_name = {event.event: event for event in told.events}
    assert by_name["claim.approved"].changed["stage"] == "adjudicated → approved"
    assert by_name["claim.approved"].actor == "manager"
    assert any("copay" in line and "1,500.00" in line for line in told.explanation)
    assert told.explanation[-1].startswith("Together: billed")


def test_as_known_at_leaves_out_what_was_recorded_later(book: Book, database_url: str) -> None:
    claim_id = book.submit("manager")
    book.flush()
    catch_up(database_url, PROJECTIONS)
    whole = of(database_url, "claim", claim_id)
    adjudicated = next(e for e in whole.events if e.event == "claim.adjudicated")
    then = of(database_url, "claim", claim_id, known_at=adjudicated.recorded_at)
    assert [e.event for e in then.events if e.own] == [
        "claim.submitted", "claim.scored", "claim.adjudicated",
    ]  # fmt: skip
    assert then.stands["stage"] == "adjudicated"
    assert all(e.recorded_at <= adjudicated.recorded_at for e in then.events + then.background)
    before = whole.events[0].recorded_at - timedelta(microseconds=1)
    with pytest.raises(NotFound):
        of(database_url, "claim", claim_id, known_at=before)


def test_what_was_known_and_what_was_in_force_differ(book: Book, database_url: str) -> None:
    taken = book.take_over(1_000, 800)  # it holds from 2019 and was recorded now
    catch_up(database_url, PROJECTIONS)
    assert of(database_url, "claim", taken, effective_on=date(2019, 12, 31)).stands
    known = book.now - timedelta(days=365)
    with pytest.raises(NotFound):
        of(database_url, "claim", taken, known_at=known)
    with pytest.raises(NotFound):
        of(database_url, "claim", taken, effective_on=date(2018, 1, 1))


def test_every_kind_of_thing_has_a_life(full_book: Book, database_url: str) -> None:
    catch_up(database_url, PROJECTIONS)
    with connect(database_url) as conn:
        for kind in KINDS.values():
            row = conn.execute(
                f"SELECT {kind.table.key[0]} FROM {kind.table.name} LIMIT 1"
            ).fetchone()
            assert row is not None
            told = life(conn, 1, kind, str(row[0]))
            assert told.events
            assert told.events[0].words
            assert told.stands, kind.name


def test_what_is_not_there_is_not_found(full_book: Book, database_url: str) -> None:
    catch_up(database_url, PROJECTIONS)
    for kind, asked in (
        ("claim", "CLM-2031-00001"),
        ("claim", str(uuid4())),
        ("claim", str(full_book.members[0])),  # there, but not a claim
    ):
        with pytest.raises(NotFound):
            of(database_url, kind, asked)


def test_a_story_of_thousands_is_told_by_its_own_commands(book: Book, database_url: str) -> None:
    """An import shares one correlation: the life of one claim is not the life of all."""
    one = next(iter(book.policies.values()))
    story = uuid4()
    for _ in range(300):
        book.tell((uuid4(), [PolicyTerminated(date(2026, 1, 1), "x")]), correlation=story)
    book.tell((one, [PolicyTerminated(date(2026, 1, 1), "gone")]), correlation=story)
    book.flush()
    catch_up(database_url, [p for p in PROJECTIONS if p.name != "policies"])
    told = of(database_url, "policy", one)
    assert len(told.events) < 20
