"""How every read is answered: its address checked, its read model waited for, its rows shown.

A read waits, for a bounded time, until its read model shows what the caller has written. A single
resource is shown as it is now, or as the ledger knew it at an instant and for a day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from adapters.identities import Kind
from adapters.looks import Look
from adapters.reading import Seer
from api.access import Caller, Signed, Whose
from api.cursors import sealed
from api.envelope import success
from api.errors import UNAVAILABLE, Problem, not_found, wrong_field, wrong_fields
from api.parameters import OF_READS, OF_THE_PAST, Parameter, address, take
from api.parts import Parts, parts_of
from api.queries import FARTHEST, Pairs, parse, parse_shape
from api.queries import Query as ListQuery
from api.resources import Field, Resource
from api.statements import Statement, page, single
from api.visible import expansions, only_visible, visible_fields
from projections.as_known import AsKnown, known
from projections.whose import in_words, member_column, rules_of


class Reads(Signed):
    """The dependency of every route that reads a resource.

    With `past` it takes `known_at` and `effective_on`; `more` are parameters of its own. `whose`
    says whose business is shown to outside users where it is not the resource's own rule.
    """

    def __init__(
        self,
        resource: Resource,
        permission: str = "",
        *,
        past: bool = False,
        more: tuple[Parameter, ...] = (),
        whose: Whose | None = None,
    ) -> None:
        super().__init__(permission or resource.view)
        self.resource = resource
        self.whose = whose
        self.parameters = (*OF_READS, *(OF_THE_PAST if past else ()), *more)
        self._taken = frozenset(one.name for one in self.parameters)

    def rule_for(self, kind: Kind) -> str | None:
        if self.whose is not None:
            return self.whose.in_words(kind)
        if rules_of(self.resource.table) is None:
            return None
        return in_words(self.resource.table, kind)

    async def __call__(self, request: Request) -> "Read":  # type: ignore[override]  # for reads
        caller = self.checked(request)
        assert caller is not None
        parts = parts_of(request)
        said = take(request, self.parameters)
        position = max(said["after"] or 0, said["X-Ledger-Position"] or 0)
        if position:
            await wait(parts, self.resource, position)
        asked = request.query_params.multi_items() if request.scope["query_string"] else ()
        pairs = [pair for pair in asked if pair[0] not in self._taken]
        if caller.outside:
            await self._check_own(request, parts, caller)
        request_id = str(request.scope["state"].get("request_id", ""))
        path = address(request)
        return Read(parts, caller, self.resource, path, pairs, said, request_id=request_id)

    async def _check_own(self, request: Request, parts: Parts, caller: Caller) -> None:
        """Raises Problem where nothing of this is for an outside caller, whatever is done with
        it afterwards."""
        if self.whose is not None:
            await self.whose.check(request, parts, caller)
        elif self.resource.rule_for(caller.user.kind) is None:
            raise not_found()


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
    said: dict[str, Any]
    fixed: dict[str, object] = field(default_factory=dict)
    conditions: list[tuple[str, object]] = field(default_factory=list)
    request_id: str = ""
    within: bool = False
    """Rows of the caller's own account: `fixed` says which, and no rule of a table does."""

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
        return await self.only(**{self.resource.table.key[0]: which}).page()

    async def page(self) -> Response:
        """The list that the address asks for."""
        query = parse(self.pairs, self.resource, self._fields(masked=self._masks))
        statement = self._statement()
        text = page(
            statement,
            self.resource,
            query,
            expansions(statement, self.caller, self.resource, query.expand, masked=self._masks),
        )
        rows = await self.parts.reading.numbered(text, statement.values, self.seer)
        total, position = rows[0][:2]
        found = [row for row in rows if row[2] is not None]
        await self.note(row[3] for row in found[: query.page_size])
        headers = {"X-Ledger-Position": str(position or 0)}
        return success(self._listed(query, found, total), headers=headers)

    async def one(self, which: UUID) -> Response:
        """A single resource as it is now; raises Problem where there is none to see."""
        fields, expand = parse_shape(self.pairs, self.resource, self._fields())
        statement = self._statement()
        statement.equals(self.resource.table.key[0], which)
        beside = expansions(statement, self.caller, self.resource, expand, masked=self._masks)
        text = single(statement, self.resource, fields, beside)
        rows = await self.parts.reading.numbered(text, statement.values, self.seer)
        if not rows:
            raise not_found()
        json, version, position, member = rows[0]
        await self.note([member])
        headers = {"X-Ledger-Position": str(position or 0), "ETag": f'"{version}"'}
        return success(msgspec.Raw(json.encode()), headers=headers)

    async def check_there(self, which: UUID) -> None:
        """Raises Problem unless there is such a resource and the caller may see it."""
        if not await self.note_seen(which):
            raise not_found()

    async def note_seen(self, which: UUID) -> bool:
        """Note that somebody looks at a resource in another way than by its row; False where
        there is none that they may see."""
        statement = self._statement()
        statement.equals(self.resource.table.key[0], which)
        text = single(statement, self.resource, tuple(self._fields().values())[:1], ())
        rows = await self.parts.reading.numbered(text, statement.values, self.seer)
        await self.note(row[3] for row in rows)
        return bool(rows)

    async def note(self, members: Iterable[UUID | None]) -> None:
        """Note that staff, or a service, look at data of these members."""
        if self.caller.outside:
            return
        user, purpose = self.caller.user, self.said.get("X-Purpose") or ""
        await self.parts.looks.note(
            [
                Look(one, user.user_id, user.actor, self.path, purpose, self.request_id)
                for one in dict.fromkeys(members)
                if one is not None
            ]
        )

    async def shown(self, which: UUID) -> Response:
        """What `GET /{resource}/{id}` answers: the resource now, or as known then."""
        if self.known_at is None and self.effective_on is None:
            return await self.one(which)
        fields, expand = parse_shape(self.pairs, self.resource, self._fields())
        if expand:
            raise wrong_field("expand", "cannot be combined with known_at or effective_on")
        if self.caller.outside:
            await self.check_there(which)
        store = self.parts.desk.store
        events = await run_in_threadpool(store.stream, which)
        chosen = known(events, self.known_at, self.effective_on)
        rows = AsKnown(self.resource.projection, store.tenant, chosen).of(self.resource.table)
        if not rows:
            raise not_found()
        column = member_column(self.resource.table)
        await self.note([getattr(rows[0], column)] if column else [])
        data = {one.name: one.shown(rows[0]) for one in fields}
        return success(data, headers={"ETag": f'"{rows[0].version}"'})

    @property
    def known_at(self) -> datetime | None:
        """The instant as of which the caller asks, if there is one."""
        at: datetime | None = self.said.get("known_at")
        return at

    @property
    def effective_on(self) -> date | None:
        """The day as of which the caller asks, if there is one."""
        on: date | None = self.said.get("effective_on")
        return on

    @property
    def seer(self) -> Seer | None:
        """As whom the database is asked."""
        return None if self.within else self.caller.seer

    def nothing_else(self) -> None:
        """Raises Problem where the address says anything that this read does not know."""
        if self.pairs:
            raise wrong_fields([(name[:100], "means nothing here") for name, _ in self.pairs])

    @property
    def _masks(self) -> bool:
        """Whether staff see the ends of numbers and addresses alone: where no purpose is said."""
        return not self.caller.outside and not self.said.get("X-Purpose")

    def _fields(self, *, masked: bool = False) -> dict[str, Field]:
        if self.within:
            return self.resource.fields
        if masked:
            return self.resource.masked
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
        cursor = sealed(query.order, kept[-1][4:]) if more else None
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
        return f"{self.path}?{urlencode({**dict(self.pairs), **changed})}"
