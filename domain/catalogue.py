"""Published names of events, their current schema versions, and how older versions are read.

A name outlives every refactoring of the class behind it: it is never changed and never reused.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\.[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event class under its published name.

    `upcasters[n]` turns the stored fields of version n into those of version n + 1, for every n
    below `schema_version`.
    """

    name: str
    type: type
    schema_version: int = 1
    upcasters: Mapping[int, Upcaster] = field(default_factory=dict)


class CatalogueError(ValueError):
    """The table of events contradicts itself; every fault is listed."""


class UnknownName(KeyError):
    """No event is published under this name, or this class is not a published event."""


class Catalogue:
    """All events that the ledger can write and read."""

    def __init__(self, entries: Iterable[Entry], persons: Iterable[str] = ()) -> None:
        """`persons` are the aggregates each of whose streams is one person's.

        Raises CatalogueError when a name or class occurs twice, a name is not
        `aggregate.past_tense_words`, or an older version cannot be read up to the current one."""
        self.entries = tuple(entries)
        self.persons = frozenset(persons)
        faults = _faults(self.entries)
        if faults:
            raise CatalogueError("; ".join(faults))
        self._by_name = {entry.name: entry for entry in self.entries}
        self._by_type = {entry.type: entry for entry in self.entries}

    def names(self) -> tuple[str, ...]:
        return tuple(self._by_name)

    def name_of(self, type_: type) -> str:
        """The published name of an event class; raises UnknownName."""
        try:
            return self._by_type[type_].name
        except KeyError:
            raise UnknownName(f"{type_.__qualname__} is not in the catalogue of events") from None

    def of_persons(self, type_: type) -> bool:
        """Whether the stream of such an event is a person."""
        return self.name_of(type_).partition(".")[0] in self.persons

    def type_of(self, name: str) -> type:
        return self._entry(name).type

    def schema_of(self, name: str) -> int:
        """The version in which this event is written today."""
        return self._entry(name).schema_version

    def needs_upcast(self, name: str, version: int) -> bool:
        return version < self._entry(name).schema_version

    def upcast(self, name: str, version: int, stored: dict[str, Any]) -> dict[str, Any]:
        """The fields of an event of an older version as the current version has them."""
        entry = self._entry(name)
        for older in range(version, entry.schema_version):
            stored = entry.upcasters[older](stored)
        return stored

    def _entry(self, name: str) -> Entry:
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownName(f"no event is published under the name {name!r}") from None


def _faults(entries: tuple[Entry, ...]) -> list[str]:
    faults = []
    names: set[str] = set()
    types: set[type] = set()
    for entry in entries:
        if not _NAME.fullmatch(entry.name):
            faults.append(f"{entry.name!r} is not of the form aggregate.past_tense_words")
        if entry.name in names:
            faults.append(f"{entry.name} is published twice")
        if entry.type in types:
            faults.append(f"{entry.type.__qualname__} has two names")
        names.add(entry.name)
        types.add(entry.type)
        if set(entry.upcasters) != set(range(1, entry.schema_version)):
            faults.append(
                f"{entry.name} is at version {entry.schema_version} and reads "
                f"older versions {sorted(entry.upcasters)}: one upcaster each is needed"
            )
    return faults
