"""Passwords are stored so that nobody reads them back, and checked alike for everybody."""

import pytest
from argon2 import PasswordHasher, extract_parameters

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


def test_somebody_who_is_not_there_costs_as_much_work_as_somebody_who_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same hash over the same memory, as often; the long test of sign-ins takes the time."""
    passwords, done = Passwords(), []
    verify = PasswordHasher.verify

    def noted(hasher: PasswordHasher, stored: str, password: str) -> bool:
        done.append(extract_parameters(stored))
        return verify(hasher, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    assert passwords.matches("a wrong password", passwords.hash(GOOD)) == (False, None)
    there, done[:] = list(done), []
    assert passwords.matches("a wrong password", None) == (False, None)
    assert done == there != []


def test_a_hash_of_another_make_matches_nothing() -> None:
    assert Passwords(cheap=True).matches(GOOD, "md5:abc") == (False, None)
