"""The least that can answer over HTTP with a row of PostgreSQL: the yardstick of `bima bench http`.

One row is selected or inserted; there is no sign-in, envelope, audit, permission or history.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI
from psycopg_pool import AsyncConnectionPool

from cli.benches.yardsticks import DATA, INSERT


@asynccontextmanager
async def _opened(app: FastAPI) -> AsyncIterator[None]:
    pool = AsyncConnectionPool(
        os.environ["DATABASE_URL"], min_size=2, max_size=8, open=False, kwargs={"autocommit": True}
    )
    await pool.open()
    app.state.pool = pool
    yield
    await pool.close()


def create_app() -> FastAPI:
    """Two operations over the tables of the bench."""
    app = FastAPI(lifespan=_opened, openapi_url=None)

    @app.get("/claims/{claim_id}")
    async def show(claim_id: UUID) -> dict[str, Any]:
        async with app.state.pool.connection() as conn:
            found = await conn.execute(
                "SELECT claim_id, number, stage, billed_minor FROM claims "
                "WHERE tenant = 1 AND claim_id = %s",
                (claim_id,),
            )
            claim, number, stage, billed = await found.fetchone()
        return {"id": claim, "number": number, "stage": stage, "billed": billed}

    @app.post("/rows")
    async def add() -> dict[str, Any]:
        key = uuid4()
        async with app.state.pool.connection() as conn:
            await conn.execute(INSERT, (key, key, key, DATA, bytes(32)))
        return {"id": key}

    return app
