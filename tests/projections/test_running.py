"""Every event counts once: sent twice, in batches of any size, beside a rival, after a failure."""

import pytest

from adapters.postgres import connect
from projections import PROJECTIONS
from projections.running import Projector, Runner, catch_up
from tests.projections.book import Book
from tests.projections.digests import digests


@pytest.mark.parametrize("size", [1, 7, 100])
def test_rows_are_the_same_whatever_the_size_of_the_batches(
    told_book: Book, database_url: str, size: int
) -> None:
    catch_up(database_url, PROJECTIONS)
    at_once = digests(database_url)
    assert [name for name, (count, _) in at_once.items() if not count] == []
    empty(database_url)
    catch_up(database_url, PROJECTIONS, largest=size)
    assert digests(database_url) == at_once


def test_events_that_are_sent_twice_change_nothing(told_book: Book, database_url: str) -> None:
    catch_up(database_url, PROJECTIONS)
    before = digests(database_url)
    with connect(database_url) as conn:
        projector = Projector([Runner(projection) for projection in PROJECTIONS])
        for runner in projector.runners:  # as one would who had not seen what was done
            runner.position = 0
        safe = projector.scan.safe_position(conn)[0]
        projector.round(conn, safe)
        assert {runner.position for runner in projector.runners} == {safe}
    assert digests(database_url) == before


def empty(database_url: str) -> None:
    with connect(database_url) as conn:
        for projection in PROJECTIONS:
            for table in projection.tables:
                conn.execute(f"TRUNCATE {table.name}")
        conn.execute("UPDATE es_checkpoint SET position = 0")
