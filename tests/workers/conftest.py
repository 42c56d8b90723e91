"""An insurer over servers of the test's own, and its tasks, with nothing running."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.postgres import Pool
from adapters.reaction_failures import ReactionFailures
from adapters.reaction_tasks import ReactionTasks
from tests.support.insurer import Insurer, settings_for


@pytest.fixture
def insurer(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Insurer]:
    opened = Insurer(settings_for(database_url, redis_url, tmp_path))
    opened.open_for_business()
    yield opened
    opened.desk.store.close()


@pytest.fixture
def pool(database_url: str) -> Iterator[Pool]:
    opened = Pool(database_url)
    yield opened
    opened.close()


@pytest.fixture
def tasks(pool: Pool) -> ReactionTasks:
    return ReactionTasks(pool, 1)


@pytest.fixture
def failures(pool: Pool) -> ReactionFailures:
    return ReactionFailures(pool, 1)
