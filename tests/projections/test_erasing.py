"""Tables that held a person are written anew, once nobody can still see what their rows were."""

import threading
from collections.abc import Iterator

import pytest

from adapters.postgres import Connection, connect
from adapters.traces import TRACES
from projections.erasing import scrub
from tests.support.servers import TestServers


@pytest.fixture(params=["it sees what was", "it has written", "it has written elsewhere"])
def reader(
    request: pytest.FixtureRequest, database_url: str, servers: TestServers
) -> Iterator[Connection]:
    """Somebody else, whose transaction sees or may yet see the ledger as it was when it began."""
    place = servers.admin_url if request.param.endswith("elsewhere") else database_url
    with connect(place, application="another-program") as conn:
        if request.param == "it sees what was":
            conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            conn.execute("SELECT count(*) FROM es_event").fetchone()
        else:
            conn.execute("BEGIN")
            conn.execute("SELECT pg_current_xact_id()").fetchone()
        yield conn


def test_what_an_older_transaction_sees_is_waited_for(
    database_url: str, reader: Connection
) -> None:
    told: list[list[str]] = []
    scrubbing = threading.Thread(target=lambda: told.append(scrub(database_url, ())))
    scrubbing.start()
    scrubbing.join(0.5)
    assert scrubbing.is_alive()
    reader.execute("COMMIT")
    scrubbing.join(30)
    assert told == [[]]


@pytest.mark.usefixtures("reader")
def test_what_it_sees_for_too_long_is_named(database_url: str) -> None:
    assert scrub(database_url, (), patience=0.1) == [*TRACES, "pg_catalog.pg_statistic"]
