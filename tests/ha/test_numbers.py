"""A number that was given out is not given to anybody else after the server has been killed."""

import signal
from pathlib import Path

from adapters.event_store import open_store
from deploy.postgres import PostgresServer
from migrations.apply import apply
from tests.adapters.premiums import CATALOGUE

TIMES = 3


def test_a_number_outlives_its_server(tmp_path: Path) -> None:
    """Whoever was given it still has it, and uses it once the server is back."""
    server = PostgresServer(tmp_path)
    url = server.start()
    try:
        apply(url)
        given: list[int] = []
        for _ in range(TIMES):
            with open_store(url, CATALOGUE) as store:
                given += [*store.take_numbers("PAY|2026"), *store.take_numbers("PAY|2026", 3)]
            assert server.process is not None
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            url = server.start()
        with open_store(url, CATALOGUE) as store:
            given += store.take_numbers("PAY|2026")
    finally:
        server.stop()
    assert given == sorted(set(given))
