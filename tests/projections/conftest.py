"""An empty ledger, and one with a year's worth of every kind of event in it."""

import random
from collections.abc import Iterator

import pytest

from adapters.event_store import EventStore, open_store
from domain.events import CATALOGUE
from tests.projections.book import Book


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
def full_book(book: Book) -> Book:
    """The same with claims of every fate, and two that were taken over."""
    book.submit_many(40)
    book.take_over(125_000, 80_000, 45_000)
    book.take_over(50_000, 40_000, 20_000)
    book.reinsure()
    book.around()
    book.close_a_month()
    return book
