"""Events in words: a sentence for a fact, with the numbers of things in place of their ids."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Any
from uuid import UUID

from domain.money import Money
from domain.periods import Period
from projections.words import WORDS

Names = Mapping[UUID, str]  # numbers of things, by their ids


def tell(fact: Any, names: Names | None = None, language: str = "en") -> str:
    """What an event says; an event without words is told by the name of its class."""
    sentence = WORDS.get(type(fact))
    if sentence is None:
        return type(fact).__name__
    template = getattr(sentence, language, "") or sentence.en
    said = _Teller(names or {}).format(template, fact)
    return said[:1].upper() + said[1:]


def plain(value: object, names: Names | None = None) -> str:
    """A value as it stands in a sentence."""
    return _Teller(names or {}).format_field(value, "")


class _Teller(Formatter):
    """Fills a sentence from the fields of one fact."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        value = args[0]
        for part in field_name.split("."):
            value = getattr(value, part)
        return value, field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "count":
            return str(len(value))
        if format_spec == "pct":
            return f"{Decimal(value) / 100:g} %"
        if format_spec:  # words that stand before a list, if there is anything in it
            return f"{format_spec}{self._listed(value)}" if value else ""
        return self._plain(value)

    def _plain(self, value: Any) -> str:
        match value:
            case UUID():
                return self._names.get(value, str(value))
            case Money():
                return str(value)
            case Period():
                until = "" if value.until_on is None else f" until {value.until_on}"
                return f"from {value.from_on}{until}"
            case Decimal():
                return format(value.normalize() if value else Decimal(0), "f")
            case date():
                return value.isoformat()
            case tuple() | list():
                return self._listed(value)
            case bool():
                return "yes" if value else "no"
            case None:
                return "nobody"
            case _:
                return str(value)

    def _listed(self, values: Any) -> str:
        return ", ".join(self._plain(value) for value in values)
