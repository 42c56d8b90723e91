#!/usr/bin/env python3
"""Checks evidence of a Bima ledger without Bima: this one file and Python 3.9 or later are enough.

    python verify_evidence.py FILE [--key KEY] [--witness KEY] [--checkpoint NOTE] [--log DUMP]

FILE is what `bima evidence` wrote: the events of a claim (or of anything else) with their proofs,
or a whole log. KEY is the public key that the insurer has published; without it the key in the
file is used, which shows that the file fits together, not who made it. NOTE is a file with a
checkpoint that you were given earlier: the log must then contain all that it contained then.

The formats are told in docs/proofs.md: events `bima.event.1`, leaves `bima.leaf.1`, trees as in
RFC 6962, Ed25519 as in RFC 8032, checkpoints as C2SP signed notes.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import struct
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

Key = tuple[str, bytes, int, bytes]  # name, number, kind (1 log, 4 witness), public key
Said = dict[str, Any]  # what a checkpoint says
Event = dict[str, Any]
Point = tuple[int, int, int, int]
Answer = tuple[Said, list[str]]  # the checkpoint, and what to tell
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # all times here are UTC


class Wrong(Exception):
    """Something is not as it was written; the text says what."""


# Ed25519 (RFC 8032), verification only

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point(raw: bytes) -> Point | None:
    """The point that 32 bytes name; None where there is none."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE: Point = (X, 4 * pow(5, P - 2, P) % P, 1, X * (4 * pow(5, P - 2, P) % P) % P)


def ed25519_good(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is one of this public key over this message."""
    a, r = point(public), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= ORDER:
        return False
    hashed = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(hashed, "little") % ORDER
    minus_a = (P - a[0], a[1], 1, P - a[3])
    table = None, BASE, minus_a, add(BASE, minus_a)
    total: Point = (0, 1, 1, 0)
    for bit in range(252, -1, -1):  # s*BASE - k*A in one pass
        total = add(total, total)
        chosen = table[(s >> bit & 1) + 2 * (k >> bit & 1)]
        total = total if chosen is None else add(total, chosen)
    x, y, z = total[0] - r[0] * total[2], total[1] - r[1] * total[2], total[2]
    return x % P == 0 and y % P == 0 and z % P != 0


# Checkpoints: signed notes


def read_key(word: str) -> Key:
    """(name, number, kind, public key) of a key written as name+number+base64."""
    name, number, rest = word.strip().split("+", 2)
    raw = base64.b64decode(rest, validate=True)
    expected = hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8]
    if len(raw) != 33 or raw[0] not in (1, 4) or expected != number:
        raise Wrong("this is not the key of a log or a witness, or not as it was published")
    return name, bytes.fromhex(number), raw[0], raw[1:]


def read_checkpoint(note: str, keys: Sequence[Key]) -> Said:
    """What a note says, once a key of the log has signed it; with the witnesses who did."""
    text, _, below = note.partition("\n\n")
    try:
        origin, size, root, position, sealed = text.split("\n")
        said: Said = {"origin": origin, "size": int(size), "witnesses": []}
        said["root"] = base64.b64decode(root, validate=True)
        said["position"] = int(position.partition("position ")[2])
        said["sealed"] = sealed.partition("sealed ")[2]
    except ValueError:
        raise Wrong("this is not a checkpoint") from None
    ours = False
    for line in below.splitlines():
        dash, name, content = line.split(" ")
        raw = base64.b64decode(content, validate=True)
        for key_name, number, kind, public in keys:
            if dash != "—" or name != key_name or raw[:4] != number:
                continue
            signed, signature = text + "\n", raw[4:]
            if kind == 4:
                seconds = struct.unpack(">Q", signature[:8])[0]
                signed, signature = f"cosignature/v1\ntime {seconds}\n{signed}", signature[8:]
            if not ed25519_good(public, signed.encode(), signature):
                raise Wrong(f"the checkpoint over {said['size']} events is not what {name} signed")
            if kind == 4:
                said["witnesses"].append(name)
            ours = ours or (kind == 1 and name == said["origin"])
    if not ours:
        raise Wrong(f"the checkpoint over {said['size']} events is not signed with the log's key")
    return said


# The tree (RFC 6962)


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        below = self.size
        while below & 1:
            leaf, below = node(self.peaks.pop(), leaf), below >> 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        found = self.peaks[-1] if self.peaks else hashlib.sha256(b"").digest()
        for peak in reversed(self.peaks[:-1]):
            found = node(peak, found)
        return found


def walk(index: int, last: int, begin: bytes, path: Iterable[bytes]) -> tuple[bytes, bytes]:
    """(hash over what lies left, hash over all) along a path, by RFC 9162 2.1.3.2 and 2.1.4.2."""
    before = after = begin
    for other in path:
        if last == 0:
            raise Wrong("a path is too long")
        if index & 1 or index == last:
            before, after = node(other, before), node(other, after)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            after = node(after, other)
        index, last = index >> 1, last >> 1
    if last:
        raise Wrong("a path is too short")
    return before, after


def check_consistency(old: Said, new: Said, path: Sequence[bytes]) -> None:
    """That the log of the new checkpoint begins with the log of the old one."""
    if old["origin"] != new["origin"] or not 0 < old["size"] <= new["size"]:
        raise Wrong("the second checkpoint is not a later one of the same log")
    roots = old["root"], new["root"]
    if old["size"] == new["size"]:
        found = None if path else (old["root"], old["root"])
    else:
        index, last = old["size"] - 1, new["size"] - 1
        while index & 1:
            index, last = index >> 1, last >> 1
        steps = list(path) if index else [old["root"], *path]
        if not steps:
            raise Wrong("a path is too short")
        found = walk(index, last, steps[0], steps[1:])
    if found != roots:
        raise Wrong("the later log does not begin with the earlier one: history was changed")


# Events


def event_hash(event: Event, previous: bytes) -> bytes:
    """SHA-256 over the event and its predecessor, frozen as `bima.event.1`."""
    at = datetime.strptime(event["recorded_at"], "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007
    micros = (at - EPOCH) // timedelta(microseconds=1)
    days = (date.fromisoformat(event["effective_on"]) - EPOCH.date()).days
    cause = -1 if event["caused_by"] is None else event["caused_by"]
    parts = [
        b"bima.event.1", previous, struct.pack(">i", event["tenant"]),
        UUID(event["stream_id"]).bytes,
        struct.pack(">ihqi", event["version"], event["schema_version"], micros, days),
        UUID(event["command_id"]).bytes, UUID(event["correlation_id"]).bytes,
        struct.pack(">q", cause),
    ]  # fmt: skip
    for text in ("actor", "reason", "name", "data"):
        raw = event[text].encode()
        parts += [struct.pack(">i", len(raw)), raw]
    if event["sealed"] is None:
        parts.append(struct.pack(">i", -1))
    else:
        raw = base64.b64decode(event["sealed"], validate=True)
        parts += [struct.pack(">i", len(raw)), raw]
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_of(event: Event) -> bytes:
    head = b"\0bima.leaf.1" + struct.pack(">q", event["position"])
    return hashlib.sha256(head + bytes.fromhex(event["hash"])).digest()


def place(event: Event) -> str:
    return f"the event at position {event['position']}"


class Streams:
    """What was seen of each stream: the last version and hash, and whether it was whole so far."""

    def __init__(self) -> None:
        self.seen: dict[tuple[Any, Any], tuple[int, bytes, bool]] = {}

    def check(self, event: Event) -> None:
        """That an event's hash is that of its bytes and its predecessor."""
        key, version = (event["tenant"], event["stream_id"]), event["version"]
        last_version, last_hash, whole = self.seen.get(key, (-1, bytes(32), True))
        if version <= last_version:
            raise Wrong(f"{place(event)} is not after the one before it in its stream")
        follows = version == last_version + 1 or (version == 1 and key not in self.seen)
        if not follows and "previous" not in event:
            raise Wrong(f"events are missing before {place(event)} (version {version})")
        previous = last_hash if follows else bytes.fromhex(event["previous"])
        if event_hash(event, previous).hex() != event["hash"]:
            raise Wrong(f"{place(event)} is not what was written: its hash differs")
        self.seen[key] = version, bytes.fromhex(event["hash"]), whole and follows


# The two kinds of files


def check_events(document: Any, keys: Sequence[Key], held: Said | None) -> Answer:
    """Events with their paths to the root of one checkpoint, and its way from an earlier one."""
    checkpoint = read_checkpoint(document["checkpoint"], keys)
    streams, last = Streams(), dict[Any, int]()
    for event in document["events"]:
        streams.check(event)
        index, path = event["index"], [bytes.fromhex(step) for step in event["path"]]
        if not 0 <= index < checkpoint["size"]:
            raise Wrong(f"{place(event)} is beyond the checkpoint")
        if walk(index, checkpoint["size"] - 1, leaf_of(event), path)[1] != checkpoint["root"]:
            raise Wrong(f"{place(event)} is not the log's event number {index + 1}")
        key = event["tenant"], event["stream_id"]
        if last.get(key, -1) >= index:
            raise Wrong(f"{place(event)} stands elsewhere in the log than in its stream")
        last[key] = index
    whole = sum(1 for _, _, whole in streams.seen.values() if whole)
    told = f"{len(document['events'])} events of {len(streams.seen)} streams are in the log"
    said = [f"{told} as they stand here; {whole} of the streams are whole so far"]
    if document.get("since"):
        old = read_checkpoint(document["since"]["checkpoint"], keys)
        path = [bytes.fromhex(step) for step in document["since"]["path"]]
        check_consistency(old, checkpoint, path)
        said.append(f"this log begins with that of {old['size']} events, sealed {old['sealed']}")
        if held is not None and old["size"] == held["size"]:
            check_consistency(old, held, [])
            held = None
    if held is not None:  # else the way from it was shown
        if held["size"] != checkpoint["size"]:
            raise Wrong(f"it shows no way from your checkpoint: ask for --since {held['size']}")
        check_consistency(held, checkpoint, [])
    return checkpoint, said


def check_log(
    lines: Iterable[Any], keys: Sequence[Key], held: Said | None, sought: Iterable[Event] = ()
) -> Answer:
    """A whole log: every event, in order, and every checkpoint over them."""
    tree, streams, position, seals, ended = Tree(), Streams(), 0, 0, False
    checkpoint: Said | None = None
    wanted = {event["position"]: event["hash"] for event in sought}
    for record in lines:
        if ended:
            raise Wrong("something stands after the end of the log")
        if "checkpoint" in record:
            checkpoint, seals = read_checkpoint(record["checkpoint"], keys), seals + 1
            found = tree.size, tree.root(), position
            if found != (checkpoint["size"], checkpoint["root"], checkpoint["position"]):
                raise Wrong(
                    f"the events up to position {position} are not the {checkpoint['size']} "
                    f"that were sealed on {checkpoint['sealed']}"
                )
        elif "end" in record:
            ended = True
            if record["end"] != {"events": tree.size, "checkpoints": seals}:
                raise Wrong("events or checkpoints are missing before the end of the log")
        else:
            streams.check(record)
            if record["position"] <= position:
                raise Wrong(f"{place(record)} is not after the one before it")
            position = record["position"]
            if wanted.pop(position, record["hash"]) != record["hash"]:
                raise Wrong(f"{place(record)} of the evidence is another one in the log")
            tree.add(leaf_of(record))
            if held is not None and held["size"] == tree.size and held["root"] != tree.root():
                raise Wrong("the log is not the one of the checkpoint that you hold")
    if not ended or checkpoint is None or checkpoint["size"] != tree.size:
        raise Wrong("the log was cut off: it does not end with a checkpoint over all of it")
    if held is not None and (held["size"] > tree.size or held["origin"] != checkpoint["origin"]):
        raise Wrong("the log ends before the checkpoint that you hold")
    if wanted:
        raise Wrong(f"{len(wanted)} events of the evidence are not in the log")
    said = f"all {tree.size} events of {len(streams.seen)} streams, {seals} checkpoints"
    return checkpoint, [f"the log is what was sealed: {said}"]


def check(
    path: str, key: str = "", witnesses: Sequence[str] = (), held: str = "", log: str = ""
) -> Answer:
    """What a file proves; raises Wrong. `held` is the text of a checkpoint, `log` another file."""
    try:
        with Path(path).open(encoding="utf-8") as file:
            first = file.readline()
            is_log = '"bima.log.1"' in first[:200]
            head = json.loads(first if is_log else first + file.read())
            chosen = [read_key(word) for word in ([key] if key else head["keys"])]
            chosen += [read_key(word) for word in witnesses or head["witnesses"]]
            earlier = read_checkpoint(held, chosen) if held else None
            if is_log:
                answer = check_log(map(json.loads, file), chosen, earlier)
            elif head["format"] == "bima.evidence.1":
                answer = check_events(head, chosen, earlier)
            else:
                raise Wrong(f"this verifier does not know the format {head['format']!r}")
        if log:
            with Path(log).open(encoding="utf-8") as file:
                file.readline()
                lines = map(json.loads, file)
                answer[1].extend(check_log(lines, chosen, answer[0], head["events"])[1])
    except (KeyError, TypeError, ValueError, AttributeError, struct.error) as error:
        raise Wrong(f"the file is not what `bima evidence` writes ({error!r})") from None
    for word in witnesses:
        if read_key(word)[0] not in answer[0]["witnesses"]:
            raise Wrong(f"{read_key(word)[0]} has not witnessed the checkpoint")
    return answer


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--key", default="", help="the public key that the insurer has published")
    parser.add_argument("--witness", action="append", default=[], help="who must have cosigned")
    parser.add_argument("--checkpoint", help="file with a checkpoint that you hold")
    parser.add_argument("--log", default="", help="whole log in which the evidence must be found")
    asked = parser.parse_args(arguments)
    try:
        held = Path(asked.checkpoint).read_text("utf-8") if asked.checkpoint else ""
        checkpoint, said = check(asked.file, asked.key or "", asked.witness, held, asked.log or "")
    except (Wrong, OSError, UnicodeDecodeError) as wrong:
        print(f"NOT PROVEN: {wrong}")
        return 1
    print("\n".join(["PROVEN", *said]))
    print(f"sealed on {checkpoint['sealed']} over {checkpoint['size']} events of the log "
          f"{checkpoint['origin']}")  # fmt: skip
    for name in checkpoint["witnesses"]:
        print(f"witnessed by {name}")
    if not asked.key:
        print("The key was taken from the file. It shows who sealed only if it is the one that "
              "the insurer has published: check again with --key.")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
