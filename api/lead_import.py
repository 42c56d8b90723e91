"""A sheet of leads over HTTP, such as a campaign brings: each row captured or refused by itself."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ValidationError

from api.envelope import Success, success
from api.leads import OF_OWN_BOOK, LeadBody, NewLead, known_alike
from api.roles import ADD_LEAD
from api.routing import resource_router
from api.sheets import SHEET_BODY, Sheet, faults_of, once, sheet_of
from api.writing import Write, Writes
from commands import leads
from commands.context import Context
from domain.refusals import Refused

router = resource_router("/api/v1/leads", "Lead Management")

SHEETS = UUID("0c4b6a57-9b8e-5a63-8f61-8b5e3a1d2c90")
"""Under which sheets are named that come without a key."""
MOST_LEADS = 1_000
COLUMNS = (*LeadBody.model_fields, "not_a_duplicate")


class ImportedLead(BaseModel):
    """What came of one row; `row` counts the heading as 1."""

    row: int
    captured: bool
    id: UUID | None = None
    number: str | None = None
    errors: list[dict[str, Any]] = []


class LeadImport(BaseModel):
    captured: int
    refused: int
    dry_run: bool
    rows: list[ImportedLead]


@router.post("/bulk-import", response_model=Success[LeadImport], openapi_extra=SHEET_BODY)
async def import_leads(
    request: Request, write: Annotated[Write, Depends(Writes(ADD_LEAD, whose=OF_OWN_BOOK))]
) -> Response:
    """Capture the leads of a sheet (CSV or Excel); `dry_run=true` tells who would be refused.

    One who is reached like another lead is refused without `not_a_duplicate` in the row.
    """
    sheet = await sheet_of(request, MOST_LEADS, COLUMNS)
    told = [ImportedLead(row=number, captured=False) for number, _ in sheet.rows]
    read = read_leads(sheet, told)
    known = await known_alike(write.parts, [one.prospect() for _, one in read])
    wanted = [(row, one.lead(numbers)) for (row, one), numbers in zip(read, known, strict=True)]
    context = once(request, write, sheet, SHEETS)
    position = await run_in_threadpool(capture_all, write, context, wanted)
    done = sum(row.captured for row in told)
    data = {
        "captured": done, "refused": len(told) - done, "dry_run": write.dry_run,
        "rows": [row.model_dump(mode="json") for row in told],
    }  # fmt: skip
    words = "This was a dry run: nothing has been recorded." if write.dry_run else "Recorded."
    return success(data, words, headers={"X-Ledger-Position": str(position)} if position else {})


def read_leads(sheet: Sheet, told: list[ImportedLead]) -> list[tuple[ImportedLead, NewLead]]:
    """Those who can be read; what is wrong with the others is noted at their row."""
    read = []
    for (_, cells), row in zip(sheet.rows, told, strict=True):
        said: dict[str, Any] = dict(sheet.said(cells))
        said["not_a_duplicate"] = "not_a_duplicate" in said
        if said.get("value_minor", "").isdigit():
            said["value_minor"] = int(said["value_minor"])
        try:
            read.append((row, NewLead.model_validate(said)))
        except ValidationError as error:
            row.errors = [
                {"field": field, "reason": reason, "rule": ""} for field, reason in faults_of(error)
            ]
    return read


def capture_all(
    write: Write, context: Context, wanted: list[tuple[ImportedLead, leads.NewLead]]
) -> int:
    """Capture each as a command of its own; the position of the last that was recorded."""
    position = 0
    for row, lead in wanted:
        own = uuid5(context.command_id, str(row.row))
        try:
            outcome = leads.capture_lead(
                write.desk, replace(context, command_id=own, expected_version=None), lead
            )
        except Refused as refused:
            where = str(refused.facts.get("field", ""))
            row.errors = [{"field": where, "reason": refused.detail, "rule": refused.code}]
            continue
        row.captured, row.number = True, outcome.answer["number"]
        row.id = UUID(outcome.answer["id"])
        if outcome.receipt is not None:
            position = max(position, outcome.receipt.position)
    return position
