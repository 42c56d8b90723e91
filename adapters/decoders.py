"""Decoders of JSON into our classes, made one at a time.

msgspec notes on a class what it has learnt of its fields before the note is whole. A second thread
that makes a decoder of the same class in that moment reads the half note, and the process dies.
"""

import threading
from functools import cache
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_one_at_a_time = threading.Lock()


@cache
def decoder_of(kind: Any) -> "msgspec.json.Decoder[Any]":
    """What reads the JSON of a class or type; from any thread, and kept."""
    with _one_at_a_time:
        return msgspec.json.Decoder(kind)


def read_as(kind: type[T], data: bytes | str) -> T:
    """JSON as an object of this class; raises msgspec.DecodeError where it is none."""
    wanted: Any = kind
    made: T = decoder_of(wanted).decode(data)
    return made
