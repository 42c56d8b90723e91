"""What a bank sends by webhook: read, booked once under the bank's own id, and put right by a
person where it could not be booked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid5

import msgspec

from adapters.decoders import read_as
from adapters.envelope import CommandReused
from adapters.webhook_deliveries import Deliveries, Delivery
from commands.bank_notices import BankNotice, Told, book_notice
from commands.context import Context, Desk
from commands.handling import LostRace
from domain.money import Money
from domain.refusals import Refused, RuleBroken, WrongStage

SENDER = "bank"
COMMANDS = UUID("0b6f9d0e-5c0b-5a47-9c5e-2d7c4f1a8e63")
"""Under which commands are named by the bank's own ids. Never changed."""

FindPayment = Callable[[str], UUID | None]


class BankMessage(msgspec.Struct, frozen=True):
    """What the bank tells; `id` stays the same however often it is told."""

    id: str
    kind: Told
    instruction_id: str
    amount_minor: int
    currency: str
    on: date
    reference: str = ""
    reason: str = ""


def read_message(body: bytes) -> BankMessage:
    """Raises ValueError for what is no message of a bank."""
    return read_as(BankMessage, body)


def book_message(
    desk: Desk, message: BankMessage, payment_id: UUID | None, *, dry_run: bool = False
) -> str:
    """Book it; why it cannot be, empty where it took effect, now or before. Raises LostRace."""
    if payment_id is None:
        return "no payment has this number"
    tenant = desk.store.tenant
    context = Context(
        actor=SENDER,
        command_id=uuid5(COMMANDS, f"{tenant}|{message.id}"),
        # All that follows from a claim is one errand, also what the bank says of its payment.
        correlation_id=desk.store.stream(payment_id)[-1].meta.correlation_id,
        recorded_at=desk.clock.now(),
        effective_on=message.on,
        fingerprint=sha256(msgspec.json.encode(message)).digest(),
        dry_run=dry_run,
    )
    try:
        amount = Money(message.amount_minor, message.currency)
        said = (message.reference, message.reason, message.on)
        book_notice(desk, context, BankNotice(payment_id, message.kind, amount, *said))
    except LostRace:
        raise
    except (Refused, CommandReused, ValueError) as why:
        return str(why)
    return ""


@dataclass(frozen=True, slots=True)
class PutRight:
    """What became of a kept message: taken, discarded, or still unresolved, with the reason."""

    place: int
    state: str
    note: str


def replay(
    desk: Desk, kept: Deliveries, place: int, by: str, find: FindPayment, *, dry_run: bool = False
) -> PutRight:
    """Book a kept message after all; one that was taken meanwhile is left as it is.

    Raises WrongStage `webhook.not_found` and `webhook.not_kept` for a message that was refused:
    it was not the bank's, and its words were not kept.
    """
    one = _kept(kept, place)
    if one.state == "taken":
        return PutRight(place, one.state, one.note)
    if one.state == "discarded":
        raise WrongStage("webhook.discarded", f"it was set aside: {one.note}")
    try:
        message = read_message(one.body.encode())
    except ValueError as error:
        why = f"cannot be read: {error}"
    else:
        why = book_message(desk, message, find(message.instruction_id), dry_run=dry_run)
    if not dry_run:
        kept.settle(place, "unresolved" if why else "taken", by, why or f"replayed ({one.note})")
    return PutRight(place, "unresolved" if why else "taken", why)


def discard(
    kept: Deliveries, place: int, by: str, reason: str, *, dry_run: bool = False
) -> PutRight:
    """Set a kept message aside for good, with the reason; its words stay.

    Raises WrongStage `webhook.not_found`, `webhook.not_kept`, `webhook.taken`; RuleBroken
    `webhook.no_reason`.
    """
    if not reason.strip():
        raise RuleBroken("webhook.no_reason", "say why nothing is booked", field="reason")
    one = _kept(kept, place)
    if one.state == "taken":
        raise WrongStage("webhook.taken", "it has been booked")
    if one.state == "unresolved" and not dry_run:
        kept.settle(place, "discarded", by, f"{reason} (was: {one.note})")
    return PutRight(place, "discarded", reason)


def _kept(kept: Deliveries, place: int) -> Delivery:
    one = kept.numbered(place)
    if one is None:
        raise WrongStage("webhook.not_found", f"there is no message {place}", field="place")
    if one.state == "refused":
        raise WrongStage("webhook.not_kept", "it was refused: it was not shown to be the bank's")
    return one
