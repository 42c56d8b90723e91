"""Lists as the server sends them in binary, read in one step."""

import struct

_LENGTH = struct.Struct(">i")
_HEAD = 20  # dimensions, has nulls, element type, length, first index


def ints(sent: bytes | None) -> tuple[int, ...]:
    """A list of int4 without nulls; nothing and an empty list are both empty."""
    return _numbers(sent, 8, "ii")


def longs(sent: bytes | None) -> tuple[int, ...]:
    """A list of int8 without nulls; nothing and an empty list are both empty."""
    return _numbers(sent, 12, "iq")


def blob(sent: bytes, index: int) -> bytes:
    """One element of a list of bytea without nulls; found at once where all have one length."""
    size = _LENGTH.unpack_from(sent, _HEAD)[0] + 4
    count = _LENGTH.unpack_from(sent, 12)[0]
    at = _HEAD + size * index
    if len(sent) != _HEAD + size * count:
        at = _HEAD
        for _ in range(index):
            at += _LENGTH.unpack_from(sent, at)[0] + 4
    (length,) = _LENGTH.unpack_from(sent, at)
    return sent[at + 4 : at + 4 + length]


def blobs(sent: bytes) -> list[bytes | None]:
    """All elements of a list of bytea; None for a null."""
    at, found = _HEAD, list[bytes | None]()
    while at < len(sent):
        (length,) = _LENGTH.unpack_from(sent, at)
        at += 4
        found.append(None if length < 0 else sent[at : at + length])
        at += max(length, 0)
    return found


def _numbers(sent: bytes | None, size: int, form: str) -> tuple[int, ...]:
    if sent is None or len(sent) <= _HEAD:
        return ()
    count = (len(sent) - _HEAD) // size
    return struct.unpack_from(">" + form * count, sent, _HEAD)[1::2]
