"""Where a dispute stands, and who has spoken in it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.dispute.events import (
    DisputeAmended,
    DisputeAppealed,
    DisputeDecided,
    DisputeEvent,
    DisputeOpened,
    DisputeWithdrawn,
    Outcome,
)
from domain.personal import PersonId


class Stage(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    APPEALED = "appealed"
    FINAL = "final"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class NotOpened:
    pass


@dataclass(frozen=True, slots=True)
class Opened:
    """`spoken` are those who opened, amended, decided or appealed it: none of them decides."""

    number: str
    claim_id: UUID
    member_id: PersonId
    stage: Stage = Stage.OPEN
    outcome: Outcome | None = None
    spoken: frozenset[str] = frozenset()


Dispute = NotOpened | Opened


def evolve(dispute: Dispute, event: DisputeEvent) -> Dispute:
    if isinstance(event, DisputeOpened):
        spoken = frozenset({event.opened_by})
        return Opened(event.number, event.claim_id, event.member_id, spoken=spoken)
    if isinstance(dispute, NotOpened):
        return dispute
    match event:
        case DisputeAmended():
            return replace(dispute, spoken=dispute.spoken | {event.amended_by})
        case DisputeDecided():
            final = dispute.stage is Stage.APPEALED or event.outcome is Outcome.UPHELD
            return replace(
                dispute,
                stage=Stage.FINAL if final else Stage.DECIDED,
                outcome=event.outcome,
                spoken=dispute.spoken | {event.decided_by},
            )
        case DisputeAppealed():
            spoken = dispute.spoken | {event.appealed_by}
            return replace(dispute, stage=Stage.APPEALED, spoken=spoken)
        case DisputeWithdrawn():
            return replace(dispute, stage=Stage.WITHDRAWN)
        case _:
            assert_never(event)
