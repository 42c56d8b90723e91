"""What single questions answer: what was known at a position, what is waited for."""

import threading
import time
from datetime import date

from adapters.postgres import connect
from projections import PROJECTIONS
from projections.running import catch_up
from projections.waiting import wait_for
from tests.projections.book import Book

LONG_AGO = date(2000, 1, 1)


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
