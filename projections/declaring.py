"""How a read model is declared: its rows as a class, its tables, and what each event does to them.

A projection turns events into rows and never decides. Everything else (the tables in the
database, what the API may filter and sort by, what is personal) follows from the declaration.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, get_args, get_origin
from typing import get_type_hints as hints_of
from uuid import UUID

from adapters.envelope import Recorded
from domain.events import CATALOGUE
from domain.personal import ERASED, Personal

if TYPE_CHECKING:
    from projections.rows import Rows

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mark:
    """What readers may do with a column: look for values, sort by it, search its text."""

    filters: bool = True
    sorts: bool = False
    searched: bool = False
    money: bool = False
    json: bool = False


SORTS = Mark(sorts=True)
SEARCHED = Mark(sorts=True, searched=True)
SHOWN = Mark(filters=False)  # shown, but neither looked for nor sorted by
AMOUNT = Mark(sorts=True, money=True)  # minor units of the row's `currency`
JSON = Mark(filters=False, json=True)


@dataclass(slots=True, kw_only=True)
class Row:
    """What every row says of itself.

    `position` is that of the last event in the row, `version` that of its stream (the ETag),
    0 where the row belongs to no single stream. `created_at` and `updated_at` are the recorded
    instants of the first and the last event.
    """

    tenant: int = 0
    position: Annotated[int, SORTS] = 0
    version: Annotated[int, SHOWN] = 0
    created_at: Annotated[datetime, SORTS] = LONG_AGO
    updated_at: Annotated[datetime, SORTS] = LONG_AGO
    changed: bool = field(default=False, repr=False, compare=False)  # no column: to be written


NO_COLUMN = "changed"
OWN = tuple(f.name for f in fields(Row) if f.name != NO_COLUMN)
R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its Python type without None, and what the declaration says about it."""

    name: str
    type: type
    nullable: bool
    mark: Mark
    personal: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """An index on columns, after the tenant; `method` other than btree stands without it."""

    columns: tuple[str, ...]
    method: str = "btree"
    where: str = ""


class Table(Generic[R]):
    """A table of a read model. Rows are found by `key`, whose first column is the parent.

    `parents` names the parents whose rows an event will touch, so that they are fetched for a
    whole batch at once; without it that is the event's own stream. A parent that it forgets is
    fetched when it is needed. `added_only`: rows are written once and never looked at again.
    `person` is the column that says whose a row is, where some of its columns are personal;
    `fraud_cases.member_id` is that of the row with the same parent in another table of this model.
    `erased` is what their texts say when the person is erased.
    """

    def __init__(  # noqa: PLR0913  # each says one thing of the table
        self,
        row: type[R],
        name: str,
        key: tuple[str, ...],
        *,
        indexes: Iterable[Index] = (),
        parents: "Callable[[Recorded, Rows], Iterable[UUID]] | None" = None,
        needed_for: Iterable[type] | None = None,
        added_only: bool = False,
        person: str = "",
        erased: str = ERASED,
    ) -> None:
        self.row = row
        self.name = name
        self.key = key
        self.indexes = tuple(indexes)
        self.parents = parents
        self.needed_for = None if needed_for is None else frozenset(needed_for)
        self.added_only = added_only
        self.person = person
        self.erased = erased
        self.columns = tuple(_columns(row))
        self.column_names = tuple(column.name for column in self.columns)
        self.searched = tuple(c.name for c in self.columns if c.mark.searched)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def __repr__(self) -> str:
        return f"Table({self.name})"


Handler = Callable[[Recorded, Any, "Rows"], None]


@dataclass(frozen=True)
class Projection:
    """One answer that readers ask for, kept up to date from the log.

    `on` says what each kind of event does; `on_any` is called for every event and reads nothing
    of its facts. Raise `version` with any change of the columns or of what an event does: the
    tables are then filled afresh beside the old ones and take their place.

    `from_envelopes`: where `on_any` adds one row for each event to its only table, made of the
    envelope alone, the same in SQL: for each column an expression of the event `e` and its type
    `t`. The table is then filled anew in the server.
    """

    name: str
    version: int
    tables: tuple[Table[Any], ...]
    on: Mapping[type, Handler] = field(default_factory=dict)
    on_any: Handler | None = None
    question: str = ""
    from_envelopes: Mapping[str, str] | None = None

    @property
    def by_name(self) -> dict[str, Handler]:
        """What to do, by the published name of the event."""
        return {CATALOGUE.name_of(kind): handler for kind, handler in self.on.items()}


def _columns(row: type[Row]) -> Iterator[Column]:
    """Own columns first, in the order of the class; then what every row has."""
    hints = hints_of(row, include_extras=True)
    own = [f.name for f in fields(row) if f.name not in (*OWN, NO_COLUMN)]
    for name in (*own, *OWN):
        yield _column(name, hints[name])


def _column(name: str, hint: Any) -> Column:
    marks: tuple[Any, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        marks = tuple(rest)
    nullable = isinstance(hint, UnionType)
    if nullable:
        (hint,) = (kind for kind in get_args(hint) if kind is not type(None))
        if get_origin(hint) is Annotated:
            hint, *rest = get_args(hint)
            marks += tuple(rest)
    kind = get_origin(hint) or hint
    mark = next((m for m in marks if isinstance(m, Mark)), None)
    personal = next((m.kind for m in marks if isinstance(m, Personal)), "")
    if mark is None:
        mark = Mark(filters=kind in FILTERED)
    return Column(name, kind, nullable, mark, personal)


FILTERED = (UUID, str, int, bool, date, datetime, Decimal, tuple)
