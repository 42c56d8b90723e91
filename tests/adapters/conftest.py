"""A store over a database of the test's own."""

from collections.abc import Iterator

import pytest

from adapters.event_store import EventStore, open_store
from tests.adapters.premiums import CATALOGUE


@pytest.fixture
def store(database_url: str) -> Iterator[EventStore]:
    with open_store(database_url, CATALOGUE) as opened:
        yield opened
