"""Reads for the API, on the event loop: rows of the read side, where readers stand, receipts."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.abc import RV, PQGen
from psycopg_pool import AsyncConnectionPool

from adapters.dialogue import dialogue
from adapters.postgres import SESSION

Parameters = Mapping[str, Any] | Sequence[Any] | None
AsyncConnection = psycopg.AsyncConnection[tuple[Any, ...]]
Cursor = psycopg.AsyncCursor[tuple[Any, ...]]

# Both end with the transaction; what is one's own cannot be set by anything that a reader sends.
_AS_SEER = "SELECT set_config('role', %s, true), set_config('bima.own', %s::text[]::text, true)"
_LOOK_EVERY_SECONDS = 0.01
# Somebody waits for the answer: after ten seconds it comes too late, and others wait behind it.
_READS = "-c default_transaction_read_only=on -c statement_timeout=10s"


@dataclass(frozen=True, slots=True)
class Seer:
    """For whom rows are read, where the database itself is to show a part of them alone: the role
    that reads, and what is the caller's own."""

    role: str
    own: tuple[str, ...]


class NotGuarded(psycopg.OperationalError):
    """The tables do not say yet what this role may see of them: the projector has not run."""


class _Pooled(AsyncConnection):
    async def wait(
        self,
        gen: PQGen[RV],
        interval: float = 0.1,
        timeout: float | None = None,  # noqa: ASYNC109  # as the driver calls it
    ) -> RV:
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        return await dialogue(gen, self.pgconn.socket)


def loop_pool(
    dsn: str, application: str, settings: str, largest: int
) -> AsyncConnectionPool[AsyncConnection]:
    """Connections of one event loop; it is to be opened, and keeps none open that nobody uses."""
    return AsyncConnectionPool(
        dsn,
        connection_class=_Pooled,
        kwargs={
            "autocommit": True,
            "options": f"{SESSION} {settings}",
            "application_name": application,
            "connect_timeout": 10,
        },
        min_size=0,
        max_size=largest,
        timeout=10,
        max_idle=120,
        open=False,
    )


class Reading:
    """Connections of one event loop, for statements that only read one tenant's rows."""

    def __init__(self, dsn: str, tenant: int, largest: int = 8) -> None:
        self.tenant = tenant
        self._pool = loop_pool(dsn, "bima-api-reads", _READS, largest)

    async def open(self) -> None:
        await self._pool.open()

    async def close(self) -> None:
        await self._pool.close()

    async def rows(
        self, statement: str, parameters: Parameters = None, seer: Seer | None = None
    ) -> list[tuple[Any, ...]]:
        """All rows of one statement, or those of them that a seer may see; raises psycopg's
        errors."""
        return await self._read(psycopg.AsyncCursor, statement, parameters, seer)

    async def numbered(
        self, statement: str, values: Sequence[Any], seer: Seer | None = None
    ) -> list[tuple[Any, ...]]:
        """The same for a statement in which its values stand as $1, $2 and so on: it is sent as it
        is, where the driver would read through the whole of it for places first."""
        return await self._read(psycopg.AsyncRawCursor, statement, values, seer)

    async def _read(
        self, kind: type[Cursor], statement: str, given: Parameters, seer: Seer | None
    ) -> list[tuple[Any, ...]]:
        # Lent and given back by hand: the pool's own block asks for a transaction's end as well.
        conn = await self._pool.getconn()
        try:
            if seer is None:
                return await _all(kind(conn), statement, given)
            async with conn.transaction():
                await conn.execute(_AS_SEER, (seer.role, list(seer.own)))
                try:
                    return await _all(kind(conn), statement, given)
                except psycopg.errors.InsufficientPrivilege as error:
                    raise NotGuarded(str(error.sqlstate)) from error
        finally:
            await self._pool.putconn(conn)

    async def row(
        self, statement: str, parameters: Parameters = None, seer: Seer | None = None
    ) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        found = await self.rows(statement, parameters, seer)
        return found[0] if found else None

    async def last_position(self) -> int:
        """The last position that was handed out to a writer."""
        row = await self.row("SELECT last_value FROM es_position")
        assert row is not None
        return int(row[0])

    async def reached(self, readers: Sequence[str], position: int, patience: float) -> bool:
        """Wait until all these readers of the log stand at `position`, `patience` seconds at most.

        A reader without a checkpoint has not read anything yet.
        """
        loop = asyncio.get_running_loop()
        give_up = loop.time() + patience
        while not await self._stand_at(readers, position):
            if loop.time() > give_up:
                return False
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
        return True

    async def _stand_at(self, readers: Sequence[str], position: int) -> bool:
        row = await self.row(
            "SELECT count(*) FROM es_checkpoint WHERE name = ANY (%s) AND position >= %s",
            (list(readers), position),
        )
        return row is not None and row[0] >= len(set(readers))

    async def carried_out(
        self, command_id: UUID, stream_id: UUID | None
    ) -> tuple[datetime, int | None] | None:
        """When a command took effect, and the version that it left its main stream at."""
        row = await self.row(
            "SELECT recorded_at, (SELECT max(e.version) FROM es_event e"
            " WHERE e.tenant = r.tenant AND e.stream_id = %(stream)s"
            " AND e.command_id = r.command_id)"
            " FROM es_receipt r WHERE r.tenant = %(tenant)s AND r.command_id = %(command)s",
            {"tenant": self.tenant, "stream": stream_id, "command": command_id},
        )
        return None if row is None else (row[0], row[1])


async def _all(cursor: Cursor, statement: str, given: Parameters) -> list[tuple[Any, ...]]:
    # The statements are put together from declared names only; values are parameters.
    await cursor.execute(statement.encode(), given, binary=True)
    return await cursor.fetchall()
