"""`bima evidence` as somebody would give it, and its file as an auditor would check it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adapters.postgres import connect
from adapters.sealer import Sealer
from adapters.secret_keys import log_signing_key
from projections import PROJECTIONS
from projections.running import catch_up
from tests.projections.book import Book
from tests.support.commands import bima

Checked = subprocess.CompletedProcess[str]


@pytest.fixture
def sealed(full_book: Book, database_url: str, tmp_path: Path) -> Sealer:
    """The book's ledger, sealed in two steps, and its read models."""
    catch_up(database_url, PROJECTIONS)
    conn = connect(database_url)
    sealer = Sealer(conn, log_signing_key(tmp_path / "secrets"))
    assert sealer.take_over()
    safe, _ = sealer.bounds()
    for bound in (safe // 2, safe):
        while sealer.seal(bound):
            pass
    conn.close()
    return sealer


def alone(verifier: Path, *words: str | Path) -> Checked:
    """The verifier as it runs elsewhere: without this project and without any library."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(verifier), *map(str, words)],
        cwd=verifier.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip


def a_claim(database_url: str) -> str:
    with connect(database_url) as conn:
        row = conn.execute(
            "SELECT number FROM claims WHERE paid_minor > 0 ORDER BY number LIMIT 1"
        ).fetchone()
    assert row is not None
    return str(row[0])


def altered(path: Path, to: Path, change: Any) -> Path:
    document = json.loads(path.read_text())
    change(document)
    to.write_text(json.dumps(document))
    return to


def test_the_evidence_of_a_claim_is_checked_by_one_file_alone(
    sealed: Sealer, database_url: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    file, elsewhere = out / "claim.json", tmp_path / "elsewhere"
    number = a_claim(database_url)
    written = bima(
        database_url, tmp_path, "evidence", "claim", number, "-o", str(file), "--with-verifier"
    )
    assert written.returncode == 0, written.stderr
    assert number in written.stdout
    key = bima(database_url, tmp_path, "evidence", "key").stdout.strip()
    log, held = out / "log.jsonl", out / "held.txt"
    assert bima(database_url, tmp_path, "evidence", "log", "-o", str(log)).returncode == 0
    held.write_text(bima(database_url, tmp_path, "evidence", "checkpoint").stdout)
    shutil.move(out, elsewhere)
    verifier, file = elsewhere / "verify_evidence.py", elsewhere / "claim.json"
    log, held = elsewhere / "log.jsonl", elsewhere / "held.txt"

    told = alone(verifier, file, "--key", key, "--log", log, "--checkpoint", held)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.startswith("PROVEN")
    assert "the log is what was sealed" in told.stdout
    assert "taken from the file" in alone(verifier, file).stdout
    assert alone(verifier, log, "--key", key, "--checkpoint", held).returncode == 0

    document = json.loads(file.read_text())
    assert any(event["name"] == "claim.submitted" for event in document["events"])
    assert all(event["words"] for event in document["events"])
    for name, change in ALTERATIONS.items():
        wrong = alone(verifier, altered(file, elsewhere / "altered.json", change), "--key", key)
        assert wrong.returncode == 1, name
        assert wrong.stdout.startswith("NOT PROVEN"), (name, wrong.stderr)


def _event(document: Any) -> Any:
    return document["events"][len(document["events"]) // 2]


ALTERATIONS: dict[str, Any] = {
    "an amount": lambda d: _event(d).update(data=_event(d)["data"].replace("1", "2", 1) + " "),
    "who": lambda d: _event(d).update(actor="somebody"),
    "when": lambda d: _event(d).update(recorded_at="2020-01-01T00:00:00.000000Z"),
    "the place in the log": lambda d: _event(d).update(index=0),
    "the position": lambda d: _event(d).update(position=1),
    "the path": lambda d: _event(d)["path"].reverse(),
    "a hash of the path": lambda d: _event(d)["path"].pop(),
    "the event's own hash": lambda d: _event(d).update(hash="00" * 32),
    "the root": lambda d: d.update(checkpoint=d["checkpoint"].replace("\n\n", "=\n\n", 1)),
    "the size": lambda d: d.update(checkpoint=d["checkpoint"].replace("position ", "position 1")),
    "no signature": lambda d: d.update(checkpoint=d["checkpoint"].partition("\n\n")[0] + "\n\n"),
    "a field less": lambda d: _event(d).pop("reason"),
    "another format": lambda d: d.update(format="bima.evidence.9"),
}


def test_a_later_checkpoint_is_shown_to_follow_from_an_earlier_one(
    sealed: Sealer, database_url: str, tmp_path: Path
) -> None:
    with connect(database_url) as conn:
        sizes = [
            size for (size,) in conn.execute("SELECT tree_size FROM seal_checkpoint ORDER BY 1")
        ]
    file, verifier = tmp_path / "since.json", tmp_path / "verify_evidence.py"
    done = bima(
        database_url, tmp_path, "evidence", "checkpoint", "--since", str(sizes[0]),
        "-o", str(file), "--with-verifier",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = alone(verifier, file)
    assert f"this log begins with that of {sizes[0]} events" in told.stdout
    missing = bima(database_url, tmp_path, "evidence", "checkpoint", "--since", "3")
    assert (missing.returncode, missing.stderr.strip()) == (
        1, "bima: there is no checkpoint over exactly 3 events",
    )  # fmt: skip

    def other_way(document: Any) -> None:
        document["since"]["path"][0] = "00" * 32

    wrong = alone(verifier, altered(file, tmp_path / "altered.json", other_way))
    assert "history was changed" in wrong.stdout


def test_what_is_not_there_or_not_sealed_is_said(
    full_book: Book, database_url: str, tmp_path: Path
) -> None:
    catch_up(database_url, PROJECTIONS)
    unsealed = bima(database_url, tmp_path, "evidence", "log")
    assert unsealed.returncode == 1
    assert "nothing is sealed yet" in unsealed.stderr
    unknown = bima(database_url, tmp_path, "evidence", "claim", "CLM-0000-00000")
    assert unknown.returncode == 1
    assert "there is no claim" in unknown.stderr
    kind = bima(database_url, tmp_path, "evidence", "clam", "x")
    assert kind.returncode == 2
