"""The reinsured insurer, before and after its first month."""

import random
from collections.abc import Iterator

import pytest

from adapters.event_store import EventStore, open_store
from domain.events import CATALOGUE
from tests.projections.book import Book
from tests.treaties.reinsured import Reinsured, reinsure


@pytest.fixture
def store(database_url: str) -> Iterator[EventStore]:
    with open_store(database_url, CATALOGUE) as opened:
        yield opened


@pytest.fixture
def insurer(store: EventStore, database_url: str) -> Reinsured:
    """Members, policies, both treaties, and no claim yet."""
    book = Book(store, random.Random(7))
    book.open()
    return reinsure(book, database_url)


@pytest.fixture
def january(insurer: Reinsured) -> Reinsured:
    """The same after a month of claims."""
    insurer.month(1, 40)
    return insurer
