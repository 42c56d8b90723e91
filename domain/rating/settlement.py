"""What payments of a contribution do to a policy: idle, active or suspended, and from when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.money import Money


class PolicyStatus(StrEnum):
    IDLE = "idle"
    ACTIVE = "active"
    SUSPENDED = "suspended"


class WhenShort(StrEnum):
    """What the officer does with a payment that does not complete the contribution."""

    WAIT = "wait"
    ENFORCE = "enforce"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True)
class Payment:
    on: date
    amount: Money
    when_short: WhenShort = WhenShort.WAIT


@dataclass(frozen=True, slots=True)
class Settlement:
    """`balance` is what is still owed; below zero it is the payer's credit."""

    status: PolicyStatus
    effective_on: date | None
    balance: Money


def settlement(value: Money, starts_on: date, payments: Iterable[Payment]) -> Settlement:
    """The policy after payments in the order given.

    It is effective from its start or from the payment that completes it, whichever is later; an
    overpayment takes the day of payment. Once active, later payments change the balance only.
    """
    status, effective_on, balance = PolicyStatus.IDLE, None, value
    for payment in payments:
        balance -= payment.amount
        if status is PolicyStatus.ACTIVE:
            continue
        short = balance.minor > 0
        if short and payment.when_short is WhenShort.SUSPEND:
            status = PolicyStatus.SUSPENDED
        elif not short or payment.when_short is WhenShort.ENFORCE:
            status = PolicyStatus.ACTIVE
            effective_on = payment.on if balance.minor < 0 else max(payment.on, starts_on)
    return Settlement(status, effective_on, balance)
