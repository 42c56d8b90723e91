"""Passwords as argon2id hashes; checking one is slow on purpose, so never on the event loop."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from zxcvbn import zxcvbn

from adapters.breached import is_breached

SHORTEST = 15  # characters, where the password is the only proof (NIST SP 800-63B-4)
SHORTEST_OF_TWO = 8  # where a second factor is asked for as well
LONGEST = 256
# Whoever guesses begins with lists of words, names and keyboards: how many tries until this one?
FEWEST_GUESSES_LOG10 = 8
MOST_LOOKED_AT = 72  # characters; more make guessing harder and looking slower
# Said by everybody who works here, and so guessed first; the insurer's own name is added.
FEWEST_OWN = 6  # letters and digits beside such words
HOUSE_WORDS = ("bima", "claims", "insurance", "insurer", "policy", "member", "health", "password")


class BadPassword(ValueError):
    """A new password that is too easy to guess or too long to hash."""


class Passwords:
    """Hashes and checks; `cheap` is for tests that sign in a thousand times.

    `insurer` is the name that everybody guesses; `breached` a file of passwords that were stolen
    somewhere (`adapters/breached.py`), beside the list of the most common ones.
    """

    def __init__(
        self, *, cheap: bool = False, insurer: str = "", breached: Path | None = None
    ) -> None:
        self._house = (*HOUSE_WORDS, insurer, *insurer.split())
        self._breached = breached
        usual = Argon2Hasher()
        quick = Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1)
        self._hasher = PasswordHash((quick if cheap else usual,))

    def hash(self, password: str, *, alone: bool = True, about: Iterable[str] = ()) -> str:
        """The stored form of a new password; raises BadPassword.

        `alone` tells that nothing else is asked for at the sign-in; `about` are words that say
        who it belongs to, which are guessed first. Any character counts, none is demanded
        (NIST SP 800-63B-4, 3.1.1).
        """
        shortest = SHORTEST if alone else SHORTEST_OF_TWO
        if not shortest <= len(password) <= LONGEST:
            raise BadPassword(f"a password has {shortest} to {LONGEST} characters")
        words = [word for word in (*about, *self._house) if word]
        guessed = zxcvbn(password[:MOST_LOOKED_AT], words)
        if guessed["guesses_log10"] < FEWEST_GUESSES_LOG10 or _left(password, words) < FEWEST_OWN:
            raise BadPassword("this password is among those that are guessed first")
        if self._breached is not None and is_breached(password, self._breached):
            raise BadPassword("this password was stolen somewhere, and is guessed first")
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


def _left(password: str, known: Iterable[str]) -> int:
    """How many letters and digits are left without the words that are known."""
    left = password.lower()
    for word in sorted(map(str.lower, known), key=len, reverse=True):
        left = left.replace(word, " ") if len(word) > 3 else left
    return sum(map(str.isalnum, left))
