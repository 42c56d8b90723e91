"""`bima rebuild`, `verify`, `replay` and `bordereau` as somebody would give them."""

import json
from pathlib import Path

from adapters.postgres import connect
from projections import PROJECTIONS
from projections.running import catch_up
from tests.projections.book import Book
from tests.support.commands import bima


def test_verify_tells_what_holds_and_what_does_not(
    full_book: Book, database_url: str, tmp_path: Path
) -> None:
    catch_up(database_url, PROJECTIONS)
    clean = bima(database_url, tmp_path, "verify", "--json")
    assert clean.returncode == 0, clean.stderr
    checks = [json.loads(line) for line in clean.stdout.splitlines()]
    assert len(checks) > 20
    assert all(check["holds"] and check["faults"] == [] for check in checks)
    with connect(database_url) as conn:
        conn.execute("UPDATE payments SET bank_reference = 'BNK-FALSE' WHERE stage = 'confirmed'")
    tampered = bima(database_url, tmp_path, "verify")
    assert tampered.returncode == 1
    assert "FAILS" in tampered.stdout
    assert "payments" in tampered.stdout
    assert "is not what the log says" in tampered.stdout


def test_rebuild_names_what_there_is(full_book: Book, database_url: str, tmp_path: Path) -> None:
    done = bima(database_url, tmp_path, "rebuild", "claims")
    assert done.returncode == 0, done.stderr
    assert "swapped" in done.stdout
    wrong = bima(database_url, tmp_path, "rebuild", "claim")
    assert wrong.returncode == 2
    assert "claim_inbox" in wrong.stderr


def test_replay_tells_a_claim_in_words_and_as_json(
    full_book: Book, database_url: str, tmp_path: Path
) -> None:
    catch_up(database_url, PROJECTIONS)
    with connect(database_url) as conn:
        row = conn.execute(
            "SELECT number FROM claims WHERE payment_id IS NOT NULL ORDER BY number"
        ).fetchone()
    assert row is not None
    told = bima(database_url, tmp_path, "replay", "claim", row[0])
    assert told.returncode == 0, told.stderr
    for words in ("came in from", "How it was decided", "copay", "the bank paid", "stage:"):
        assert words.lower() in told.stdout.lower()
    as_data = json.loads(bima(database_url, tmp_path, "replay", "claim", row[0], "--json").stdout)
    assert as_data["subject"] == f"claim {row[0]}"
    assert {"position", "words", "actor", "caused_by", "fact"} <= set(as_data["events"][0])
    unknown = bima(database_url, tmp_path, "replay", "claim", "CLM-1")
    assert (unknown.returncode, unknown.stderr) == (1, "bima: there is no claim CLM-1\n")
    wrong = bima(database_url, tmp_path, "replay", "claim", row[0], "--known-at", "yesterday")
    assert wrong.returncode == 2


def test_bordereau_writes_a_file_and_tells_its_totals(
    full_book: Book, database_url: str, tmp_path: Path
) -> None:
    catch_up(database_url, PROJECTIONS)
    file = tmp_path / "january.csv"
    words = ("bordereau", "claims", "--period", "2025-01", "-o", str(file))
    told = bima(database_url, tmp_path, *words)
    assert told.returncode == 0, told.stderr
    assert "paid_this_period_indemnity" in told.stdout
    as_data = json.loads(bima(database_url, tmp_path, *words, "--json").stdout)
    assert as_data["sha256"] in told.stdout
    assert as_data["rows"] == len(file.read_text().splitlines()) - 1
    wrong = bima(database_url, tmp_path, "bordereau", "claims", "--period", "2025-1")
    assert wrong.returncode == 1
    assert "not a month" in wrong.stderr
