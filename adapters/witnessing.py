"""A witness: somebody outside who has seen an earlier checkpoint and signs a later one only if the
log has grown out of it. With one such signature, a history that was rewritten has to be rewritten
at the witness's place, too.

A witness needs no part of the ledger: a key of its own, and a file with the last checkpoint that
it has seen. Ours asks nothing but the note and the path between the two.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from adapters import seal_rows
from adapters.checkpoints import (
    WITNESS_KEY,
    BadCheckpoint,
    Checkpoint,
    Key,
    Seal,
    Signature,
    origin_of,
    read,
)
from adapters.merkle import WrongPath, consistency_path, roots_by_consistency
from adapters.postgres import Connection
from adapters.seal_rows import Groups
from adapters.secret_keys import witness_key


class NotWitnessed(Exception):
    """The witness refuses its signature, or the log a signature that it was given; it says why."""


class Witness:
    """One witness, with its key and its memory in a folder of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        """Makes the key at the first use; `name` has no spaces."""
        self._seal = Seal(witness_key(folder), name, WITNESS_KEY)
        self._memory = folder / "last-checkpoint.txt"

    @property
    def key(self) -> Key:
        """What others check its signatures with."""
        return self._seal.key

    def last_seen(self) -> Checkpoint | None:
        """The checkpoint that it signed last."""
        if not self._memory.exists():
            return None
        return read(self._memory.read_text("utf-8"))[0]

    def cosign(self, note: str, log_key: Key, path: Sequence[bytes], at: datetime) -> Signature:
        """Sign a checkpoint that follows from the last one seen; `path` leads from that to this.

        The first checkpoint of a log is taken on trust. Raises NotWitnessed.
        """
        try:
            new, signatures = read(note)
        except BadCheckpoint as error:
            raise NotWitnessed(str(error)) from error
        if not any(log_key.signed(new, signature) for signature in signatures):
            raise NotWitnessed("the checkpoint is not signed with the log's key")
        old = self.last_seen()
        if old is not None:
            _follows(old, new, path)
        self._remember(note)
        return self._seal.sign(new, at)

    def _remember(self, note: str) -> None:
        """Before anything is signed: whoever signs without remembering signs two histories."""
        with NamedTemporaryFile(
            "w", dir=self._memory.parent, delete=False, encoding="utf-8"
        ) as fresh:
            fresh.write(note)
            fresh.flush()
            os.fsync(fresh.fileno())
        Path(fresh.name).replace(self._memory)


def _follows(old: Checkpoint, new: Checkpoint, path: Sequence[bytes]) -> None:
    if new.origin != old.origin:
        raise NotWitnessed(f"this is the log {new.origin}, not {old.origin} as before")
    if new.size < old.size:
        raise NotWitnessed(
            f"the log has {new.size} events and had {old.size} when it was seen last: "
            "something was taken away, or an old copy was put in its place"
        )
    try:
        roots = roots_by_consistency(old.size, new.size, old.root, path)
    except WrongPath as error:
        raise NotWitnessed(f"the way from the checkpoint seen last is wrong: {error}") from error
    if roots != (old.root, new.root):
        raise NotWitnessed(
            f"the log does not begin with the {old.size} events that were seen before: "
            "history was changed"
        )


def to_witness(conn: Connection, since: int) -> tuple[str, Key, list[bytes]]:
    """What a witness that has seen `since` events (0: none) is shown of the newest checkpoint.

    Raises NotWitnessed where nothing is sealed or the log is shorter than that.
    """
    sealed = seal_rows.last_checkpoint(conn)
    if sealed is None:
        raise NotWitnessed("nothing is sealed yet: does the sealer run? `bima status` tells")
    key = seal_rows.keys(conn)[sealed.key_id]
    path: list[bytes] = []
    if 0 < since < sealed.size:
        path = consistency_path(since, sealed.size, Groups(conn, sealed).subtree)
    return seal_rows.note(conn, sealed), key, path


def trust(conn: Connection, key: Key) -> None:
    """From now on this witness's signatures count; raises NotWitnessed for another kind of key."""
    if key.kind != WITNESS_KEY:
        raise NotWitnessed("this is the key of a log, not of a witness")
    conn.execute(
        "INSERT INTO seal_witness (key_id, word) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (key.key_id, str(key)),
    )


def keep(conn: Connection, checkpoint: Checkpoint, signature: Signature) -> None:
    """Store a witness's signature under a checkpoint of ours, once it has been checked.

    Raises NotWitnessed for a witness nobody trusts, another checkpoint or a bad signature.
    """
    key = seal_rows.witnesses(conn).get(signature.key_id)
    if key is None:
        raise NotWitnessed(f"nobody trusts the witness {signature.name}: `bima witness trust KEY`")
    named, sealed = seal_rows.log_id(conn), seal_rows.checkpoint_at(conn, checkpoint.size)
    if (
        named is None
        or sealed is None
        or (seal_rows.stated(origin_of(named), sealed) != checkpoint)
    ):
        raise NotWitnessed("what was cosigned is not a checkpoint of this log")
    if not key.signed(checkpoint, signature):
        raise NotWitnessed(f"the signature is not one of {signature.name} over this checkpoint")
    conn.execute(
        "INSERT INTO seal_cosignature (tree_size, key_id, signature) VALUES (%s, %s, %s) "
        "ON CONFLICT DO NOTHING",
        (checkpoint.size, signature.key_id, signature.content),
    )
