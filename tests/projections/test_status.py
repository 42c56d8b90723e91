"""`bima status` says who stands still, and why."""

import json
from pathlib import Path

import pytest

from adapters.postgres import connect
from adapters.sealer import Sealer, SealRefused
from adapters.secret_keys import log_signing_key
from projections import PROJECTIONS
from projections.running import catch_up
from tests.projections.book import Book
from tests.projections.test_stopping import paid_claim, with_fault
from tests.support.commands import bima


def problems(database_url: str, state: Path) -> list[str]:
    told = bima(database_url, state, "status", "--json")
    assert told.returncode == 1
    return [str(problem) for problem in json.loads(told.stdout)["problems"]]


def test_a_projection_that_stopped_and_a_sealer_that_refuses_are_named(
    full_book: Book, database_url: str, tmp_path: Path
) -> None:
    catch_up(database_url, PROJECTIONS)
    claim_id, position = paid_claim(database_url)
    with connect(database_url) as conn:
        sealer = Sealer(conn, log_signing_key(tmp_path / "secrets"))
        assert sealer.take_over()
        sealer.seal(sealer.bounds()[0])
        conn.execute("UPDATE es_checkpoint SET position = 0 WHERE name = 'claims'")
        for table in next(p for p in PROJECTIONS if p.name == "claims").tables:
            conn.execute(f"TRUNCATE {table.name}")
        catch_up(database_url, with_fault(claim_id))
        conn.execute("SET session_replication_role = replica")
        conn.execute(
            "UPDATE es_event SET hash = sha256('x') WHERE position = %s", (sealer.position,)
        )
        conn.execute("SELECT pg_advisory_unlock_all()")
        with connect(database_url) as own, pytest.raises(SealRefused):
            Sealer(own, log_signing_key(tmp_path / "secrets")).take_over()
    found = problems(database_url, tmp_path)
    stuck = f"claims is stuck: at position {position} (claim.paid)"
    assert any(problem.startswith(stuck) for problem in found), found
    refused = "sealer is stuck: the log is not what was sealed"
    assert any(problem.startswith(refused) for problem in found), found
    checks = map(json.loads, bima(database_url, tmp_path, "verify", "--json").stdout.splitlines())
    (sealed,) = [check for check in checks if check["name"] == "the log is what was sealed"]
    assert not sealed["holds"]
