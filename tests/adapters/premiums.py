"""A small ledger of premium accounts, so that the log is tried without the product's own events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from adapters.envelope import Meta
from domain.catalogue import Catalogue, Entry
from domain.decider import Decider
from domain.money import Money


class Way(StrEnum):
    BANK = "bank"
    CASH = "cash"


@dataclass(frozen=True, slots=True)
class Part:
    cover: str
    amount: Money


@dataclass(frozen=True, slots=True)
class AccountOpened:
    holder: UUID
    opened_on: date
    rate: Decimal
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class PremiumPaid:
    amount: Money
    way: Way = Way.BANK
    note: str | None = None


@dataclass(frozen=True, slots=True)
class AccountClosed:
    reason: str


@dataclass(frozen=True, slots=True)
class Account:
    paid: int = 0
    payments: int = 0
    open: bool = False


Fact = AccountOpened | PremiumPaid | AccountClosed


def evolve(account: Account, fact: Fact) -> Account:
    match fact:
        case AccountOpened():
            return Account(account.paid, account.payments, open=True)
        case PremiumPaid():
            return Account(account.paid + fact.amount.minor, account.payments + 1, account.open)
        case AccountClosed():
            return Account(account.paid, account.payments, open=False)


def decide(account: Account, facts: Sequence[Fact]) -> Sequence[Fact]:
    return facts


ACCOUNT: Decider[Account, Sequence[Fact], Fact] = Decider("account", Account(), decide, evolve)

CATALOGUE = Catalogue(
    [
        Entry("account.opened", AccountOpened),
        Entry("account.premium_paid", PremiumPaid),
        Entry("account.closed", AccountClosed),
    ]
)


def tzs(minor: int) -> Money:
    return Money(minor, "TZS")


def paid(minor: int) -> PremiumPaid:
    return PremiumPaid(tzs(minor))


def meta(**changes: Any) -> Meta:
    """Who, when and why of a command; each call is another command."""
    said: dict[str, Any] = {
        "recorded_at": datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC),
        "effective_on": date(2026, 2, 28),
        "actor": "amina",
        "command_id": uuid4(),
        "correlation_id": uuid4(),
    }
    return Meta(**{**said, **changes})
