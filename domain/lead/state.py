"""Where a lead stands."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.changing import replace
from domain.lead.events import (
    LeadActivityRecorded,
    LeadAssigned,
    LeadCaptured,
    LeadConverted,
    LeadCorrected,
    LeadEvent,
    LeadMoved,
    LeadRemoved,
    Prospect,
    Stage,
)


@dataclass(frozen=True, slots=True)
class NotCaptured:
    pass


@dataclass(frozen=True, slots=True)
class Captured:
    number: str
    prospect: Prospect
    stage: Stage = Stage.NEW
    agent: str = ""
    member_id: UUID | None = None
    removed: bool = False


Lead = NotCaptured | Captured


def evolve(lead: Lead, event: LeadEvent) -> Lead:
    if isinstance(event, LeadCaptured):
        return Captured(event.number, event.prospect)
    if isinstance(lead, NotCaptured):
        return lead
    match event:
        case LeadCorrected():
            return replace(lead, prospect=event.prospect)
        case LeadAssigned():
            return replace(lead, agent=event.agent)
        case LeadMoved():
            return replace(lead, stage=event.stage)
        case LeadActivityRecorded():
            return lead
        case LeadConverted():
            return replace(lead, stage=Stage.WON, member_id=event.member_id)
        case LeadRemoved():
            return replace(lead, removed=True)
        case _:
            assert_never(event)
