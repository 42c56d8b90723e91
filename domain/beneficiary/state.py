"""Where a beneficiary stands."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from domain.beneficiary.events import (
    BeneficiaryApproved,
    BeneficiaryCorrected,
    BeneficiaryEvent,
    BeneficiaryNominated,
    BeneficiaryRejected,
    BeneficiaryRemoved,
    Nominee,
)
from domain.changing import replace
from domain.personal import PersonId


class Stage(StrEnum):
    NOMINATED = "nominated"
    APPROVED = "approved"
    REJECTED = "rejected"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class NotNominated:
    pass


@dataclass(frozen=True, slots=True)
class Nominated:
    """`asked_by` is whoever said last who it is and with what share."""

    member_id: PersonId
    nominee: Nominee
    share_bps: int
    asked_by: str
    stage: Stage = Stage.NOMINATED


Beneficiary = NotNominated | Nominated


def evolve(known: Beneficiary, event: BeneficiaryEvent) -> Beneficiary:
    if isinstance(event, BeneficiaryNominated):
        return Nominated(event.member_id, event.nominee, event.share_bps, event.nominated_by)
    if isinstance(known, NotNominated):
        return known
    match event:
        case BeneficiaryCorrected():
            return Nominated(known.member_id, event.nominee, event.share_bps, event.corrected_by)
        case BeneficiaryApproved():
            return replace(known, stage=Stage.APPROVED)
        case BeneficiaryRejected():
            return replace(known, stage=Stage.REJECTED)
        case BeneficiaryRemoved():
            return replace(known, stage=Stage.REMOVED)
        case _:
            assert_never(event)
