"""An empty ledger, and one with a year's worth of every kind of event in it."""

import random
from collections.abc import Iterator
from copy import deepcopy

import pytest

from adapters.event_store import EventStore, open_store
from adapters.person_keys import person_keys
from domain.events import CATALOGUE
from projections import PROJECTIONS
from projections.running import catch_up
from tests.projections.book import Book
from tests.support.servers import TestServers


def filled(book: Book) -> Book:
    """Told of claims of every fate, of two that were taken over, and of all that is around them."""
    book.open()
    book.submit_many(40)
    book.take_over(125_000, 80_000, 45_000)
    book.take_over(50_000, 40_000, 20_000)
    book.reinsure()
    book.around()
    book.close_a_month()
    return book


@pytest.fixture(scope="session")
def kept_book(servers: TestServers) -> Iterator[tuple[str, Book]]:
    """A filled ledger, its read models up to date: where it is, and what its maker knows of it.

    Made once; nobody changes it.
    """
    url = servers.new_database()
    with open_store(url, CATALOGUE) as opened:
        book = filled(Book(opened, random.Random(7)))
    catch_up(url, PROJECTIONS)
    person_keys(url).close()
    yield url, book
    servers.drop_database(url)


@pytest.fixture
def database_url(servers: TestServers, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of this test's own: a copy of the kept one for those who ask for `full_book`."""
    if "full_book" in request.fixturenames:
        url = servers.new_database(request.getfixturevalue("kept_book")[0])
    else:
        url = servers.new_database()
    yield url
    servers.drop_database(url)


@pytest.fixture
def store(database_url: str) -> Iterator[EventStore]:
    with open_store(database_url, CATALOGUE) as opened:
        yield opened


@pytest.fixture
def book(store: EventStore) -> Book:
    """Members, policies and providers, and no claim yet."""
    opened = Book(store, random.Random(7))
    opened.open()
    return opened


@pytest.fixture
def full_book(store: EventStore, kept_book: tuple[str, Book]) -> Book:
    """A filled ledger of the test's own, its read models up to date."""
    kept = kept_book[1]
    copied: Book = deepcopy(kept, {id(kept.store): store})
    return copied


@pytest.fixture
def told_book(store: EventStore) -> Book:
    """A filled ledger that no read model follows yet."""
    return filled(Book(store, random.Random(7)))
