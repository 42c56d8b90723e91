"""A changed copy is what the standard library's would be, whatever the class looks like."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.changing import filled, replace
from domain.money import Money


@dataclass(frozen=True, slots=True)
class Account:
    number: str
    paid: Money
    notes: tuple[str, ...] = ()
    open: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low above high")


@dataclass(frozen=True, slots=True)
class One:
    only: int


@dataclass(frozen=True)
class Open:
    a: int
    b: list[int] = field(default_factory=list)


changes = st.fixed_dictionaries(
    {},
    optional={
        "number": st.text(), "notes": st.tuples(st.text()), "open": st.booleans(),
        "paid": st.builds(Money, st.integers(), st.just("TZS")),
    },
)  # fmt: skip


@given(changes)
def test_a_copy_is_what_the_standard_library_makes(wanted: dict[str, Any]) -> None:
    account = Account("A-1", Money(5, "TZS"), ("first",))
    before = dataclasses.astuple(account)
    changed = replace(account, **wanted)
    assert changed == dataclasses.replace(account, **wanted)
    assert type(changed) is Account
    assert hash(changed) == hash(dataclasses.replace(account, **wanted))
    assert dataclasses.astuple(account) == before


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError, match="balance"):
        replace(Account("A-1", Money(5, "TZS")), balance=1)


def test_a_class_that_checks_itself_is_checked() -> None:
    with pytest.raises(ValueError, match="low above high"):
        replace(Checked(1, 2), low=3)


def test_other_classes_are_copied_too() -> None:
    assert replace(One(1), only=2) == One(2)
    assert replace(Open(1, [2]), a=3) == Open(3, [2])


def test_one_that_is_filled_is_what_its_class_makes() -> None:
    made = filled(Account)("A-1", Money(5, "TZS"), ("first",), False)
    assert made == Account("A-1", Money(5, "TZS"), ("first",), False)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.open = True  # type: ignore[misc]  # that is the point
    with pytest.raises(TypeError, match="Checked"):
        filled(Checked)
