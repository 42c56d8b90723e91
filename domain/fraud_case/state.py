"""Where the suspicion of a claim stands."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.fraud_case.events import (
    FraudAlerted,
    FraudCaseEvent,
    FraudCheckRequested,
    FraudClaimLinked,
    FraudCleared,
    FraudConfirmed,
    FraudEvidenceAdded,
    FraudInvestigationOpened,
    FraudInvestigationOverdue,
    FraudReported,
    FraudRescored,
    FraudSubjectFlagged,
    Subject,
)
from domain.personal import PersonId


class Stage(StrEnum):
    ALERTED = "alerted"
    INVESTIGATED = "investigated"
    CLEARED = "cleared"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class NoSuspicion:
    """Nobody has suspected the claim; it may have been scored again."""


@dataclass(frozen=True, slots=True)
class Case:
    """`linked` are other claims of the scheme, `flagged` those against whom a finding stands."""

    stage: Stage
    claim_id: UUID
    member_id: PersonId
    provider_id: UUID
    investigator: str = ""
    due_on: date | None = None
    evidence: int = 0
    linked: frozenset[UUID] = frozenset()
    flagged: frozenset[Subject] = frozenset()
    reported: bool = False


FraudCase = NoSuspicion | Case


def evolve(case: FraudCase, event: FraudCaseEvent) -> FraudCase:
    if isinstance(event, FraudAlerted):
        return alert(case, event)
    if isinstance(case, NoSuspicion):
        return case
    match event:
        case FraudInvestigationOpened():
            return replace(
                case,
                stage=Stage.INVESTIGATED,
                investigator=event.investigator,
                due_on=event.due_on,
            )
        case FraudEvidenceAdded():
            return replace(case, evidence=event.evidence)
        case FraudClaimLinked():
            return replace(case, linked=case.linked | {event.linked_id})
        case FraudCleared():
            return replace(case, stage=Stage.CLEARED)
        case FraudConfirmed():
            return replace(case, stage=Stage.CONFIRMED)
        case FraudSubjectFlagged():
            return replace(case, flagged=case.flagged | {event.subject})
        case FraudReported():
            return replace(case, reported=True)
        case FraudRescored() | FraudCheckRequested() | FraudInvestigationOverdue():
            return case
        case _:
            assert_never(event)


def alert(case: FraudCase, event: FraudAlerted) -> Case:
    """A suspicion that comes again keeps what was found before."""
    if isinstance(case, Case):
        return replace(case, stage=Stage.ALERTED)
    return Case(Stage.ALERTED, event.claim_id, event.member_id, event.provider_id)
