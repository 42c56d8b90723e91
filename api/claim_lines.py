"""Single lines of a claim over HTTP: add, put right, take out, and why one was decided so."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool

from api.answers import done, made
from api.claims import Line
from api.documentation import single
from api.envelope import Success, plain, success
from api.errors import not_found
from api.fields import Asked, Id
from api.parameters import KNOWN_AT
from api.parts import Parts
from api.readable import CLAIMS, LINES
from api.reads import Read, Reads
from api.roles import CHANGE_CLAIM
from api.routing import resource_router
from api.writing import Write, Writes
from commands import claim_lines
from domain.claim import CLAIM
from domain.claim.state import Submitted
from projections.explaining import explained_line

router = resource_router("/api/v1", "Claim Line Item")
PREFIX = "/api/v1/claim-line-items"

Changes = Annotated[Write, Depends(Writes(CHANGE_CLAIM))]


class LineItem(Line, Asked):
    """One line as it is billed; a number that is left out is the next."""


@router.post("/claims/{claim_id}/line-items", **made())
async def add_claim_line(
    claim_id: UUID,
    body: LineItem,
    write: Annotated[Write, Depends(Writes(CHANGE_CLAIM, creates=PREFIX))],
) -> Response:
    """Add a line to a claim that is not decided yet."""
    line = claim_lines.LineOfClaim(claim_id, body.as_billed(0))
    return await write(body, claim_lines.add_line, line)


@router.get("/claim-line-items/{id}", **single(LINES))
async def show_claim_line(
    line_id: Id,
    read: Annotated[Read, Depends(Reads(LINES))],
    claim: Annotated[Read, Depends(Reads(CLAIMS))],
) -> Response:
    """One line: as billed, as reviewed, and who bears what of it."""
    claim_id, number = await place(read.parts, line_id)
    await claim.check_there(claim_id)
    return await read.only(line=number).one(claim_id)


@router.put("/claim-line-items/{id}", **done())
async def correct_claim_line(line_id: Id, body: LineItem, write: Changes) -> Response:
    """Put a line right, before the claim is decided."""
    claim_id, number = await place(write.parts, line_id)
    line = claim_lines.LineOfClaim(claim_id, body.as_billed(number))
    return await write(body, claim_lines.correct_line, line)


@router.delete("/claim-line-items/{id}", **done())
async def remove_claim_line(line_id: Id, write: Changes) -> Response:
    """Take a line out, before the claim is decided; the history keeps it."""
    claim_id, number = await place(write.parts, line_id)
    gone = claim_lines.LineToRemove(claim_id, number)
    return await write(None, claim_lines.remove_line, gone)


@router.get("/claim-line-items/{id}/explanation", response_model=Success[dict[str, Any]])
async def explain_claim_line(
    line_id: Id, read: Annotated[Read, Depends(Reads(CLAIMS, more=(KNOWN_AT,)))]
) -> Response:
    """Why a line was decided so: every step in words and in data, now or as known then."""
    read.nothing_else()
    claim_id, number = await place(read.parts, line_id)
    await read.check_there(claim_id)
    store = read.parts.desk.store
    found = await run_in_threadpool(store.load, CLAIM, claim_id, known_at=read.known_at)
    claim = found.state
    if not isinstance(claim, Submitted) or claim.determination is None:
        raise not_found()
    line = next((li for li in claim.determination.lines if li.line == number), None)
    if line is None:
        raise not_found()
    data = {
        "id": str(line_id),
        "claim_id": str(claim_id),
        "number": claim.number,
        "rules": {
            "product": claim.determination.product,
            "version": claim.determination.product_version,
        },
        "words": explained_line(line),
        "line": plain(line),
    }
    return success(data, headers={"ETag": f'"{found.version}"'})


async def place(parts: Parts, line_id: UUID) -> tuple[UUID, int]:
    """The claim that a line belongs to, and its number there; raises Problem for none."""
    row = await parts.reading.row(
        "SELECT claim_id, line FROM claim_lines WHERE tenant = %s AND line_id = %s",
        (parts.settings.tenant, line_id),
    )
    if row is None:
        raise not_found()
    return row[0], row[1]
