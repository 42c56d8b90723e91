"""Notes who looked at whose data, before it is shown; many looks in one statement."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
import psycopg

from adapters.ids import Uuid7Ids
from adapters.postgres import LATER_ON_DISK
from adapters.reading import loop_pool

# All looks as one text: handing them over column by column would take the driver twice as long.
_NOTE = (
    "INSERT INTO member_look (tenant, look, member_id, user_id, actor, place, purpose, request_id)"
    " SELECT $1::bigint, told.* FROM json_to_recordset($2::json) AS told"
    " (look uuid, member_id uuid, user_id uuid, actor text, place text, purpose text,"
    " request_id text)"
)
# Openings of a member's own templates, and of everybody's while theirs was among them.
_OF_MEMBER = """
SELECT looked_at, actor, place, purpose FROM (
    SELECT look, looked_at, actor, place, purpose FROM member_look
    WHERE tenant = %(tenant)s AND member_id = %(member)s
  UNION ALL
    SELECT reading, read_at, actor, %(opened)s, purpose FROM biometric.reading r
    WHERE tenant = %(tenant)s AND (member_id = %(member)s OR member_id IS NULL AND EXISTS (
        SELECT FROM biometrics b
        WHERE b.tenant = %(tenant)s AND b.member_id = %(member)s AND b.modality = r.modality
          AND b.model = r.model AND b.created_at <= r.read_at
          AND (b.stage = 'registered' OR b.updated_at >= r.read_at)))
) AS looks ORDER BY look DESC LIMIT %(most)s"""
OPENED = "templates of fingers or faces"  # the place of a look that no address names
_MOST = 5_000  # in one statement


class Look(NamedTuple):
    """Somebody looked at a member's data: at which address, for which purpose, if one was said."""

    member_id: UUID
    user_id: UUID
    actor: str
    place: str
    purpose: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A look as it was noted."""

    looked_at: datetime
    actor: str
    place: str
    purpose: str


class Looks:
    """The looks of one tenant. What is noted is stored before the answer leaves.

    It need not be on the disk by then: what an outage of the server can cost is what was asked in
    its last fraction of a second, and no answer may be slower for it.
    """

    def __init__(self, dsn: str, tenant: int) -> None:
        self._tenant = tenant
        self._ids = Uuid7Ids()
        self._waiting: list[tuple[Sequence[Look], asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._pool = loop_pool(dsn, "bima-api-looks", LATER_ON_DISK, 2)

    async def open(self) -> None:
        await self._pool.open()

    async def close(self) -> None:
        await self._pool.close()

    async def note(self, looks: Sequence[Look]) -> None:
        """Store these; raises psycopg's errors, and then nothing may be shown."""
        if not looks:
            return
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((looks, stored))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await stored

    async def of(self, member_id: UUID, most: int) -> list[Noted]:
        """Who looked at a member's data or opened their templates, the latest first."""
        asked = {"tenant": self._tenant, "member": member_id, "most": most, "opened": OPENED}
        async with self._pool.connection() as conn:
            cursor = await conn.execute(_OF_MEMBER, asked)
            return [Noted(*row) for row in await cursor.fetchall()]

    async def _write(self) -> None:
        """All that waits, and what has come meanwhile, until nothing waits."""
        while self._waiting:
            taken, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            try:
                await self._store([look for looks, _ in taken for look in looks])
            except Exception as error:  # noqa: BLE001  # told to everybody who waits for it
                for _, stored in taken:
                    if not stored.done():
                        stored.set_exception(error)
            else:
                for _, stored in taken:
                    if not stored.done():
                        stored.set_result(None)

    async def _store(self, looks: Sequence[Look]) -> None:
        told = msgspec.json.encode([{"look": self._ids.new(), **one._asdict()} for one in looks])
        given = (self._tenant, told.decode())
        conn = await self._pool.getconn()
        try:
            await psycopg.AsyncRawCursor(conn).execute(_NOTE, given, binary=True)
        finally:
            await self._pool.putconn(conn)
