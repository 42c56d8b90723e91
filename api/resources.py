"""What can be read: each resource's read model, who may see it, and what stands beside it.

Everything that lists and single reads do (filters, fields, expansion, ownership, documentation)
follows from these declarations and those of the read models.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from adapters.identities import Kind
from api.envelope import plain
from api.money import in_major_units
from api.money import shown as amount
from domain.decider import Decider
from domain.money import Money
from projections.declaring import Column, Projection, Row, Table
from projections.whose import STAFF_ONLY, Rule, rules_of

HIDDEN = frozenset({"tenant"})
MINOR = "_minor"
MASK = "•••"


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A column as the API shows it: an amount without its unit, the key as `id`.

    There is one for each column; statements are remembered by them.
    """

    name: str
    column: Column
    masked: bool = False

    def sql(self, row: str) -> str:
        """What is shown, as SQL over a row's alias: nothing that loses a digit on the way."""
        name = f"{row}.{self.column.name}"
        if self.masked:
            return f"CASE WHEN {name} = '' THEN '' ELSE '{MASK}' || right({name}, 2) END"
        if self.column.mark.money:
            return in_major_units(name, f"{row}.currency")
        if self.column.type is datetime:
            return f"""to_char({name}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""  # the session is in UTC
        return f"{name}::text" if self.column.type is Decimal else name

    def shown(self, row: Row) -> object:
        """What is shown of a row that is in memory: the same as the SQL says."""
        value = getattr(row, self.column.name)
        if value is None:
            return None
        if self.column.mark.money:
            return amount(Money(value, row.currency))  # type: ignore[attr-defined]  # declared
        return plain(value)

    @property
    def operators(self) -> tuple[str, ...]:
        """How the field may be filtered; none where it may not."""
        if not self.column.mark.filters:
            return ()
        if self.column.type is tuple:
            return ("contains",)
        if self.column.type is bool:
            return ("",)
        if self.column.type in (int, date, datetime, Decimal):
            return ("", "gte", "lte", "in")
        return ("", "contains", "in") if self.column.type is str else ("", "in")


@dataclass(frozen=True, eq=False)
class Resource:
    """Who outside the insurer sees which rows is said of its table in `projections.whose`.

    `expands` maps a name to the column that points there and the resource that it points to.
    """

    name: str
    table: Table[Any]
    projection: Projection
    view: str
    decider: Decider[Any, Any, Any] | None = None
    expands: Mapping[str, tuple[str, "Resource"]] = field(default_factory=dict)
    ordering: str = "-created_at"

    @cached_property
    def fields(self) -> dict[str, Field]:
        """By the name that the API uses."""
        return fields_of(self.table)

    def rule_for(self, kind: Kind) -> Rule | None:
        """Which rows an outside user of a kind sees; None for none of them."""
        return (rules_of(self.table) or STAFF_ONLY).get(kind)

    @cached_property
    def masked(self) -> dict[str, Field]:
        """As lists show them to staff: how somebody is reached, and by which number they are
        known elsewhere, by its end alone."""
        return {
            name: Field(name, one.column, masked=True) if maskable(one.column) else one
            for name, one in self.fields.items()
        }

    @cached_property
    def impersonal(self) -> dict[str, Field]:
        """Those that say nothing about a person."""
        return {name: shown for name, shown in self.fields.items() if not shown.column.personal}


def maskable(column: Column) -> bool:
    """Text by which a person is reached or found elsewhere."""
    found = column.personal == "contact" or column.name == "national_id"
    return found and column.type is str


def fields_of(table: Table[Any]) -> dict[str, Field]:
    """The shown fields of a table, in its order; whole documents are shown elsewhere."""
    shown = {}
    for column in table.columns:
        if column.name not in HIDDEN and not column.mark.json:
            name = _name(table, column)
            shown[name] = Field(name, column)
    return shown


def _name(table: Table[Any], column: Column) -> str:
    if table.key == (column.name,) and column.type is UUID:
        return "id"
    return column.name.removesuffix(MINOR) if column.mark.money else column.name
