"""What single questions answer: what was known at a position, what is waited for."""

import threading
import time
from datetime import date
from decimal import Decimal

from adapters.event_store import EventStore
from adapters.postgres import Pool, connect
from domain.claim.events import ClaimSubmitted
from projections import PROJECTIONS
from projections.claims_known import FEWEST, ClaimsDeskKnows
from projections.running import catch_up
from projections.waiting import wait_for
from tests.projections.book import Book

LONG_AGO = date(2000, 1, 1)


def test_recent_claims_are_those_known_at_the_position(
    book: Book, store: EventStore, database_url: str
) -> None:
    book.submit_many(30)
    catch_up(database_url, PROJECTIONS)
    events = [e for e in store.read_after(0, 10_000) if isinstance(e.fact, ClaimSubmitted)]
    pool = Pool(database_url)
    knows = ClaimsDeskKnows(pool, 1)
    for at in (events[4], events[17], events[-1]):
        member = at.fact.member_id
        told = knows.recent_claims(member, LONG_AGO, at.position)
        expected = [e for e in events if e.position <= at.position and e.fact.member_id == member]
        assert [claim.claim_id for claim in told] == [e.stream_id for e in expected]
        assert [claim.billed for claim in told] == [e.fact.billed for e in expected]
        assert told[-1].codes == {line.code for line in at.fact.lines}
        day = at.fact.service_from
        since = knows.recent_claims(member, day, at.position)
        assert all(claim.service_from >= day for claim in since)
    assert ClaimsDeskKnows(pool, 2).recent_claims(events[0].fact.member_id, LONG_AGO, 10**9) == ()
    pool.close()


def test_the_usual_price_is_the_median_of_what_was_known(
    book: Book, store: EventStore, database_url: str
) -> None:
    book.submit_many(120)
    catch_up(database_url, PROJECTIONS)
    events = [e for e in store.read_after(0, 10_000) if isinstance(e.fact, ClaimSubmitted)]
    pool = Pool(database_url)
    knows = ClaimsDeskKnows(pool, 1)
    middle = events[100]
    prices = sorted(
        Decimal(line.billed.minor) / line.quantity
        for e in events
        if e.position <= middle.position
        for line in e.fact.lines
        if line.code == "LAB1"
    )
    assert len(prices) >= FEWEST
    assert knows.usual_price("LAB1", middle.position) == prices[(len(prices) - 1) // 2]
    assert knows.usual_price("LAB1", events[3].position) is None, "too few are known"
    assert knows.usual_price("UNHEARD", 10**9) is None
    pool.close()


def test_a_reader_waits_until_its_own_write_is_shown(book: Book, database_url: str) -> None:
    catch_up(database_url, PROJECTIONS)
    book.submit("auto")
    book.flush()
    last = book.store.safe_position()
    names = ["claims", "payments"]
    with connect(database_url) as conn:
        assert not wait_for(conn, last, 0.05, names), "nobody projects"
        later = threading.Timer(0.2, catch_up, (database_url, PROJECTIONS))
        later.start()
        started = time.monotonic()
        assert wait_for(conn, last, 10, names)
        assert time.monotonic() - started >= 0.1
        later.join()
        assert wait_for(conn, last, 0, names)
        assert not wait_for(conn, last, 0, ["claims", "unheard"])
