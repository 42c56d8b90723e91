"""What the use cases need from outside, so that a whole month can be played with time by hand."""

from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from adapters.bank import BankAnswer, BankUnreachable
from domain.fraud.judgement import Judgement
from domain.fraud.known import Known, SeenClaim
from domain.money import Money

__all__ = [
    "Bank",
    "BankAnswer",
    "BankUnreachable",
    "BlindIndex",
    "ClaimsKnown",
    "Clock",
    "FraudJudge",
    "Ids",
    "Numbers",
    "Post",
    "Texts",
]


class Clock(Protocol):
    def now(self) -> datetime:
        """The instant, in UTC."""
        ...

    def today(self) -> date:
        """The day in the insurer's own time zone."""
        ...

    def begins(self, day: date) -> datetime:
        """The instant at which a day of the insurer's begins."""
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
    """Read model behind fraud scores."""

    def beside(self, claim_id: UUID) -> tuple[SeenClaim, Known] | None:
        """A claim with what was known at its own log position; None where it has not come in."""
        ...


class FraudJudge(Protocol):
    """Rules, alone or beside a model."""

    def judge(self, claim_id: UUID, claim: SeenClaim, known: Known) -> Judgement:
        """What is thought of a claim; it answers always, and says so where no model judged."""
        ...


class Texts(Protocol):
    def send(self, message_id: str, to: str, text: str) -> None:
        """A text message, sent once for an id however often it is asked for."""
        ...


class Post(Protocol):
    def send(self, to: str, subject: str, text: str) -> None:
        """A letter by electronic mail."""
        ...


class Bank(Protocol):
    def pay(self, instruction_id: str, account: str, amount: Money) -> BankAnswer:
        """Transfer once per instruction id, however often it is asked.

        Raises BankUnreachable when no answer came; asking again with the same id is safe.
        """
        ...
