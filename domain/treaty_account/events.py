"""What can happen to the account current of a treaty: rendered, cash called, settled.

Settlement is apart from the technical account: an account rendered says what is owed, a
settlement says what was paid, and the difference is brought forward.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.money import Money
from domain.reinsurance.account import AccountLine


@dataclass(frozen=True, slots=True)
class CashCalled:
    """The reinsurers' share of a large claim was called outside the account."""

    claim_id: UUID
    claim_number: str
    amount: Money
    called_on: date


@dataclass(frozen=True, slots=True)
class AccountRendered:
    """The technical account of a period; `balance` is what the cedant owes (below zero: is owed),
    with what was brought forward."""

    period: str
    lines: tuple[AccountLine, ...]
    balance: Money
    due_on: date


@dataclass(frozen=True, slots=True)
class AccountSettled:
    """Money passed: `amount` is above zero where the cedant paid."""

    amount: Money
    settled_on: date
    reference: str


TreatyAccountEvent = CashCalled | AccountRendered | AccountSettled
