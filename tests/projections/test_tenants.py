"""Two insurers in one database: their rows stand side by side and never meet."""

import random
from collections.abc import Iterator

import pytest

from adapters.event_store import open_store
from adapters.postgres import connect
from domain.events import CATALOGUE
from projections import PROJECTIONS
from projections.rebuilding import Rebuild
from projections.running import catch_up
from projections.verifying import verify
from tests.projections.book import Book
from tests.projections.digests import digests


@pytest.fixture
def two_books(database_url: str) -> Iterator[tuple[Book, Book]]:
    """The same seed twice: the same ids, in the logs of two insurers, written by turns."""
    with (
        open_store(database_url, CATALOGUE, tenant=1) as one,
        open_store(database_url, CATALOGUE, tenant=2) as two,
    ):
        books = Book(one, random.Random(3)), Book(two, random.Random(3))
        for book in books:
            book.open(6)
        for _ in range(4):
            for book in books:
                book.submit_many(4)
        yield books


def test_rows_of_two_insurers_stand_side_by_side(
    two_books: tuple[Book, Book], database_url: str
) -> None:
    catch_up(database_url, PROJECTIONS, largest=50)
    with connect(database_url) as conn:
        for projection in PROJECTIONS:
            for table in projection.tables:
                counts = conn.execute(
                    f"SELECT tenant, count(*) FROM {table.name} GROUP BY tenant ORDER BY tenant"
                ).fetchall()
                assert [tenant for tenant, _ in counts] in ([1, 2], []), table.name
                assert len({count for _, count in counts}) <= 1, table.name
        same = conn.execute(
            "SELECT count(*), count(DISTINCT claim_id), count(DISTINCT position) FROM claims"
        ).fetchone()
    assert same == (32, 16, 32), "the same ids, each with its own events"


def test_a_rebuild_and_a_verification_are_of_all_insurers(
    two_books: tuple[Book, Book], database_url: str
) -> None:
    catch_up(database_url, PROJECTIONS)
    before = digests(database_url)
    Rebuild(database_url, PROJECTIONS).run()
    assert digests(database_url) == before
    assert [check.name for check in verify(database_url) if not check.holds] == []
