"""How every read is answered: its address checked, its read model waited for, its rows shown.

A read waits, for a bounded time, until its read model shows what the caller has written. A single
resource is shown as it is now, or as the ledger knew it at an instant and for a day.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from api.access import Caller, Signed
from api.cursors import sealed
from api.envelope import success
from api.errors import UNAVAILABLE, Problem, not_found, wrong_field
from api.headers import After, XLedgerPosition
from api.parts import Parts, parts_of
from api.queries import FARTHEST, Pairs, parse, parse_shape
from api.queries import Query as ListQuery
from api.resources import Field, Resource, fields_of
from api.statements import Statement, page, single
from api.visible import expansions, only_visible, visible_fields
from projections.as_known import AsKnown, known
from projections.declaring import Table

AFTER = "after"


class Reads(Signed):
    """The dependency of every route that reads a resource."""

    def __init__(self, resource: Resource, permission: str = "") -> None:
        super().__init__(permission or resource.view)
        self.resource = resource

    async def __call__(  # type: ignore[override]  # what a read takes beside the caller
        self,
        request: Request,
        after: After = None,
        position: XLedgerPosition = None,
    ) -> "Read":
        caller = self.checked(request)
        assert caller is not None
        parts = parts_of(request)
        wanted = max(after or 0, position or 0)
        if wanted:
            await wait(parts, self.resource, wanted)
        pairs = [pair for pair in request.query_params.multi_items() if pair[0] != AFTER]
        return Read(parts, caller, self.resource, request.url.path, pairs)


async def wait(parts: Parts, resource: Resource, position: int) -> None:
    """Raises Problem for a position that is not there, or not shown in time."""
    names = [resource.projection.name]
    if await parts.reading.reached(names, position, 0):
        return
    last = await parts.reading.last_position()
    if position > last:
        raise wrong_field("X-Ledger-Position", f"the ledger's last position is {last}")
    if not await parts.reading.reached(names, position, parts.settings.longest_wait_seconds):
        raise Problem(UNAVAILABLE, "This list has not yet come to that position: try again.")


@dataclass
class Read:
    """One request that reads rows of one resource."""

    parts: Parts
    caller: Caller
    resource: Resource
    path: str
    pairs: Pairs
    fixed: dict[str, object] = field(default_factory=dict)
    conditions: list[tuple[str, object]] = field(default_factory=list)
    within: bool = False

    def only(self, **columns: object) -> "Read":
        """Only rows with these values of declared columns, whatever the address says."""
        self.fixed.update(columns)
        return self

    def that(self, condition: str, value: object) -> "Read":
        """Only rows `t` for which this holds; `{0}` in it stands for the value."""
        self.conditions.append((condition, value))
        return self

    async def children(self, parent: "Read", which: UUID) -> Response:
        """The rows below a parent; raises Problem where the caller cannot see the parent."""
        await parent.check_there(which)
        self.within = True
        return await self.only(**{self.resource.table.key[0]: which}).page()

    async def page(self) -> Response:
        """The list that the address asks for."""
        query = parse(self.pairs, self.resource, self._fields())
        statement = self._statement()
        text = page(
            statement,
            self.resource,
            query,
            expansions(statement, self.caller, self.resource, query.expand),
        )
        rows = await self.parts.reading.rows(text, statement.parameters)
        total, position = rows[0][:2]
        found = [row for row in rows if row[2] is not None]
        headers = {"X-Ledger-Position": str(position or 0)}
        return success(self._listed(query, found, total), headers=headers)

    async def one(self, which: UUID) -> Response:
        """A single resource as it is now; raises Problem where there is none to see."""
        fields, expand = parse_shape(self.pairs, self.resource, self._fields())
        statement = self._statement()
        statement.equals(self.resource.table.key[0], which)
        beside = expansions(statement, self.caller, self.resource, expand)
        text = single(statement, self.resource, fields, beside)
        row = await self.parts.reading.row(text, statement.parameters)
        if row is None:
            raise not_found()
        json, version, position = row
        headers = {"X-Ledger-Position": str(position or 0), "ETag": f'"{version}"'}
        return success(msgspec.Raw(json.encode()), headers=headers)

    async def check_there(self, which: UUID) -> None:
        """Raises Problem unless there is such a resource and the caller may see it."""
        statement = self._statement()
        statement.equals(self.resource.table.key[0], which)
        text = single(statement, self.resource, tuple(self._fields().values())[:1], ())
        if await self.parts.reading.row(text, statement.parameters) is None:
            raise not_found()

    async def one_as_known(
        self, which: UUID, known_at: datetime | None, effective_on: date | None
    ) -> Response:
        """A single resource as the ledger knew it at an instant and for a day."""
        pairs = [pair for pair in self.pairs if pair[0] not in ("known_at", "effective_on")]
        fields, expand = parse_shape(pairs, self.resource, self._fields())
        if expand:
            raise wrong_field("expand", "cannot be combined with known_at or effective_on")
        rows = await self.rows_as_known(which, known_at, effective_on, self.resource.table)
        if not rows:
            raise not_found()
        data = {one.name: one.shown(rows[0]) for one in fields}
        headers = {"ETag": f'"{rows[0].version}"'}
        return success(data, headers=headers)

    async def rows_as_known(
        self, which: UUID, known_at: datetime | None, effective_on: date | None, table: Table[Any]
    ) -> list[Any]:
        """The rows of a stream in one table, from what was known at an instant and for a day."""
        if self.caller.outside:
            await self.check_there(which)
        store = self.parts.desk.store
        events = await run_in_threadpool(store.stream, which)
        chosen = known(events, known_at, effective_on)
        return AsKnown(self.resource.projection, store.tenant, chosen).of(table)

    def _fields(self) -> dict[str, Field]:
        if self.within:
            return self.resource.fields
        return visible_fields(self.caller, self.resource)

    def _statement(self) -> Statement:
        statement = Statement(self.parts.settings.tenant)
        if not self.within:
            only_visible(statement, self.caller, self.resource)
        for condition, value in self.conditions:
            statement.conditions.append(condition.replace("{0}", statement.put(value)))
        for column, value in self.fixed.items():
            statement.equals(column, value)
        return statement

    def _listed(
        self, query: ListQuery, rows: list[tuple[Any, ...]], total: int
    ) -> dict[str, object]:
        kept = rows[: query.page_size]
        more = len(rows) > query.page_size
        exact = total <= FARTHEST
        cursor = sealed(query.order, kept[-1][3:]) if more else None
        pages = None if query.by_cursor else -(-min(total, FARTHEST) // query.page_size)
        after = before = None
        if query.by_cursor:
            after = self._address(cursor=cursor) if more else None
        else:
            reaches = (query.page + 1) * query.page_size <= FARTHEST
            after = self._address(page=query.page + 1) if more and reaches else None
            before = self._address(page=query.page - 1) if query.page > 1 else None
        return {
            "results": msgspec.Raw(f"[{','.join(row[2] for row in kept)}]".encode()),
            "count": min(total, FARTHEST),
            "count_is_exact": exact,
            "page": None if query.by_cursor else query.page,
            "page_size": query.page_size,
            "num_pages": pages,
            "next": after,
            "previous": before,
            "cursor": cursor,
        }

    def _address(self, **changed: object) -> str:
        said = {**dict(self.pairs), **changed}
        return f"{self.path}?{urlencode(said)}"


async def shown(
    read: Read, which: UUID, known_at: datetime | None, effective_on: date | None
) -> Response:
    """A single resource, now or as known then: what every `GET /{resource}/{id}` answers."""
    if known_at is None and effective_on is None:
        return await read.one(which)
    return await read.one_as_known(which, known_at, effective_on)


def rows_shown(table: Table[Any], rows: list[Any]) -> list[dict[str, object]]:
    """Rows of any table as the API shows them."""
    fields = fields_of(table).values()
    return [{one.name: one.shown(row) for one in fields} for row in rows]
