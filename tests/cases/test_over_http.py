"""The claim cases end to end: over HTTP, through the workers, on a real PostgreSQL."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from cli.case_files.comparing import differences
from tests.cases.http import commercial, scheme
from tests.cases.http.office import Json, Office, office
from tests.cases.own_claims import CASES
from tests.support.servers import DatabaseMaker, TestServers, empty, worker_number

AT_ONCE = 6
LEAST = 91
PLAYERS = (commercial, scheme)


@pytest.fixture(scope="module")
def offices(
    servers: TestServers, new_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Office]]:
    """One insurer that keeps its books in shillings, and one in dollars."""
    redis_url = servers.redis_for(worker_number())
    empty(redis_url)
    with ExitStack() as stack:
        made = {}
        for tenant, currency in enumerate(("TZS", "USD"), 1):
            state = tmp_path_factory.mktemp(currency)
            made[currency] = stack.enter_context(
                office(new_database(), redis_url, state, currency, tenant)
            )
        yield made


def test_cases_of_our_own_agree_over_http(offices: dict[str, Office]) -> None:
    assert disagreements(offices, CASES) == {}


def test_the_open_cases_agree_over_http(offices: dict[str, Office], shared_data: Path) -> None:
    cases = [
        case
        for name in ("cases_commercial", "cases_peers", "cases_openimis")
        for case in read(shared_data / "cases" / f"{name}.open.jsonl")
        if any(player.playable(case) for player in PLAYERS)
    ]
    assert len(cases) >= LEAST
    assert disagreements(offices, cases) == {}


def read(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def disagreements(offices: dict[str, Office], cases: list[Json]) -> dict[str, object]:
    """The cases whose figures are others over HTTP, with every difference."""

    def played(case: Json) -> list[str]:
        here = offices[case.get("plan", case).get("currency", "TZS")]
        player = next(player for player in PLAYERS if player.playable(case))
        try:
            return differences(case["expected"], player.played(here, case))
        except AssertionError as refused:  # what the API said instead
            return [str(refused)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(played, cases)
        return {case["id"]: wrong for case, wrong in zip(cases, found, strict=True) if wrong}
