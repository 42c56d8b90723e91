"""Signed statements of what the log is: "so many events, with this root, at this time".

The text is a checkpoint as transparency logs write it (C2SP tlog-checkpoint, a signed note), so
that witnesses written for those can check and cosign it. Signed is the text up to and including
the line end before the empty line:

    bima/019a…                      whose log: the same name for as long as the log lives
    1713                            how many events are under the root, counted from the first
    jT3k…=                          the root, base64
    position 1741                   the log position of the last of them
    sealed 2026-03-05T08:30:00.125000Z

    — bima/019a… Zm9v…              signer and base64 of a key's number (4 bytes) and the signature

A cosignature is a further line of the same kind by a witness, over `cosignature/v1`, its time and
the same text; before the signature its bytes hold the time (C2SP tlog-cosignature).
"""

import struct
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

LOG_KEY, WITNESS_KEY = b"\x01", b"\x04"  # kinds of keys in the number of a key
_TIME = struct.Struct(">Q")
_DASH = "— "  # begins a line of a signature


class BadCheckpoint(ValueError):
    """A text that is no checkpoint, or a signature or key that is not what it should be."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`size` events are under `root`, the last of them at `position`; sealed at a UTC instant."""

    origin: str
    size: int
    root: bytes
    position: int
    sealed_at: datetime

    @property
    def text(self) -> str:
        """What is signed."""
        at = self.sealed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        root = b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\nposition {self.position}\nsealed {at}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a checkpoint: who (`name`, `key_id` of 4 bytes) and the bytes after that."""

    name: str
    key_id: bytes
    content: bytes

    @property
    def line(self) -> str:
        return f"{_DASH}{self.name} {b64encode(self.key_id + self.content).decode()}\n"


@dataclass(frozen=True, slots=True)
class Key:
    """A public key of a log or a witness, and the name that it signs under."""

    name: str
    kind: bytes
    public: bytes

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    def __str__(self) -> str:
        """One word that can be handed on: name, number and key (C2SP signed-note)."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(self.kind + self.public).decode()}"

    @classmethod
    def read(cls, word: str) -> "Key":
        """The key that a word names; raises BadCheckpoint for another word."""
        try:
            name, number, rest = word.strip().split("+", 2)
            raw = b64decode(rest, validate=True)
        except ValueError:
            raise BadCheckpoint("a key is written as name+number+base64") from None
        key = cls(name, raw[:1], raw[1:])
        if not name or len(raw) != 33 or raw[:1] not in (LOG_KEY, WITNESS_KEY):
            raise BadCheckpoint("this is not the key of a log or a witness (Ed25519)")
        if key.key_id.hex() != number:
            raise BadCheckpoint("the key's number is not that of its name and bytes")
        return key

    def signed(self, checkpoint: Checkpoint, signature: Signature) -> bool:
        """Whether this key signed exactly this checkpoint."""
        if (signature.name, signature.key_id) != (self.name, self.key_id):
            return False
        content, text = signature.content, checkpoint.text
        if self.kind == WITNESS_KEY:
            if len(content) != 72:
                return False
            text = cosigned_text(text, _TIME.unpack(content[:8])[0])
            content = content[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(content, text.encode())
        except InvalidSignature:
            return False
        return True


class Seal:
    """Signs checkpoints with one private key, as a log or as a witness."""

    def __init__(self, private_key: bytes, name: str, kind: bytes = LOG_KEY) -> None:
        """`private_key` is PEM (PKCS 8); raises TypeError for another kind of key."""
        key = load_pem_private_key(private_key, password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("the signing key is not an Ed25519 key")
        if not name or set(name) & set(" +\n\t"):
            raise ValueError("a signer's name has no spaces and no plus sign")
        self._private = key
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key = Key(name, kind, raw)

    def sign(self, checkpoint: Checkpoint, at: datetime | None = None) -> Signature:
        """The signature of a log; for a witness `at` is when it looked."""
        text, stamp = checkpoint.text, b""
        if self.key.kind == WITNESS_KEY:
            assert at is not None, "a witness says when it looked"
            seconds = int(at.timestamp())
            text, stamp = cosigned_text(text, seconds), _TIME.pack(seconds)
        return Signature(self.key.name, self.key.key_id, stamp + self._private.sign(text.encode()))


def cosigned_text(text: str, seconds: int) -> str:
    """What a witness signs: the checkpoint's text and the time at which it was seen."""
    return f"cosignature/v1\ntime {seconds}\n{text}"


def origin_of(log_id: UUID) -> str:
    """The name of a log in its checkpoints."""
    return f"bima/{log_id}"


def written(checkpoint: Checkpoint, *signatures: Signature) -> str:
    """The checkpoint and its signatures as one text."""
    return checkpoint.text + "\n" + "".join(signature.line for signature in signatures)


def read(note: str) -> tuple[Checkpoint, list[Signature]]:
    """What a written checkpoint says, and who signed; raises BadCheckpoint.

    The signatures are not checked here: `Key.signed` does that.
    """
    text, found, below = note.partition("\n\n")
    lines = text.split("\n")
    try:
        origin, size, root, position, sealed = lines
        checkpoint = Checkpoint(
            origin,
            int(size),
            b64decode(root, validate=True),
            int(position.removeprefix("position ")),
            datetime.strptime(sealed, "sealed %Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
        )
        signatures = [_signature(line) for line in below.splitlines()]
    except ValueError as error:
        raise BadCheckpoint(f"this is not a checkpoint of a Bima log: {error}") from None
    if not found or checkpoint.text != text + "\n" or len(checkpoint.root) != 32:
        raise BadCheckpoint("this is not a checkpoint of a Bima log, or not as it was written")
    return checkpoint, signatures


def _signature(line: str) -> Signature:
    name, space, content = line.removeprefix(_DASH).partition(" ")
    raw = b64decode(content, validate=True)
    if not line.startswith(_DASH) or not space or len(raw) < 68:
        raise ValueError("a line below it is no signature")
    return Signature(name, raw[:4], raw[4:])
