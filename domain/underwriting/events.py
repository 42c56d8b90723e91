"""What can happen to an underwriting case: the application, its risk and the decision."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from domain.money import Money
from domain.personal import HealthText, HealthTexts, Personal, PersonId


class RiskCategory(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Occupation(StrEnum):
    LOW_RISK = "low_risk"
    MEDIUM_RISK = "medium_risk"
    HIGH_RISK = "high_risk"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the applicant declares; `bmi_tenths` is the body mass index times ten."""

    age: int
    smoker: Annotated[bool, Personal("health")]
    bmi_tenths: Annotated[int, Personal("health")]
    conditions: HealthTexts
    occupation: Occupation


@dataclass(frozen=True, slots=True)
class UnderwritingCaseOpened:
    """`opened_by` took the declaration down, and does not decide upon it."""

    number: str
    applicant_id: PersonId
    sum_assured: Money
    base_premium: Money
    declaration: Declaration
    opened_by: str = ""


@dataclass(frozen=True, slots=True)
class RiskAssessed:
    """`score` from 0 (refuse) to 100 (no risk seen); each factor says what it took away."""

    score: int
    category: RiskCategory
    factors: HealthTexts
    recommended_loading_bps: int


@dataclass(frozen=True, slots=True)
class UnderwritingReferred:
    """Above what this underwriter may decide: a senior underwriter takes it."""

    reason: str


@dataclass(frozen=True, slots=True)
class UnderwritingApproved:
    """`premium` is the base premium with the loading; exclusions are codes never covered."""

    premium: Money
    loading_bps: int
    exclusions: HealthTexts
    approved_by: str


@dataclass(frozen=True, slots=True)
class CounterOfferMade:
    premium: Money
    loading_bps: int
    exclusions: HealthTexts
    offered_by: str


@dataclass(frozen=True, slots=True)
class CounterOfferAccepted:
    pass


@dataclass(frozen=True, slots=True)
class UnderwritingDeclined:
    reasons: HealthTexts
    note: HealthText = ""


UnderwritingEvent = (
    UnderwritingCaseOpened
    | RiskAssessed
    | UnderwritingReferred
    | UnderwritingApproved
    | CounterOfferMade
    | CounterOfferAccepted
    | UnderwritingDeclined
)
