"""Where an underwriting case stands."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from domain.changing import replace
from domain.money import Money
from domain.personal import HealthTexts, PersonId
from domain.underwriting.events import (
    CounterOfferAccepted,
    CounterOfferMade,
    Declaration,
    RiskAssessed,
    RiskCategory,
    UnderwritingApproved,
    UnderwritingCaseOpened,
    UnderwritingDeclined,
    UnderwritingEvent,
    UnderwritingReferred,
)


class Stage(StrEnum):
    OPEN = "open"
    ASSESSED = "assessed"
    REFERRED = "referred"
    OFFERED = "offered"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class NotOpened:
    pass


@dataclass(frozen=True, slots=True)
class Opened:
    number: str
    applicant_id: PersonId
    sum_assured: Money
    base_premium: Money
    declaration: Declaration
    stage: Stage = Stage.OPEN
    category: RiskCategory | None = None
    premium: Money | None = None
    loading_bps: int = 0
    exclusions: HealthTexts = ()
    opened_by: str = ""


UnderwritingCase = NotOpened | Opened


def evolve(case: UnderwritingCase, event: UnderwritingEvent) -> UnderwritingCase:
    if isinstance(event, UnderwritingCaseOpened):
        return Opened(
            event.number,
            event.applicant_id,
            event.sum_assured,
            event.base_premium,
            event.declaration,
            opened_by=event.opened_by,
        )
    if isinstance(case, NotOpened):
        return case
    match event:
        case RiskAssessed():
            return replace(case, stage=Stage.ASSESSED, category=event.category)
        case UnderwritingReferred():
            return replace(case, stage=Stage.REFERRED)
        case CounterOfferMade():
            return replace(
                case,
                stage=Stage.OFFERED,
                premium=event.premium,
                loading_bps=event.loading_bps,
                exclusions=event.exclusions,
            )
        case UnderwritingApproved():
            return replace(
                case,
                stage=Stage.APPROVED,
                premium=event.premium,
                loading_bps=event.loading_bps,
                exclusions=event.exclusions,
            )
        case CounterOfferAccepted():
            return replace(case, stage=Stage.APPROVED)
        case UnderwritingDeclined():
            return replace(case, stage=Stage.DECLINED)
        case _:
            assert_never(event)
