"""Passwords as argon2id hashes; checking one is slow on purpose, so never on the event loop."""

from functools import cached_property

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST = 15  # characters, where the password is the only proof (NIST SP 800-63B-4)
LONGEST = 256


class BadPassword(ValueError):
    """A new password that is too easy to guess or too long to hash."""


class Passwords:
    """Hashes and checks; `cheap` is for tests that sign in a thousand times."""

    def __init__(self, *, cheap: bool = False) -> None:
        usual = Argon2Hasher()
        quick = Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1)
        self._hasher = PasswordHash((quick if cheap else usual,))

    def hash(self, password: str) -> str:
        """The stored form of a new password; raises BadPassword."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise BadPassword(f"a password has {SHORTEST} to {LONGEST} characters")
        return self._hasher.hash(password)

    def matches(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether it is the password, and a new hash where the stored one is out of date.

        Without a stored hash it takes as long as with one and says no, so that nobody learns by
        the time it takes which names exist.
        """
        if len(password) > LONGEST:
            password = ""
        try:
            good, renewed = self._hasher.verify_and_update(password, stored or self._nobodys)
        except UnknownHashError:
            return False, None
        return (good, renewed) if stored else (False, None)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("the password of a user who is not there")
