"""Bordereaux over HTTP: the file of a month, the same bytes whenever it is asked for."""

import shutil
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from api.errors import wrong_field
from api.parameters import UP_TO_POSITION
from api.readable import MOVEMENTS
from api.reads import Read, Reads
from api.routing import resource_router
from projections.bordereaux import BORDEREAUX, BordereauRefused
from projections.canonical import Issued

router = resource_router("/api/v1/bordereaux", "Bordereaux")

CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The file."}
Movements = Annotated[Read, Depends(Reads(MOVEMENTS, more=(UP_TO_POSITION,)))]


class Which(StrEnum):
    CLAIMS = "claims"
    PREMIUM = "premium"


@router.get("/{kind}/{period}", response_class=FileResponse, responses={200: CSV})
async def issue_bordereau(kind: Which, period: str, read: Movements) -> Response:
    """The bordereau of a month such as `2025-01`; `X-Content-SHA256` is the file's own hash."""
    read.nothing_else()
    folder = Path(tempfile.mkdtemp(prefix="bima-bordereau-"))
    try:
        issued = await run_in_threadpool(_issue, read, kind, period, folder / "issued.csv")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        issued.path,
        filename=f"{kind}-bordereau-{period}.csv",
        media_type="text/csv",
        headers={"X-Content-SHA256": issued.sha256},
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )


def _issue(read: Read, kind: Which, period: str, path: Path) -> Issued:
    store = read.parts.desk.store
    with store.pool.connection() as conn:
        try:
            return BORDEREAUX[kind](conn, period, read.said["position"], path, tenant=store.tenant)
        except BordereauRefused as refused:
            raise wrong_field("period", str(refused)) from refused
