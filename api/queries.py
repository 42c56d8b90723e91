"""What a list was asked for: filters, ordering, search, pages, fields and expansion, checked.

An unknown field, operator or ordering is refused by name; nothing is ever ignored.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from api.cursors import Order, opened
from api.errors import wrong_fields
from api.fields import printable
from api.parameters import whole
from api.resources import Field, Resource
from api.values import value_of

PAGE_SIZE, LARGEST_PAGE = 20, 100
FARTHEST = 10_000  # entries that pages reach; beyond them a cursor goes on
MOST_FILTERS, MOST_WORDS = 20, 5
SHORTEST_WORD = 3  # what an index of three letters can find

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Filter:
    field: Field
    operator: str
    value: object


@dataclass(frozen=True, slots=True)
class Query:
    """`cursor` is None in a query by pages; else the values of the last entry seen, if any."""

    filters: tuple[Filter, ...] = ()
    order: tuple[Order, ...] = ()
    words: tuple[str, ...] = ()
    page: int = 1
    page_size: int = PAGE_SIZE
    cursor: tuple[object, ...] | None = None
    fields: tuple[Field, ...] = ()
    expand: tuple[str, ...] = ()

    @property
    def by_cursor(self) -> bool:
        return self.cursor is not None

    @property
    def offset(self) -> int:
        return 0 if self.by_cursor else (self.page - 1) * self.page_size


def parse(pairs: Pairs, resource: Resource, fields: dict[str, Field]) -> Query:
    """The query that an address holds, over `fields`; raises Problem that lists every fault."""
    return _Parser(resource, fields).parse(pairs)


def parse_shape(
    pairs: Pairs, resource: Resource, fields: dict[str, Field]
) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    """The fields and expansions of a single read, which takes nothing else."""
    return _Parser(resource, fields).only_shape(pairs)


class _Parser:
    def __init__(self, resource: Resource, fields: dict[str, Field]) -> None:
        self.resource = resource
        self.known = fields
        self.faults: list[tuple[str, str]] = []

    def parse(self, pairs: Pairs) -> Query:
        said = self._once(pairs)
        shape = self.shape(said)
        order = self._read(said, "ordering", self.resource.ordering, self._order)
        words = self._read(said, "search", "", self._words)
        if "cursor" in said and "page" in said:
            self._fault("cursor", "a cursor takes the place of a page number")
        page = self._read(said, "page", "1", whole(1, FARTHEST))
        size = self._read(said, "page_size", str(PAGE_SIZE), whole(1, LARGEST_PAGE))
        cursor = None
        if "cursor" in said:
            cursor = self._read(said, "cursor", "", lambda text: opened(text, order or ()))
        elif page and size and page * size > FARTHEST:
            self._fault("page", f"pages reach {FARTHEST} entries; go on with cursor=")
        filters = self._filters(said)
        if self.faults:
            raise wrong_fields(self.faults)
        return Query(filters, order, words, page, size, cursor, *shape)

    def only_shape(self, pairs: Pairs) -> tuple[tuple[Field, ...], tuple[str, ...]]:
        said = self._once(pairs)
        shape = self.shape(said)
        for name in said:
            self._fault(name, "means nothing here")
        if self.faults:
            raise wrong_fields(self.faults)
        return shape

    def shape(self, said: dict[str, str]) -> tuple[tuple[Field, ...], tuple[str, ...]]:
        """The fields to show and what to expand."""
        everything = tuple(self.known.values())
        fields = self._read(said, "fields", "", self._fields) if "fields" in said else everything
        expand = self._read(said, "expand", "", self._expand)
        return fields or (), expand or ()

    def _once(self, pairs: Pairs) -> dict[str, str]:
        said: dict[str, str] = {}
        for name, value in pairs:
            if name in said:
                self._fault(name, "is given twice")
            said[name] = value
        return said

    def _read(
        self, said: dict[str, str], name: str, default: str, read: Callable[[str], Any]
    ) -> Any:
        try:
            return read(printable(said.pop(name, default)))
        except ValueError as error:
            self._fault(name, str(error))
            return None

    def _fault(self, name: str, reason: str) -> None:
        self.faults.append((name[:100], reason))

    def _order(self, text: str) -> tuple[Order, ...]:
        order = [self._one_order(word) for word in text.split(",")]
        if len({one.field.name for one in order}) < len(order):
            raise ValueError("names a field twice")
        # The key comes last, so that no two entries are equal and no page shows one twice.
        last = order[-1].descending
        named = {one.field.column.name for one in order}
        keys = [
            shown
            for shown in self.known.values()
            if shown.column.name in self.resource.table.key and shown.column.name not in named
        ]
        return (*order, *(Order(key, last) for key in keys))

    def _one_order(self, word: str) -> Order:
        name = word.removeprefix("-")
        shown = self.known.get(name)
        if shown is None or not (shown.column.mark.sorts or shown.name == "id"):
            raise ValueError(f"cannot sort by {name[:50]!r}")
        return Order(shown, word.startswith("-"))

    def _words(self, text: str) -> tuple[str, ...]:
        words = tuple(text.lower().split())
        if text and not self.resource.table.searched:
            raise ValueError("there is nothing to search here")
        if len(words) > MOST_WORDS or len(text) > 200:
            raise ValueError(f"search for at most {MOST_WORDS} words of 200 characters in all")
        if words and max(map(len, words)) < SHORTEST_WORD:
            raise ValueError(f"one of the words needs {SHORTEST_WORD} letters or more")
        return words

    def _fields(self, text: str) -> tuple[Field, ...]:
        wanted = dict.fromkeys(text.split(","))
        unknown = [name[:50] for name in wanted if name not in self.known]
        if unknown:
            raise ValueError(f"unknown: {', '.join(unknown)}")
        return tuple(self.known[name] for name in wanted)

    def _expand(self, text: str) -> tuple[str, ...]:
        wanted = tuple(dict.fromkeys(text.split(","))) if text else ()
        unknown = [name[:50] for name in wanted if name not in self.resource.expands]
        if unknown:
            raise ValueError(f"cannot be expanded here: {', '.join(unknown)}")
        return wanted

    def _filters(self, said: dict[str, str]) -> tuple[Filter, ...]:
        if len(said) > MOST_FILTERS:
            self._fault("filters", f"more than {MOST_FILTERS} filters")
            return ()
        return tuple(one for name, text in said.items() if (one := self._filter(name, text)))

    def _filter(self, name: str, text: str) -> Filter | None:
        base, _, operator = name.partition("__")
        shown = self.known.get(base)
        if shown is None or not shown.operators:
            self._fault(name, "there is no such field to filter by")
        elif operator not in shown.operators:
            usable = ", ".join(f"{base}__{op}" if op else base for op in shown.operators)
            self._fault(name, f"this field is filtered by {usable}")
        else:
            try:
                return Filter(shown, operator, value_of(shown, operator, printable(text)))
            except ValueError as error:
                self._fault(name, str(error))
        return None
