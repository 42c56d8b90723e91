"""What could not be done after an event: the list, trying again, setting aside with a reason."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from adapters.reaction_failures import ReactionFailures
from api.access import Caller, Signed
from api.envelope import Success, success
from api.errors import not_found
from api.fields import Body, Name, OptionalWords
from api.parts import Parts, parts_of
from api.roles import HANDLE_FAILURES
from api.routing import resource_router
from api.writing import Write, Writes

router = resource_router("/api/v1/failures", "Failures")

Handles = Annotated[Write, Depends(Writes(HANDLE_FAILURES))]
Place = Annotated[int, Path(ge=1, le=2**63 - 1)]
Reaction = Annotated[str, Path(pattern=r"^[a-z_]{1,100}$")]


class Discarding(Body):
    """Nothing is set aside without a reason."""

    reason: Name = Field(examples=["paid by hand on 2025-03-07"])


class Failed(BaseModel):
    """What was given up: after which event (its log position), which reaction to it, and why."""

    position: int
    reaction: str
    queue: str
    tries: int
    note: str
    made_at: datetime


class Ended(BaseModel):
    """`state` is due (it is tried again) or discarded."""

    position: int
    reaction: str
    state: str


@router.get("", response_model=Success[list[Failed]])
async def list_failures(
    request: Request, _: Annotated[Caller, Depends(Signed(HANDLE_FAILURES))]
) -> Response:
    """What was given up and waits for a decision, in the order of the log."""
    found = await run_in_threadpool(_failures(parts_of(request)).all)
    return success([{name: getattr(it, name) for name in Failed.model_fields} for it in found])


@router.post("/{position}/{reaction}/retry", response_model=Success[Ended])
async def retry_failure(
    position: Place, reaction: Reaction, write: Handles, body: OptionalWords = None
) -> Response:
    """Try it again, with all its tries; its command has the same id, so that twice is once."""
    failures = _failures(write.parts)
    await _checked(failures, position, reaction)
    if not write.dry_run:
        await run_in_threadpool(failures.retry, [(position, reaction)])
    return success({"position": position, "reaction": reaction, "state": "due"})


@router.post("/{position}/{reaction}/discard", response_model=Success[Ended])
async def discard_failure(
    position: Place, reaction: Reaction, write: Handles, body: Discarding
) -> Response:
    """Set it aside for good; the reason, and who gave it, stay beside what had failed."""
    failures = _failures(write.parts)
    await _checked(failures, position, reaction)
    if not write.dry_run:
        why = f"{body.reason}, says {write.caller.user.actor}"
        await run_in_threadpool(failures.discard, [(position, reaction)], why)
    return success({"position": position, "reaction": reaction, "state": "discarded"})


def _failures(parts: Parts) -> ReactionFailures:
    return ReactionFailures(parts.desk.store.pool, parts.settings.tenant)


async def _checked(failures: ReactionFailures, position: int, reaction: str) -> None:
    """Raises Problem where nothing of that name has failed there."""
    standing = await run_in_threadpool(failures.all)
    if not any((it.position, it.reaction) == (position, reaction) for it in standing):
        raise not_found()
