"""What people at the claims desk do with a claim before and around its decision."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from domain.money import Money
from domain.personal import HealthText, Personal


@dataclass(frozen=True, slots=True)
class ReviewedLine:
    """What a medical reviewer says of one line; None leaves the billed figure as it is.

    `unit_price` is for one unit. `refused`: the line is not accepted at all.
    """

    line: int
    quantity: Decimal | None = None
    unit_price: Money | None = None
    refused: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClaimAssigned:
    """Somebody is to look after the claim from now on; empty `assigned_to`: nobody is."""

    assigned_to: str
    assigned_by: str


@dataclass(frozen=True, slots=True)
class ClaimInformationRequested:
    """Nothing is decided until the answer is there; `asked_of` is the provider or the member."""

    wanted: HealthText
    asked_of: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class ClaimInformationReceived:
    """The answer; the claim goes on at the stage `goes_on_at`."""

    answer: HealthText
    received_by: str
    goes_on_at: str


@dataclass(frozen=True, slots=True)
class ClaimInformationOverdue:
    """The answer was due on `due_on` and has not come; the claim goes on waiting for it."""

    asked_of: str
    due_on: date


@dataclass(frozen=True, slots=True)
class ClaimReviewRequested:
    """A medical reviewer looks at the claim before it is decided.

    `reason` tells why this one: all are looked at, its number was drawn, it is out of the
    ordinary, or a person asked for it.
    """

    reason: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class ClaimReviewed:
    """The reviewer's figures stand beside the billed ones; lines that are not named stay as billed.

    They replace what an earlier review said. The claim goes on at the stage `goes_on_at`.
    """

    lines: tuple[ReviewedLine, ...]
    reviewer: str
    goes_on_at: str
    note: HealthText = ""


@dataclass(frozen=True, slots=True)
class ClaimRecovered:
    """What had been paid too much came back; each `reference` counts once."""

    amount: Money
    reference: str
    recovered_on: date
    how: Annotated[str, Personal("contact")] = ""
