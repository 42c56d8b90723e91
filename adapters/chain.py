"""The chain that makes a stream tamper-evident: each event's hash covers its predecessor's.

The encoding below is frozen as `bima.event.1`; a verifier written from this page alone must come
to the same hashes. SHA-256 over, in this order, all numbers big-endian and signed:

    "bima.event.1"          12 bytes
    previous hash           32 bytes, zeros for the first event of a stream
    tenant                  int32
    stream_id               16 bytes
    version                 int32
    schema_version          int16
    recorded_at             int64, microseconds since 1970-01-01T00:00:00Z
    effective_on            int32, days since 1970-01-01
    command_id              16 bytes
    correlation_id          16 bytes
    caused_by               int64, -1 when there is no cause
    actor, reason           each an int32 length and that many bytes of UTF-8
    name                    the same
    data                    int32 length and bytes
    sealed                  int32 length and bytes; length -1 and no bytes when absent
"""

import hashlib
import struct
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from adapters.envelope import Meta

START = bytes(32)

_FORMAT = b"bima.event.1"
_HEAD = struct.Struct(">12s32si16sih")
_STAMP = struct.Struct(">qi16s16sq")
_LENGTH = struct.Struct(">i")
_ABSENT = _LENGTH.pack(-1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


class Place(NamedTuple):
    """Where an event stands and what it is called; `stream` is the stream id's 16 bytes."""

    tenant: int
    stream: bytes
    version: int
    name: str
    schema_version: int


def link(previous: bytes, place: Place, stamp: bytes, data: bytes, sealed: bytes | None) -> bytes:
    """The hash of one event; `stamp` is what `stamp_of` makes of its meta."""
    head = _HEAD.pack(
        _FORMAT, previous or START, place.tenant, place.stream, place.version, place.schema_version
    )
    name = place.name.encode()
    parts = [head, stamp, _LENGTH.pack(len(name)), name, _LENGTH.pack(len(data)), data]
    if sealed is None:
        parts.append(_ABSENT)
    else:
        parts += (_LENGTH.pack(len(sealed)), sealed)
    return hashlib.sha256(b"".join(parts)).digest()


class Said(NamedTuple):
    """Who, when and why as numbers and bytes: what both hash and stored row are made of."""

    recorded_at: int
    effective_on: int
    command_id: bytes
    correlation_id: bytes
    caused_by: int | None
    actor: bytes
    reason: bytes


def said(meta: Meta) -> Said:
    return Said(
        microseconds(meta.recorded_at),
        days(meta.effective_on),
        meta.command_id.bytes,
        meta.correlation_id.bytes,
        meta.caused_by,
        meta.actor.encode(),
        meta.reason.encode(),
    )


def stamp_of(meta: Meta) -> bytes:
    """The part of the hashed bytes that all events of one command share."""
    return stamp(said(meta))


def stamp(who: Said) -> bytes:
    recorded_at, effective_on, command_id, correlation_id, cause, actor, reason = who
    cause = -1 if cause is None else cause
    head = _STAMP.pack(recorded_at, effective_on, command_id, correlation_id, cause)
    return head + _texts(actor, reason)


@lru_cache(1_024)  # few people do most of what is done, for few reasons
def _texts(actor: bytes, reason: bytes) -> bytes:
    return b"".join((_LENGTH.pack(len(actor)), actor, _LENGTH.pack(len(reason)), reason))


def microseconds(at: datetime) -> int:
    """Exact microseconds since 1970 UTC; raises TypeError for a time without a zone."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def days(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH_DAY
