"""One running API for the tests of a process; tests that need another start their own."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from adapters.settings import Settings
from tests.api.book import Book, make_book
from tests.api.running import MakeSettings, RunningApi, running_api, settings_for
from tests.support.servers import DatabaseMaker, TestServers, worker_number


@pytest.fixture(scope="session")
def own_settings(
    servers: TestServers, new_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> MakeSettings:
    """Makes settings of an API with a database and folder of its own; what is named is changed."""

    def make(**changed: Any) -> Settings:
        redis_url, state = servers.redis_for(worker_number()), tmp_path_factory.mktemp("state")
        return settings_for(new_database(), redis_url, state, **changed)

    return make


@pytest.fixture(scope="session")
def api(own_settings: MakeSettings) -> Iterator[RunningApi]:
    """The API on a database of its own, with live read models and without rate limits."""
    with running_api(own_settings()) as running:
        yield running


@pytest.fixture
def admin(api: RunningApi) -> httpx2.Client:
    return api.as_role("admin")


@pytest.fixture(scope="session")
def book(api: RunningApi) -> Book:
    """A scheme, a provider, a member and a policy, for tests that only add to them."""
    return make_book(api.as_role("admin"))
