"""What can happen to a payment of a claim, from schedule to the bank's answer."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.money import Money
from domain.personal import Personal, PersonId


@dataclass(frozen=True, slots=True)
class PaymentScheduled:
    """The claim's payable is owed to `payee_id` (a provider or a member)."""

    number: str
    claim_id: UUID
    claim_number: str
    payee_kind: str
    payee_id: PersonId
    account: Annotated[str, Personal("contact")]
    amount: Money


@dataclass(frozen=True, slots=True)
class PaymentInstructed:
    """The bank was asked to pay; `instruction_id` makes a repeated request one transfer."""

    instruction_id: str


@dataclass(frozen=True, slots=True)
class PaymentConfirmed:
    bank_reference: str
    paid_on: date


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    reason: str


@dataclass(frozen=True, slots=True)
class PaymentCancelled:
    reason: str


PaymentEvent = (
    PaymentScheduled | PaymentInstructed | PaymentConfirmed | PaymentFailed | PaymentCancelled
)
