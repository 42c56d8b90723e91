"""Two hundred ways to falsify a log that was handed out: the verifier of one file finds each.

Whoever checks holds what an auditor holds: the public key, and a checkpoint from the time before.
"""

import copy
import json
import random
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from adapters.checkpoints import Checkpoint, Seal, read, written
from adapters.envelope import Change, Loaded
from adapters.event_store import open_store
from adapters.evidence import log_lines
from adapters.merkle import Tree, leaf_hash
from adapters.postgres import connect
from adapters.seal_rows import LEAF
from adapters.sealer import Sealer
from adapters.secret_keys import log_signing_key
from cli.proving.verify_evidence import Wrong, check, event_hash
from tests.adapters.premiums import CATALOGUE, Account, meta, paid
from tests.support.servers import DatabaseMaker

SEED, FORGERIES = 20_260_305, 200
STREAMS = [UUID(int=number + 7) for number in range(12)]

Lines = list[dict[str, Any]]
Chance = random.Random


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return log_signing_key(tmp_path_factory.mktemp("secrets"))


@pytest.fixture(scope="module")
def honest(new_database: DatabaseMaker, key: bytes) -> Iterator[Lines]:
    """Twelve streams of up to eight events each, interleaved, sealed four times."""
    with open_store(new_database(), CATALOGUE) as store, connect(store.pool.dsn) as conn:
        sealer = Sealer(conn, key)
        assert sealer.take_over()
        heads = {stream: Loaded(stream, 0, Account()) for stream in STREAMS}
        for turn in range(4):
            for number, stream in enumerate(STREAMS):
                facts = tuple(paid(n) for n in range(1 + (turn + number) % 3))
                store.append_together((Change(heads[stream], facts),), meta())
                last = store.stream(stream)[-1]
                heads[stream] = Loaded(stream, last.version, Account(), last.hash)
            sealer.seal(sealer.bounds()[0])
        yield list(log_lines(conn))


def events(lines: Lines) -> list[int]:
    return [at for at, line in enumerate(lines) if "position" in line]


def any_event(lines: Lines, chance: Chance) -> dict[str, Any]:
    return lines[chance.choice(events(lines))]


def rechained(lines: Lines) -> None:
    """Make every hash fit again, as somebody would who knows how hashes are made."""
    last: dict[tuple[int, str], bytes] = {}
    for line in lines:
        if "position" in line:
            stream = line["tenant"], line["stream_id"]
            last[stream] = event_hash(line, last.get(stream, bytes(32)))
            line["hash"] = last[stream].hex()


def resealed(lines: Lines, seal: Seal) -> None:
    """Sign every checkpoint anew over what stands before it."""
    tree, position = Tree(), 0
    for line in lines:
        if "position" in line:
            position = line["position"]
            record = LEAF + position.to_bytes(8, "big") + bytes.fromhex(line["hash"])
            tree.add(leaf_hash(record))
        elif "checkpoint" in line:
            was, _ = read(line["checkpoint"])
            new = Checkpoint(was.origin, tree.size, tree.root(), position, was.sealed_at)
            line["checkpoint"] = written(new, seal.sign(new))
    counted(lines)


def counted(lines: Lines) -> None:
    """Let the end say what there is."""
    seals = sum("checkpoint" in line for line in lines)
    lines[-1] = {"end": {"events": len(events(lines)), "checkpoints": seals}}


def renumbered(lines: Lines) -> None:
    """Let versions follow each other again."""
    last: dict[tuple[int, str], int] = {}
    for line in lines:
        if "position" in line:
            stream = line["tenant"], line["stream_id"]
            last[stream] = line["version"] = last.get(stream, 0) + 1


def edit(lines: Lines, chance: Chance) -> None:
    """Change one field of one event; sometimes with all hashes made to fit."""
    event = any_event(lines, chance)
    changes: dict[str, Callable[[Any], Any]] = {
        "data": lambda was: was[:-1] + ',"note":"x"}',
        "actor": lambda was: was + "x",
        "reason": lambda was: was + " ",
        "name": lambda was: was + "d",
        "recorded_at": lambda was: was[:-2] + ("0Z" if was[-2] != "0" else "1Z"),
        "effective_on": lambda was: was[:-1] + ("1" if was[-1] != "1" else "2"),
        "schema_version": lambda was: was + 1,
        "caused_by": lambda was: 1 if was is None else None,
        "command_id": lambda was: str(UUID(int=chance.getrandbits(128))),
        "correlation_id": lambda was: str(UUID(int=chance.getrandbits(128))),
        "sealed": lambda was: b64encode(chance.randbytes(8)).decode(),
        "tenant": lambda was: was + 1,
        "position": lambda was: was + 1_000,
        "hash": lambda was: chance.randbytes(32).hex(),
    }
    name = chance.choice(list(changes))
    event[name] = changes[name](event[name])
    if chance.random() < 0.5 and name != "hash":
        renumbered(lines)
        rechained(lines)


def delete(lines: Lines, chance: Chance) -> None:
    """Remove an event, all of a stream, or a checkpoint."""
    at = chance.choice(events(lines))
    stream = lines[at]["stream_id"]
    if chance.random() < 0.3:
        lines[:] = [line for line in lines if line.get("stream_id") != stream]
    else:
        del lines[at]
    if chance.random() < 0.7:
        renumbered(lines)
        rechained(lines)
    counted(lines)


def insert(lines: Lines, chance: Chance) -> None:
    """Slip in an event that nobody recorded, in a stream of its own or at a stream's end."""
    at = chance.choice(events(lines)[:-1])
    new = copy.deepcopy(lines[at])
    if chance.random() < 0.5:
        new["stream_id"] = str(UUID(int=chance.getrandbits(128)))
    new["command_id"] = str(UUID(int=chance.getrandbits(128)))
    lines.insert(at + 1, new)
    if chance.random() < 0.5:  # make room, so that positions rise
        for line in lines[at + 1 :]:
            if "position" in line:
                line["position"] += 1
    renumbered(lines)
    rechained(lines)
    counted(lines)


def reorder(lines: Lines, chance: Chance) -> None:
    """Let two events change places, with or without their positions."""
    one, other = chance.sample(events(lines), 2)
    lines[one], lines[other] = lines[other], lines[one]
    if chance.random() < 0.7:
        places = lines[one]["position"], lines[other]["position"]
        lines[other]["position"], lines[one]["position"] = places
    if chance.random() < 0.7:
        renumbered(lines)
        rechained(lines)


def truncate(lines: Lines, chance: Chance) -> None:
    """Cut the end off; sometimes just after a checkpoint, with an end that fits."""
    seals = [at for at, line in enumerate(lines) if "checkpoint" in line][:-1]
    cut = chance.choice(seals) + 1 if chance.random() < 0.5 else chance.choice(events(lines))
    del lines[cut:]
    if chance.random() < 0.7:
        lines.append({})
        counted(lines)


def fork(lines: Lines, chance: Chance, seal: Seal) -> None:
    """Another history from some point on, its checkpoints signed anew: all of it fits together."""
    at = chance.choice(events(lines))
    lines[at]["data"] = lines[at]["data"].replace("{", '{"forged":true,', 1)
    if chance.random() < 0.3:
        del lines[chance.choice(events(lines))]
    renumbered(lines)
    rechained(lines)
    resealed(lines, seal)


KINDS = (edit, delete, insert, reorder, truncate)


def test_two_hundred_forgeries_are_found(honest: Lines, key: bytes, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    held = next(line["checkpoint"] for line in reversed(honest) if "checkpoint" in line)
    origin = read(held)[0].origin
    ours, theirs = Seal(key, origin), Seal(log_signing_key(tmp_path / "forger"), origin)
    path = tmp_path / "log.jsonl"

    def found(lines: Lines) -> str:
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        try:
            check(str(path), str(ours.key), held=held)
        except Wrong as wrong:
            return str(wrong)
        return ""

    assert found(honest) == ""
    missed = []
    for number in range(FORGERIES):
        lines = copy.deepcopy(honest)
        kind: Any = KINDS[number % 6] if number % 6 < 5 else fork
        if kind is fork:
            fork(lines, chance, ours if chance.random() < 0.5 else theirs)
        else:
            kind(lines, chance)
        if lines == honest or not found(lines):
            missed.append(f"{number}: {kind.__name__}")
    assert missed == []


def test_a_fork_that_the_insurer_signed_itself_is_found_by_who_holds_a_checkpoint_only(
    honest: Lines, key: bytes, tmp_path: Path
) -> None:
    """Why a witness is needed: our own key can sign two histories."""
    lines = copy.deepcopy(honest)
    held = next(line["checkpoint"] for line in reversed(honest) if "checkpoint" in line)
    ours = Seal(key, read(held)[0].origin)
    fork(lines, random.Random(1), ours)
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    checkpoint, _ = check(str(path), str(ours.key))
    assert checkpoint["size"] == len(events(lines))
    with pytest.raises(Wrong, match=r"checkpoint that you hold"):
        check(str(path), str(ours.key), held=held)
