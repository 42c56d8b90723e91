"""Finds a secret value again without keeping it: a national id becomes an id of its own.

The same value always gives the same id, so a second enrolment meets the first. Without the key
nobody can try out values, although national ids are few enough to be guessed one by one.
"""

import hashlib
import hmac
from uuid import UUID

SHORTEST_KEY = 32


class HmacBlindIndex:
    """HMAC-SHA256 with the insurer's own key, cut to the size of an id (uuid version 8)."""

    def __init__(self, key: bytes) -> None:
        """Raises ValueError for a key of less than 32 bytes."""
        if len(key) < SHORTEST_KEY:
            raise ValueError(f"a blind index needs a key of {SHORTEST_KEY} bytes or more")
        self._key = key

    def of(self, kind: str, value: str) -> UUID:
        """The stream id for a value of a kind; kinds do not meet each other."""
        digest = hmac.digest(self._key, f"{kind}\0{value}".encode(), hashlib.sha256)
        bits = int.from_bytes(digest[:16])
        bits = bits & ~(0xF << 76) | 8 << 76  # version 8: a meaning of our own
        return UUID(int=bits & ~(0b11 << 62) | 0b10 << 62)
