"""What the use cases need from outside, so that a whole month can be played with time by hand."""

from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from adapters.bank import BankAnswer, BankUnreachable
from domain.fraud.known import RecentClaim
from domain.money import Money

__all__ = [
    "Bank",
    "BankAnswer",
    "BankUnreachable",
    "BlindIndex",
    "ClaimsKnown",
    "Clock",
    "Ids",
    "Numbers",
    "RecentClaim",
]


class Clock(Protocol):
    def now(self) -> datetime:
        """The instant, in UTC."""
        ...

    def today(self) -> date:
        """The day in the insurer's own time zone."""
        ...


class Ids(Protocol):
    def new(self) -> UUID:
        """A fresh id; ids made later sort later."""
        ...


class Numbers(Protocol):
    def take(self, series: str, count: int = 1) -> range:
        """The next `count` running numbers of a series; no number is given twice."""
        ...


class BlindIndex(Protocol):
    def of(self, kind: str, value: str) -> UUID:
        """A stream id for a secret value: the same value meets itself, and cannot be read back."""
        ...


class ClaimsKnown(Protocol):
    """Read model behind fraud rules, always asked as known at a log position."""

    def recent_claims(
        self, member_id: UUID, since: date, up_to_position: int
    ) -> tuple[RecentClaim, ...]:
        """Claims of a member for services since a day, in log order, none recorded later."""
        ...

    def usual_price(self, code: str, up_to_position: int) -> Decimal | None:
        """Median billed minor units of one unit of a service; None where hardly any is known."""
        ...


class Bank(Protocol):
    def pay(self, instruction_id: str, account: str, amount: Money) -> BankAnswer:
        """Transfer once per instruction id, however often it is asked.

        Raises BankUnreachable when no answer came; asking again with the same id is safe.
        """
        ...
