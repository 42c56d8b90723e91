"""What the bank tells by itself: `POST /webhooks/bank`, signed; nobody needs to sign in for it.

A wrong, old or repeated signature is refused and written down. A genuine message that cannot be
booked is kept for a person, and the bank is told that we have it.
"""

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Annotated
from uuid import UUID, uuid5

import msgspec
from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from adapters.envelope import CommandReused
from adapters.secret_keys import bank_key
from adapters.signed_messages import SIGNATURE, TIMESTAMP, SignatureRefused, check
from adapters.webhook_deliveries import Deliveries, deliveries
from api.access import Allowed, Caller, Signed
from api.documentation import FAILURES
from api.envelope import Success, success
from api.errors import SIGN_IN_FAILED, UNAVAILABLE, Problem, wrong_field
from api.parts import Parts, parts_of
from api.roles import PROCESS_PAYMENT, PUBLIC
from api.routing import resource_router
from commands.bank_notices import BankNotice, Told, book_notice
from commands.context import Context
from commands.handling import LostRace
from domain.money import Money
from domain.refusals import Refused

router = resource_router("/api/v1/webhooks", "Payment Processing")

COMMANDS = UUID("0b6f9d0e-5c0b-5a47-9c5e-2d7c4f1a8e63")
"""Under which commands are named by the bank's own ids."""

SENDER = "bank"
_PATIENCE = 2.0


class Heard(BaseModel):
    """`booked` tells whether it took effect, now or when it was told before."""

    booked: bool


class Message(msgspec.Struct, frozen=True):
    """What the bank tells; `id` stays the same however often it is told."""

    id: str
    kind: Told
    instruction_id: str
    amount_minor: int
    currency: str
    on: date
    reference: str = ""
    reason: str = ""


class Kept(BaseModel):
    """A message that was not simply taken; `note` says why."""

    received_at: datetime
    sender: str
    state: str
    delivery: str
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
    desk = parts.desk
    heard = Deliveries(desk.store.pool, parts.settings.tenant, SENDER)
    try:
        check(bank_key(parts.settings.secrets_folder), body, stamp, signature, datetime.now(UTC))
        if await run_in_threadpool(heard.seen, signature):
            raise SignatureRefused("it was received before")
    except SignatureRefused as refused:
        await run_in_threadpool(heard.refuse, str(refused))
        raise Problem(SIGN_IN_FAILED, f"This message is refused: {refused}.") from refused
    try:
        message = msgspec.json.decode(body, type=Message)
    except msgspec.DecodeError as error:
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
    """Messages that were refused or could not be booked, the latest first."""
    parts = parts_of(request)
    found = await run_in_threadpool(deliveries, parts.desk.store.pool, parts.settings.tenant)
    return success(
        [
            {
                "received_at": it.received_at,
                "sender": it.sender,
                "state": it.state,
                "delivery": it.delivery,
                "note": it.note,
            }
            for it in found
        ]
    )


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
    parts: Parts, heard: Deliveries, message: Message, signature: str, payment_id: UUID | None
) -> bool:
    """Whether it took effect; what cannot be booked is kept."""
    said = msgspec.json.encode(message).decode()
    if payment_id is None:
        heard.keep(message.id, signature, "no payment has this number", said)
        return False
    command_id = uuid5(COMMANDS, f"{parts.settings.tenant}|{message.id}")
    context = Context(
        actor=SENDER,
        command_id=command_id,
        correlation_id=_errand(parts, payment_id),
        recorded_at=parts.desk.clock.now(),
        effective_on=message.on,
        fingerprint=sha256(said.encode()).digest(),
    )
    try:
        book_notice(parts.desk, context, _notice(message, payment_id))
    except LostRace:
        raise
    except (Refused, CommandReused, ValueError) as why:
        heard.keep(message.id, signature, str(why), said)
        return False
    heard.took(message.id, signature)
    return True


def _errand(parts: Parts, payment_id: UUID) -> UUID:
    """What the payment belongs to: all that follows from a claim is one errand."""
    return parts.desk.store.stream(payment_id)[-1].meta.correlation_id


def _notice(message: Message, payment_id: UUID) -> BankNotice:
    amount = Money(message.amount_minor, message.currency)
    return BankNotice(
        payment_id, message.kind, amount, message.reference, message.reason, message.on
    )
