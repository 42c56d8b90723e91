"""Reading the terms and inputs of a treaty case, and writing its figures back.

A `Fields` remembers what was read, so that an answer can say which terms it did not use.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from cli.case_files.parsing import BadCase, Json, day
from domain.money import BadAmount, Money
from domain.periods import Period, through
from domain.ratio import BadRatio, Ratio, decimals
from domain.reinsurance.terms import Participant

Answer = dict[str, str]
_LEADING_AMOUNT = re.compile(r"\s*(-?\d*\.?\d+)")
_ISO_DAY = 10


class Fields(Mapping[str, Any]):
    """An object of the case with typed reading; every key that is asked for counts as read."""

    def __init__(self, given: Json, currency: str, where: str) -> None:
        self._given = given
        self.currency = currency
        self.where = where
        self._read: set[str] = set()
        self._inner: dict[str, list[Fields]] = {}

    def __getitem__(self, key: str) -> Any:
        self._read.add(key)
        try:
            return self._given[key]
        except KeyError:
            raise BadCase(f"{self.where}.{key} is missing") from None

    def __contains__(self, key: object) -> bool:
        return key in self._given

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def in_currency(self, code: str) -> "Fields":
        """The same fields, whose amounts are of another currency."""
        other = Fields(self._given, code, self.where)
        other._read, other._inner = self._read, self._inner
        return other

    @property
    def unread(self) -> list[str]:
        """What the case says and nobody asked for, also inside of what was read."""
        own = [f"{self.where}.{key}" for key in self._given if key not in self._read]
        inside = (one.unread for inner in self._inner.values() for one in inner)
        return [*own, *(name for names in inside for name in names)]

    def first(self, *keys: str) -> Any:
        """The value of the first of these keys that the case has, or None."""
        return next((self[key] for key in keys if self._given.get(key) is not None), None)

    def like(self, *words: str) -> Any:
        """The value of the first key that holds one of these words, or None."""
        for word in words:
            for key in self._given:
                if word in key:
                    return self[key]
        return None

    def money(self, *keys: str) -> Money | None:
        """The amount under the first key present; a text may go on after the number."""
        value = self.first(*keys)
        return None if value is None else amount(value, self.currency, f"{self.where}.{keys[0]}")

    def needed_money(self, *keys: str) -> Money:
        value = self.money(*keys)
        if value is None:
            raise BadCase(f"{self.where}: none of {', '.join(keys)} is given")
        return value

    def ratio(self, *keys: str) -> Ratio | None:
        value = self.first(*keys)
        return None if value is None else ratio(value, f"{self.where}.{keys[0]}")

    def whole_ratio(self, *keys: str) -> Ratio:
        """The ratio under the first key present, or the whole."""
        return self.ratio(*keys) or Ratio(1)

    def day(self, *keys: str) -> date | None:
        value = self.first(*keys)
        return None if value is None else any_day(value, f"{self.where}.{keys[0]}")

    def inside(self, *keys: str) -> "Fields | None":
        """The object under the first of these keys that holds one."""
        key = next((key for key in keys if isinstance(self._given.get(key), Mapping)), None)
        return None if key is None else self._inside(key, [(self[key], key)])[0]

    def rows(self, *keys: str) -> "list[Fields]":
        """The objects of the first of these keys that holds a list."""
        key = next((key for key in keys if isinstance(self._given.get(key), list)), None)
        if key is None:
            return []
        return self._inside(key, [(row, f"{key}[{at}]") for at, row in enumerate(self[key])])

    def _inside(self, key: str, given: Sequence[tuple[Json, str]]) -> "list[Fields]":
        if key not in self._inner:
            self._inner[key] = [
                Fields(one, self.currency, f"{self.where}.{name}") for one, name in given
            ]
        return self._inner[key]

    def period(self, *keys: str) -> Period | None:
        value = self.first(*keys)
        return None if value is None else span(value, f"{self.where}.{keys[0]}")


def amount(value: Any, currency: str, where: str) -> Money:
    """An amount in major units; what follows a number in a text explains it and is left out."""
    found = _LEADING_AMOUNT.match(str(value))
    if not found:
        raise BadCase(f"{where}: {value!r} is not an amount")
    text = found[1]
    text = f"0{text}" if text.startswith(".") else text
    try:
        return Money.of(text, currency)
    except BadAmount as fault:
        raise BadCase(f"{where}: {fault}") from fault


def ratio(value: Any, where: str) -> Ratio:
    try:
        return Ratio.of(str(value))
    except BadRatio as fault:
        raise BadCase(f"{where}: {fault}") from fault


def any_day(value: Any, where: str) -> date:
    """A day; year 0 and year 9999 stand for the beginning and the end of time."""
    text = str(value)[:_ISO_DAY]
    if text.startswith("0000"):
        return date.min
    return date.max if text.startswith("9999") else day(text, where)


def moment(value: Any, where: str) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise BadCase(f"{where}: {value!r} is not a moment like 2025-01-31T06:00") from None


def span(value: Sequence[Any], where: str) -> Period:
    """First and last day, both covered."""
    return through(any_day(value[0], where), any_day(value[1], where))


def last_day(period: Period) -> date:
    return date.max if period.until_on is None else period.until_on - timedelta(days=1)


def participants(rows: Iterable[Fields]) -> tuple[Participant, ...]:
    return tuple(
        Participant(row["reinsurer"], row.whole_ratio("share"), row.ratio("commission"))
        for row in rows
    )


def shown(value: Money | Fraction | Ratio | int, places: int = 6) -> str:
    """Money with the decimals of its currency, a ratio with six decimals."""
    match value:
        case Money():
            return str(value.amount)
        case Ratio():
            return str(decimals(value.exact, places))
        case Fraction():
            return str(decimals(value, places))
        case int():
            return str(value)


def shown_all(figures: Mapping[str, Money | Fraction | Ratio | int]) -> Answer:
    return {name: shown(value) for name, value in figures.items()}
