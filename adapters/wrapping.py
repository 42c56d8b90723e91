"""Wraps keys by a key of the insurer's own, a file that only its owner can read.

There is one for the keys of persons, and another for those of fingers and faces.

The file is made at the first need. To renew it is to make every older copy of a wrapped key
useless: backups of the keys older than that hold nothing.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.secret_keys import KEY_OF_KEYS, key_of_keys, read_key

_NONCE = 12


class Wrapping:
    """One of the insurer's keys of keys: a file in a folder of secrets."""

    def __init__(self, folder: Path, name: str = KEY_OF_KEYS) -> None:
        self.folder = folder
        self._file = folder / name
        self._next = folder / name.replace(".key", ".next.key")
        self._keys: list[AESGCM] = []

    def wrap(self, key: bytes, bound: bytes) -> bytes:
        """The key so that it can only be read with the insurer's; `bound` says whose it is."""
        return _wrapped(self._current()[0], key, bound)

    def unwrap(self, wrapped: bytes, bound: bytes) -> bytes:
        """Raises InvalidTag where another key of the insurer wrapped it, or for somebody else."""
        for key in self._current():
            try:
                return key.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], bound)
            except InvalidTag:
                continue
        self._keys = []  # somebody may have renewed the insurer's key since it was read
        for key in self._current():
            try:
                return key.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], bound)
            except InvalidTag:
                continue
        raise InvalidTag

    @contextmanager
    def renewed(self) -> Iterator[Callable[[bytes, bytes], bytes]]:
        """Gives what wraps by a new key; when the block ends well, the old one is gone.

        Until then both lie in the folder: whoever is interrupted in between can read all keys.
        """
        key_of_keys(self._file)
        key = AESGCM(read_key(self._next, lambda: secrets.token_bytes(32)))
        self._keys = []
        yield lambda plain, bound: _wrapped(key, plain, bound)
        os.replace(self._next, self._file)  # noqa: PTH105 - the act that counts
        self._keys = []

    def _current(self) -> list[AESGCM]:
        if not self._keys:
            found = [key_of_keys(self._file)]
            if self._next.exists():
                found.append(read_key(self._next, bytes))
            self._keys = [AESGCM(key) for key in found]
        return self._keys


def _wrapped(by: AESGCM, key: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + by.encrypt(nonce, key, bound)
