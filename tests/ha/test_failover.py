"""A lost primary under load: the standby takes over, and nothing that was acknowledged is lost.

Once in every run; `BIMA_FAILOVERS=5 ./bima test tests/ha` loses five primaries one after another,
with nothing else at work, and then how soon one can write again counts as well.
"""

import os
import threading
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from adapters.envelope import Change, Loaded
from adapters.event_store import EventStore, open_store
from adapters.postgres import connect
from adapters.seal_rows import last_checkpoint
from adapters.seal_verification import verify_seals
from adapters.sealer import Sealer
from adapters.secret_keys import log_signing_key
from adapters.verification import verify_streams
from deploy.servers import APP
from tests.adapters.premiums import CATALOGUE, Account, meta, paid
from tests.support.standby import either, lose, pair, promote
from workers.sealing import Sealing

FAILOVERS = int(os.environ.get("BIMA_FAILOVERS", "1"))
WRITERS, AFTER = 8, 1.0
WRITABLE = 5.0  # seconds after the loss
PATIENCE = 120.0  # of a test that has a busy machine


class Load:
    """Callers that append as fast as they can, and note what was acknowledged, and when."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._stop = threading.Event()
        self.acknowledged: dict[UUID, tuple[int, float, float]] = {}  # position, begun, ended
        self.refused: list[str] = []
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]
        for thread in self._threads:
            thread.start()

    def _write(self) -> None:
        while not self._stop.is_set():
            command, begun = uuid4(), time.monotonic()
            changes = (Change(Loaded(uuid4(), 0, Account()), (paid(1), paid(2))),)
            try:
                receipt = self._store.append_together(changes, meta(command_id=command))
            except Exception as error:  # not acknowledged: nothing was promised
                self.refused.append(f"{type(error).__name__}: {error}")
            else:
                self.acknowledged[command] = receipt.position, begun, time.monotonic()

    def went_on(self, count: int, since: float = 0.0) -> list[float]:
        """When what was begun `since` then was acknowledged, once it is so many."""
        give_up = time.monotonic() + PATIENCE
        while True:
            found = sorted(at for _, begun, at in list(self.acknowledged.values()) if begun > since)
            if len(found) >= count:
                return found
            assert time.monotonic() < give_up, self.refused[-3:]
            time.sleep(0.05)

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)


@pytest.mark.parametrize("nth", range(FAILOVERS))
def test_a_lost_primary_loses_nothing_that_was_acknowledged(nth: int, tmp_path: Path) -> None:
    key = log_signing_key(tmp_path / "secrets")
    with pair(tmp_path, synchronous=True) as (primary, standby):
        address = either(primary, standby)
        sealing = Sealing(address, tmp_path / "secrets")
        sealer = threading.Thread(target=sealing.run)
        sealer.start()
        with open_store(address, CATALOGUE) as store:
            load = Load(store)
            load.went_on(500)
            lose(primary)
            lost_at = time.monotonic()
            promote(standby)
            again = load.went_on(1, since=lost_at)[0]
            time.sleep(AFTER)
            load.end()
        sealing.stop()
        sealer.join(30)
        before = sum(at <= lost_at for *_, at in load.acknowledged.values())
        with connect(standby.url(role=APP)) as conn:
            stored: dict[UUID, int] = dict(
                conn.execute("SELECT command_id, max(position) FROM es_event GROUP BY 1").fetchall()
            )
            held = last_checkpoint(conn)
            faults = verify_seals(conn, key).faults
        lost = [
            command
            for command, (position, *_) in load.acknowledged.items()
            if stored.get(command) != position
        ]
        print(
            f"failover {nth + 1}: {before} acknowledged before, writable after "
            f"{again - lost_at:.2f} s, {len(lost)} lost"
        )
        assert lost == []
        assert FAILOVERS == 1 or again - lost_at < WRITABLE
        assert faults == []
        assert held is not None
        assert verify_streams(standby.url()).faults == []
        with connect(standby.url()) as conn:
            sealer_now = Sealer(conn, key)
            assert sealer_now.take_over(), "the log is what was sealed before and after"
