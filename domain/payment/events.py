"""What can happen to a payment of a claim, from schedule to the bank's answer."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.money import Money
from domain.personal import Personal, PersonId


@dataclass(frozen=True, slots=True)
class PaymentScheduled:
    """The claim's payable is owed to `payee_id` (a provider or a member).

    `waits_for` is what has to come before the bank is asked: `approval` by a second person,
    `batch`, or nothing. `replaces` is the number of the payment that it is made in place of.
    """

    number: str
    claim_id: UUID
    claim_number: str
    payee_kind: str
    payee_id: PersonId
    account: Annotated[str, Personal("contact")]
    amount: Money
    waits_for: str = ""
    prepared_by: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class PaymentCorrected:
    """It goes to another account; who has approved it before has approved something else."""

    account: Annotated[str, Personal("contact")]
    waits_for: str
    corrected_by: str


@dataclass(frozen=True, slots=True)
class PaymentApproved:
    """A second person has agreed; `waits_for` is what still has to come: `batch` or nothing."""

    approved_by: str
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class PaymentInstructed:
    """The bank is asked to pay; `instruction_id` makes a repeated request one transfer.

    `batch` is the number of the batch that it goes with, if any.
    """

    instruction_id: str
    batch: str = ""


@dataclass(frozen=True, slots=True)
class PaymentConfirmed:
    bank_reference: str
    paid_on: date


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    reason: str


@dataclass(frozen=True, slots=True)
class PaymentReturned:
    """The money came back on `returned_on`: the account was closed, or another's."""

    amount: Money
    reason: str
    bank_reference: str
    returned_on: date


@dataclass(frozen=True, slots=True)
class PaymentCancelled:
    reason: str


@dataclass(frozen=True, slots=True)
class RemittanceSent:
    """The payee was told by `channel` what the payment is for: the claim and its `lines`."""

    claim_number: str
    amount: Money
    lines: int
    channel: str


@dataclass(frozen=True, slots=True)
class RemittanceUndeliverable:
    """The payee could not be told: `reason` says what is missing."""

    claim_number: str
    amount: Money
    reason: str


PaymentEvent = (
    PaymentScheduled
    | PaymentCorrected
    | PaymentApproved
    | PaymentInstructed
    | PaymentConfirmed
    | PaymentFailed
    | PaymentReturned
    | PaymentCancelled
    | RemittanceSent
    | RemittanceUndeliverable
)
