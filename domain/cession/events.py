"""What was ceded: of a claim, of a policy's premium, of a whole treaty year; and why.

A cession is struck on everything known of a life (or a year) and posts the differences to what
was posted before. So a later claim may change the cession of an earlier one, and nothing that
stands is edited. Lines belong to the day (`on`) of the movement that led to them: the lines up to
any day are what the treaties take of the losses up to that day, in whatever order they came.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.money import Money
from domain.ratio import Ratio
from domain.reinsurance.loss import Risk


@dataclass(frozen=True, slots=True)
class TracedStep:
    """The amount that is left of the incurred loss after one rule, rounded for reading only."""

    rule: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CededLine:
    """What one section takes of one claim: `paid` and `incurred` are the changes posted now.

    `base_paid` and `base_incurred` are the loss that reached the section so far, after earlier
    priorities; `why` leads from it to what is ceded of the incurred loss.
    """

    treaty_id: UUID
    treaty: str
    treaty_version: int
    section: str
    priority: int
    claim_id: UUID
    paid: Money
    incurred: Money
    base_paid: Money
    base_incurred: Money
    why: tuple[TracedStep, ...] = ()


@dataclass(frozen=True, slots=True)
class LossCeded:
    """A claim has moved in its event `claim_version`; `lines` are the differences posted for it.

    `paid` and `incurred` are what moved, gross. The lines may be about other claims of the same
    life as well.
    """

    claim_id: UUID
    claim_number: str
    claim_version: int
    risk: Risk
    loss_on: date
    on: date
    paid: Money
    incurred: Money
    lines: tuple[CededLine, ...]
    because: str


@dataclass(frozen=True, slots=True)
class CessionRestruck:
    """The terms, an earlier or another loss changed what is ceded as of a day."""

    on: date
    lines: tuple[CededLine, ...]
    because: str


@dataclass(frozen=True, slots=True)
class CededPremiumLine:
    """`premium` and `commission` of one section on a premium of which `base` reached it."""

    treaty_id: UUID
    treaty: str
    treaty_version: int
    section: str
    priority: int
    cession: Ratio
    base: Money
    premium: Money
    commission: Money


@dataclass(frozen=True, slots=True)
class PremiumCeded:
    """A premium movement of a policy (its event `policy_version`) was ceded."""

    policy_id: UUID
    policy_number: str
    policy_version: int
    risk: Risk
    premium: Money
    lines: tuple[CededPremiumLine, ...]


CessionEvent = LossCeded | CessionRestruck | PremiumCeded
