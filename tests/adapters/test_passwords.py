"""Passwords are stored so that nobody reads them back, and checked alike for everybody."""

import time

import pytest

from adapters.passwords import BadPassword, Passwords

GOOD = "fifteen letters"


def test_a_password_matches_its_own_hash_only() -> None:
    passwords = Passwords(cheap=True)
    stored = passwords.hash(GOOD)
    assert stored.startswith("$argon2id$")
    assert GOOD not in stored
    assert passwords.matches(GOOD, stored) == (True, None)
    assert passwords.matches(GOOD.upper(), stored) == (False, None)
    assert passwords.hash(GOOD) != stored, "every hash has a salt of its own"


def test_a_hash_that_is_out_of_date_is_renewed() -> None:
    stored = Passwords(cheap=True).hash(GOOD)
    good, renewed = Passwords().matches(GOOD, stored)
    assert good
    assert renewed is not None
    assert Passwords().matches(GOOD, renewed) == (True, None)


@pytest.mark.parametrize("password", ["", "short", "x" * 14, "x" * 257])
def test_a_password_of_no_length_to_trust_is_refused(password: str) -> None:
    with pytest.raises(BadPassword):
        Passwords(cheap=True).hash(password)


def test_somebody_who_is_not_there_is_refused_as_slowly_as_somebody_who_is() -> None:
    passwords = Passwords()
    stored = passwords.hash(GOOD)
    passwords.matches("warm up", None)

    def seconds(hashed: str | None) -> float:
        began = time.perf_counter()
        assert passwords.matches("a wrong password", hashed) == (False, None)
        return time.perf_counter() - began

    there = min(seconds(stored) for _ in range(3))
    absent = min(seconds(None) for _ in range(3))
    assert 0.5 < there / absent < 2


def test_a_hash_of_another_make_matches_nothing() -> None:
    assert Passwords(cheap=True).matches(GOOD, "md5:abc") == (False, None)
