"""Lists of numbers as the server sends them in binary, read in one step."""

import struct

_HEAD = 20  # dimensions, has nulls, element type, length, first index


def ints(sent: bytes | None) -> tuple[int, ...]:
    """A list of int4 without nulls; nothing and an empty list are both empty."""
    return _numbers(sent, 8, "ii")


def longs(sent: bytes | None) -> tuple[int, ...]:
    """A list of int8 without nulls; nothing and an empty list are both empty."""
    return _numbers(sent, 12, "iq")


def _numbers(sent: bytes | None, size: int, form: str) -> tuple[int, ...]:
    if sent is None or len(sent) <= _HEAD:
        return ()
    count = (len(sent) - _HEAD) // size
    return struct.unpack_from(">" + form * count, sent, _HEAD)[1::2]
