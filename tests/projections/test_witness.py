"""A witness outside signs what follows from what it saw, and nothing else."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from adapters import seal_rows
from adapters.checkpoints import BadCheckpoint, Key, read
from adapters.envelope import Change, Loaded
from adapters.event_store import EventStore, open_store
from adapters.postgres import Connection, connect
from adapters.seal_verification import verify_seals
from adapters.sealer import Sealer
from adapters.secret_keys import log_signing_key
from adapters.witnessing import NotWitnessed, Witness, keep, to_witness, trust
from cli.witness import answered, asked
from deploy.folders import PROJECT
from tests.adapters.premiums import CATALOGUE, Account, meta, paid
from tests.support.commands import bima

NOW = datetime(2026, 3, 5, 8, 30, tzinfo=UTC)


@pytest.fixture
def conn(database_url: str) -> Iterator[Connection]:
    with connect(database_url) as opened:
        yield opened


@pytest.fixture
def sealer(conn: Connection, tmp_path: Path) -> Sealer:
    made = Sealer(conn, log_signing_key(tmp_path / "secrets"))
    assert made.take_over()
    return made


@pytest.fixture
def log(database_url: str) -> Iterator[EventStore]:
    with open_store(database_url, CATALOGUE) as opened:
        yield opened


def grow(log: EventStore, sealer: Sealer, events: int) -> None:
    change = Change(Loaded(uuid4(), 0, Account()), tuple(paid(n) for n in range(events)))
    log.append_together((change,), meta())
    sealer.seal(sealer.bounds()[0])


def test_a_log_that_only_grows_is_cosigned_and_the_signature_kept(
    log: EventStore, sealer: Sealer, conn: Connection, tmp_path: Path
) -> None:
    witness = Witness(tmp_path / "witness", "audit.example")
    trust(conn, witness.key)
    seen = 0
    for more in (3, 300, 1, 0):
        if more:
            grow(log, sealer, more)
        note, key, path = to_witness(conn, seen)
        keep(conn, read(note)[0], witness.cosign(note, key, path, NOW))
        seen = read(note)[0].size
    last = seal_rows.last_checkpoint(conn)
    assert last is not None
    checkpoint, signatures = read(seal_rows.note(conn, last))
    assert checkpoint.size == 304
    assert [signature.name for signature in signatures][1:] == ["audit.example"]
    result = verify_seals(conn)
    assert (result.cosignatures, result.faults) == (3, [])


def test_a_history_that_was_changed_is_not_cosigned_even_if_we_sign_it(
    log: EventStore, sealer: Sealer, conn: Connection, tmp_path: Path
) -> None:
    witness = Witness(tmp_path / "witness", "audit.example")
    grow(log, sealer, 5)
    note, key, path = to_witness(conn, 0)
    witness.cosign(note, key, path, NOW)
    with conn.transaction():
        conn.execute("SET LOCAL session_replication_role = replica")
        conn.execute("UPDATE es_event SET hash = sha256('x') WHERE version = 2")
        conn.execute("DELETE FROM seal_checkpoint")
        conn.execute("DELETE FROM seal_tile")
    conn.execute("SELECT pg_advisory_unlock_all()")
    again = Sealer(conn, log_signing_key(tmp_path / "secrets"))
    assert again.take_over()
    grow(log, again, 4)
    note, key, path = to_witness(conn, 5)
    with pytest.raises(NotWitnessed, match="history was changed"):
        witness.cosign(note, key, path, NOW)
    seen = witness.last_seen()
    assert seen is not None
    assert seen.size == 5, "what was refused is not remembered"


def test_an_older_copy_another_log_and_another_key_are_not_cosigned(
    log: EventStore, sealer: Sealer, conn: Connection, tmp_path: Path
) -> None:
    witness = Witness(tmp_path / "witness", "audit.example")
    grow(log, sealer, 5)
    early = to_witness(conn, 0)
    grow(log, sealer, 4)
    note, key, path = to_witness(conn, 0)
    witness.cosign(note, key, path, NOW)
    with pytest.raises(NotWitnessed, match="something was taken away"):
        witness.cosign(early[0], key, [], NOW)
    forger = Key(key.name, key.kind, bytes(reversed(key.public)))
    with pytest.raises(NotWitnessed, match="not signed with the log's key"):
        witness.cosign(note, forger, path, NOW)
    with pytest.raises(NotWitnessed, match="not a checkpoint"):
        witness.cosign("x", key, path, NOW)
    assert answered(witness, key, b"old 5\n\n" + note.encode())[0] == 409
    assert answered(witness, key, b"x")[0] == 400
    stranger = Key("another", key.kind, key.public)
    assert answered(witness, stranger, b"old 9\n\n" + note.encode())[0] == 404


def test_a_signature_is_kept_only_if_it_is_one_of_a_trusted_witness(
    log: EventStore, sealer: Sealer, conn: Connection, tmp_path: Path
) -> None:
    grow(log, sealer, 5)
    note, key, path = to_witness(conn, 0)
    witness = Witness(tmp_path / "witness", "audit.example")
    signature = witness.cosign(note, key, path, NOW)
    checkpoint = read(note)[0]
    with pytest.raises(NotWitnessed, match="nobody trusts"):
        keep(conn, checkpoint, signature)
    with pytest.raises(NotWitnessed, match="key of a log"):
        trust(conn, key)
    trust(conn, witness.key)
    grow(log, sealer, 1)
    other = read(to_witness(conn, 0)[0])[0]
    with pytest.raises(NotWitnessed, match="not one of"):
        keep(conn, other, signature)
    with pytest.raises(BadCheckpoint):
        Key.read("audit.example")
    keep(conn, checkpoint, signature)
    keep(conn, checkpoint, signature)


def test_a_witness_over_http_and_its_name_under_the_evidence(
    log: EventStore, sealer: Sealer, conn: Connection, database_url: str, tmp_path: Path
) -> None:
    grow(log, sealer, 5)
    key = bima(database_url, tmp_path, "evidence", "key").stdout.strip()
    folder = str(tmp_path / "witness")
    options = ["--folder", folder, "--name", "audit.example"]
    with subprocess.Popen(
        [sys.executable, "-m", "cli", "witness", "serve", "--log-key", key, "--port", "0",
         *options],
        cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as server:  # fmt: skip
        try:
            assert server.stdout is not None
            word = server.stdout.readline().split()[1]
            url = server.stdout.readline().split()[-1]
            with pytest.raises(NotWitnessed, match="nobody trusts"):
                asked(conn, url)
            assert bima(database_url, tmp_path, "witness", "trust", word).returncode == 0
            grow(log, sealer, 2)
            assert asked(conn, url) == (7, ["audit.example"])
            told = bima(database_url, tmp_path, "witness", "ask", url)
            assert told.stdout.strip() == (
                "The checkpoint over 7 events is cosigned by audit.example."
            )
        finally:
            server.kill()
    file = tmp_path / "log.jsonl"
    bima(database_url, tmp_path, "evidence", "log", "-o", str(file), "--with-verifier")
    verifier = shutil.copy(tmp_path / "verify_evidence.py", tmp_path / "alone.py")

    def alone(*words: str) -> str:
        return subprocess.run(
            [sys.executable, "-I", "-S", verifier, str(file), "--key", key, *words],
            capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip

    assert "witnessed by audit.example" in alone("--witness", word)
    away = bima(database_url, tmp_path, "witness", "ask", url)
    assert away.returncode == 1
    assert "does not answer" in away.stderr
