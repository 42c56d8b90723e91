"""An insurer that is open for business, over servers of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.insurer import Insurer, settings_for


@pytest.fixture
def insurer(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Insurer]:
    opened = Insurer(settings_for(database_url, redis_url, tmp_path))
    opened.open_for_business()
    yield opened
    opened.desk.store.close()
