"""Passwords that were stolen somewhere: a file of their SHA-1, in order, as such lists are made.

The file may have a billion lines: it is searched by halves and never read as a whole. SHA-1 guards
nothing here; it is how the list is written.
"""

import hashlib
from pathlib import Path

_LONGEST_LINE = 128  # a hash, a colon and how often it was seen


def is_breached(password: str, listed: Path) -> bool:
    """Whether a password stands in the list. Raises OSError where the file cannot be read."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with listed.open("rb") as file:
        low, high = 0, listed.stat().st_size
        while low < high:
            middle = (low + high) // 2
            file.seek(max(0, middle - 1))
            if middle:
                file.readline(_LONGEST_LINE)  # the rest of a line that began before
            found = file.readline(_LONGEST_LINE)[: len(wanted)].upper()
            if found == wanted:
                return True
            if found and found < wanted:
                low = middle + 1
            else:
                high = middle
    return False
