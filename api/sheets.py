"""A sheet (CSV or Excel) as the body of a request: its headings and rows, and one effect each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from adapters.sheets import CSV, EXCEL, SheetUnreadable, rows_of
from api.errors import wrong_field
from api.fields import Asked
from api.writing import Write
from commands.context import Context

SHEET_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            CSV: {"schema": {"type": "string"}},
            EXCEL: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells below each other; `rows` are numbered as people count them, the heading is 1."""

    head: tuple[str, ...]
    rows: Sequence[tuple[int, list[str]]]
    digest: str

    def said(self, cells: Sequence[str]) -> dict[str, str]:
        """What stands in a row, by its heading; empty cells say nothing."""
        return {name: cell for name, cell in zip(self.head, cells, strict=False) if cell}


async def sheet_of(
    request: Request, most: int, columns: Sequence[str], needed: Sequence[str] = ()
) -> Sheet:
    """The sheet that was sent; raises Problem for one that cannot be read, has more than `most`
    rows, or headings that are not ours."""
    content = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        rows = await run_in_threadpool(rows_of, content, kind, most)
    except SheetUnreadable as unreadable:
        raise wrong_field("sheet", str(unreadable)) from unreadable
    if len(rows) < 2:  # a heading and somebody below it
        raise wrong_field("sheet", "has no row below its heading")
    head = tuple(cell.lower() for cell in rows[0][1])
    unknown = [word[:50] for word in head if word not in columns]
    missing = [word for word in needed if word not in head]
    if unknown or missing or len(set(head)) < len(head):
        words = [f"unknown: {', '.join(unknown)}"] if unknown else []
        words += [f"missing: {', '.join(missing)}"] if missing else []
        words = words or ["a column comes twice"]
        raise wrong_field("row 1", f"{'; '.join(words)}; the columns are {', '.join(columns)}")
    return Sheet(head, rows[1:], sha256(content).hexdigest())


def once(request: Request, write: Write, sheet: Sheet, series: UUID) -> Context:
    """Under which rows are carried out: the same sheet has one effect, with or without a key."""
    context = write.context(Asked(reason="", effective_on=None))
    if request.headers.get("idempotency-key") is not None:
        return context
    return replace(context, command_id=uuid5(series, f"{write.caller.user.user_id}|{sheet.digest}"))


def faults_of(error: ValidationError) -> list[tuple[str, str]]:
    """Which fields of a row are wrong, and why."""
    return [
        (".".join(map(str, fault["loc"])), str(fault["msg"]).removeprefix("Value error, "))
        for fault in error.errors()
    ]
