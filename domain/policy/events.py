"""What can happen to a policy: the contract, whom it covers and when, and its premium."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.money import Money
from domain.periods import Period


@dataclass(frozen=True, slots=True)
class Covered:
    """A member's own cover within the policy."""

    member_id: UUID
    period: Period


@dataclass(frozen=True, slots=True)
class Instalment:
    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class PolicyIssued:
    """`grace_days` is the time after a due date in which cover goes on unpaid."""

    number: str
    product_id: UUID
    holder_id: UUID
    period: Period
    covered: tuple[Covered, ...]
    premium: Money
    instalments: tuple[Instalment, ...] = ()
    grace_days: int = 30
    renewal: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class MemberAddedToPolicy:
    covered: Covered


@dataclass(frozen=True, slots=True)
class MemberRemovedFromPolicy:
    """Cover of the member ends; `until_on` is the first day without cover."""

    member_id: UUID
    until_on: date


@dataclass(frozen=True, slots=True)
class PremiumReceived:
    amount: Money
    received_on: date
    reference: str


@dataclass(frozen=True, slots=True)
class PolicyLapsed:
    """Cover stopped on `lapsed_on` because a premium stayed unpaid past its grace."""

    lapsed_on: date
    unpaid: Money


@dataclass(frozen=True, slots=True)
class PolicyRevived:
    revived_on: date


@dataclass(frozen=True, slots=True)
class PolicySuspended:
    suspended_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class PolicyResumed:
    resumed_on: date


@dataclass(frozen=True, slots=True)
class PolicyRenewed:
    """A further period under the same number, with its own premium."""

    period: Period
    premium: Money
    instalments: tuple[Instalment, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyCorrected:
    """Who holds the policy, and how long cover goes on unpaid after a due date: as they should
    have been, or as they were agreed anew."""

    holder_id: UUID
    grace_days: int


@dataclass(frozen=True, slots=True)
class PolicyTerminated:
    """Cover ends for good; `until_on` is the first day without cover."""

    until_on: date
    reason: str


PolicyEvent = (
    PolicyIssued
    | MemberAddedToPolicy
    | MemberRemovedFromPolicy
    | PremiumReceived
    | PolicyLapsed
    | PolicyRevived
    | PolicySuspended
    | PolicyResumed
    | PolicyRenewed
    | PolicyCorrected
    | PolicyTerminated
)
