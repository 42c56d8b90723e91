"""Passwords are stored so that nobody reads them back, and checked alike for everybody."""

from hashlib import sha1
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters

from adapters.breached import is_breached
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


@pytest.mark.parametrize(
    "password",
    [
        "lowercase letters only", "UPPERCASE WORDS ALONE", "81925 60374 11862",
        "çà et là: ñandú 🦜🦜🦜", "   lead   and   trail  ",
        "x7" * 20 + "wanders through every field" * 2, "qqq" + "nine lives " * 22,
    ],
)  # fmt: skip
def test_any_signs_and_up_to_256_of_them_are_taken_as_they_are(password: str) -> None:
    passwords = Passwords(cheap=True)
    stored = passwords.hash(password)
    assert passwords.matches(password, stored) == (True, None)
    for other in (password.strip() + "!", password[:64], password[:72], password.swapcase()):
        if other != password:
            assert passwords.matches(other, stored) == (False, None)


@pytest.mark.parametrize(
    "password", ["kilimanjaro assurance", "Kilimanjaro-Bima-123", "bima insurance claims"]
)
def test_words_of_the_house_are_guessed_first(password: str) -> None:
    ours = Passwords(cheap=True, insurer="Kilimanjaro Assurance")
    with pytest.raises(BadPassword, match="guessed first"):
        ours.hash(password)


def test_a_password_that_was_stolen_is_refused_wherever_it_stands_in_the_list(
    tmp_path: Path,
) -> None:
    stolen = [f"a stolen password, number {n}" for n in range(301)]
    lines = sorted(sha1(one.encode()).hexdigest().upper() for one in stolen)
    listed = tmp_path / "stolen.txt"
    listed.write_text("".join(f"{line}:{n * 977}\r\n" for n, line in enumerate(lines)))
    assert all(is_breached(one, listed) for one in stolen)
    assert not any(is_breached(f"another password, number {n}", listed) for n in range(301))
    ours = Passwords(cheap=True, breached=listed)
    with pytest.raises(BadPassword, match="stolen"):
        ours.hash(stolen[150])
    assert ours.hash("not a stolen password at all")
    listed.write_text("")
    assert not is_breached(stolen[0], listed)
