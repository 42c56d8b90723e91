"""What the bank tells by itself: `POST /webhooks/bank`, signed; nobody needs to sign in for it.

A wrong, old or repeated signature is refused and written down. A genuine message that cannot be
booked is kept for a person, who replays it or sets it aside; the bank is told that we have it.
"""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from adapters.rate_limit import LimiterAway
from adapters.secret_keys import bank_key
from adapters.signed_messages import SIGNATURE, TIMESTAMP, SignatureRefused, check
from adapters.webhook_deliveries import Deliveries, deliveries
from api.access import Allowed, Caller, Signed
from api.documentation import FAILURES
from api.envelope import Success, success
from api.errors import SIGN_IN_FAILED, TOO_MANY, UNAVAILABLE, Problem, wrong_field
from api.failures import Discarding, Place
from api.fields import OptionalWords
from api.parts import Parts, parts_of
from api.roles import PROCESS_PAYMENT, PUBLIC
from api.routing import resource_router
from api.writing import Write, Writes
from commands import bank_messages
from commands.bank_messages import SENDER, BankMessage, book_message, read_message
from projections.payments_known import payment_numbered

router = resource_router("/api/v1/webhooks", "Payment Processing")

Processes = Annotated[Write, Depends(Writes(PROCESS_PAYMENT))]
_PATIENCE = 2.0


class Heard(BaseModel):
    """`booked` tells whether it took effect, now or when it was told before."""

    booked: bool


class Kept(BaseModel):
    """A message that was not simply taken; `note` says why, or what was decided of it."""

    place: int
    received_at: datetime
    sender: str
    state: str
    delivery: str
    note: str
    decided_by: str
    decided_at: datetime | None


class PutRight(BaseModel):
    """What became of a kept message: taken, discarded, or still unresolved, with the reason."""

    place: int
    state: str
    note: str


@router.post(
    "/bank", response_model=Success[Heard], responses=FAILURES, openapi_extra={"security": []}
)
async def hear_bank(
    request: Request, _: Annotated[Caller | None, Depends(Allowed(PUBLIC))]
) -> Response:
    """What became of a transfer, told by the bank: settled, failed or returned.

    Signed by HMAC-SHA256 over `X-Timestamp`, a full stop and the body, in `X-Signature` (hex).
    """
    parts = parts_of(request)
    body = await request.body()
    stamp, signature = request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, "")
    heard = _heard(parts)
    try:
        check(bank_key(parts.settings.secrets_folder), body, stamp, signature, datetime.now(UTC))
        if await run_in_threadpool(heard.seen, signature):
            raise SignatureRefused("it was received before")
    except SignatureRefused as refused:
        await _not_too_often(parts, request)
        await run_in_threadpool(heard.refuse, str(refused))
        raise Problem(SIGN_IN_FAILED, f"This message is refused: {refused}.") from refused
    try:
        message = read_message(body)
    except ValueError as error:
        said = body.decode(errors="replace")
        await run_in_threadpool(heard.keep, "", signature, f"cannot be read: {error}", said)
        raise wrong_field("body", str(error)) from error
    payment_id = await _payment(parts, message.instruction_id)
    booked = await run_in_threadpool(_book, parts, heard, message, signature, payment_id)
    said = "Booked." if booked else "Kept: somebody looks at it."
    return success({"booked": booked}, said)


@router.get("/bank", response_model=Success[list[Kept]])
async def list_webhooks(
    request: Request, _: Annotated[Caller, Depends(Signed(PROCESS_PAYMENT))]
) -> Response:
    """Messages that were refused or could not be booked, and what became of them, the latest
    first."""
    parts = parts_of(request)
    found = await run_in_threadpool(deliveries, parts.desk.store.pool, parts.settings.tenant)
    return success([{name: getattr(it, name) for name in Kept.model_fields} for it in found])


@router.post("/bank/{place}/replay", response_model=Success[PutRight])
async def replay_webhook(
    place: Place, request: Request, write: Processes, body: OptionalWords = None
) -> Response:
    """Book a message that was kept, now that what it lacked is there; booked once, however often
    it is asked for."""
    parts = write.parts

    def find(number: str) -> UUID | None:
        return payment_numbered(parts.desk.store.pool, parts.settings.tenant, number)

    told = await run_in_threadpool(
        bank_messages.replay,
        parts.desk, _heard(parts), place, write.caller.user.actor, find, dry_run=write.dry_run,
    )  # fmt: skip
    return success(_told(told))


@router.post("/bank/{place}/discard", response_model=Success[PutRight])
async def discard_webhook(
    place: Place, request: Request, write: Processes, body: Discarding
) -> Response:
    """Set a message that was kept aside for good, with the reason; its words stay."""
    told = await run_in_threadpool(
        bank_messages.discard,
        _heard(write.parts), place, write.caller.user.actor, body.reason, dry_run=write.dry_run,
    )  # fmt: skip
    return success(_told(told))


def _told(what: bank_messages.PutRight) -> dict[str, object]:
    return {name: getattr(what, name) for name in PutRight.model_fields}


def _heard(parts: Parts) -> Deliveries:
    return Deliveries(parts.desk.store.pool, parts.settings.tenant, SENDER)


async def _not_too_often(parts: Parts, request: Request) -> None:
    """Raises Problem where an address has sent more bad messages in a minute than anybody may ask.

    They are not written down any more. Genuine ones are never counted: a bank tells as much as it
    has to tell, also from behind the same address.
    """
    if not parts.settings.rate_limits:
        return
    host = request.client.host if request.client else "local"
    try:
        allowance = await parts.limiter.take(f"refused|{host}", parts.settings.limit_anonymous)
    except LimiterAway:
        return  # the record is bounded by the hour as well
    if not allowance.allowed:
        raise Problem(TOO_MANY, headers={"Retry-After": str(-(-allowance.retry_ms // 1000))})


async def _payment(parts: Parts, number: str) -> UUID | None:
    """The payment of this number, once the read model shows everything that stands now."""
    asked = (
        "SELECT payment_id FROM payments WHERE tenant = %s AND number = %s",
        (parts.settings.tenant, number),
    )
    row = await parts.reading.row(*asked)
    if row is None:
        last = await parts.reading.last_position()
        if not await parts.reading.reached(["payments"], last, _PATIENCE):
            raise Problem(UNAVAILABLE)  # the bank tells again
        row = await parts.reading.row(*asked)
    found: UUID | None = row[0] if row else None
    return found


def _book(
    parts: Parts, heard: Deliveries, message: BankMessage, signature: str, payment_id: UUID | None
) -> bool:
    """Whether it took effect; what cannot be booked is kept."""
    why = book_message(parts.desk, message, payment_id)
    if why:
        heard.keep(message.id, signature, why, msgspec.json.encode(message).decode())
        return False
    heard.took(message.id, signature)
    return True
