"""Wraps the keys of persons by the insurer's own key, a file that only its owner can read.

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

from adapters.secret_keys import KEY_OF_KEYS, NEXT_KEY_OF_KEYS, key_of_keys, read_key

_NONCE = 12


class Wrapping:
    """The insurer's key in one folder of secrets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
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
        fresh = self.folder / NEXT_KEY_OF_KEYS
        key_of_keys(self.folder)
        key = AESGCM(read_key(fresh, lambda: secrets.token_bytes(32)))
        self._keys = []
        yield lambda plain, bound: _wrapped(key, plain, bound)
        os.replace(fresh, self.folder / KEY_OF_KEYS)  # noqa: PTH105 - the act that counts
        self._keys = []

    def _current(self) -> list[AESGCM]:
        if not self._keys:
            found = [key_of_keys(self.folder)]
            fresh = self.folder / NEXT_KEY_OF_KEYS
            if fresh.exists():
                found.append(read_key(fresh, bytes))
            self._keys = [AESGCM(key) for key in found]
        return self._keys


def _wrapped(by: AESGCM, key: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + by.encrypt(nonce, key, bound)
