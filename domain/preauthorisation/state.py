"""Where a request stands, and what later decisions need to know of it."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.diagnoses import Diagnoses
from domain.money import Money
from domain.personal import PersonId
from domain.preauthorisation.events import (
    PlannedItem,
    PreauthorisationApproved,
    PreauthorisationCancelled,
    PreauthorisationEvent,
    PreauthorisationExpired,
    PreauthorisationPended,
    PreauthorisationRejected,
    PreauthorisationRequested,
    PreauthorisationUpdated,
    PreauthorisationUsed,
)


class Stage(StrEnum):
    REQUESTED = "requested"
    PENDED = "pended"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    USED = "used"


@dataclass(frozen=True, slots=True)
class NotRequested:
    pass


@dataclass(frozen=True, slots=True)
class Requested:
    """`years` are the benefit years in which an approval keeps benefit; `touched_by` are the people
    who asked for it or changed what is asked: none of them may approve it."""

    number: str
    member_id: PersonId
    policy_id: UUID
    provider_id: UUID
    kind: str
    visit_type: str
    service_from: date
    service_until: date
    diagnoses: Diagnoses
    items: tuple[PlannedItem, ...]
    touched_by: frozenset[str]
    stage: Stage = Stage.REQUESTED
    approved: Money | None = None
    valid_until: date | None = None
    years: tuple[str, ...] = ()

    @property
    def open_items(self) -> tuple[PlannedItem, ...]:
        """Those that are still wanted."""
        return tuple(item for item in self.items if not item.cancelled)


Preauthorisation = NotRequested | Requested

_ENDS = {
    PreauthorisationRejected: Stage.REJECTED,
    PreauthorisationCancelled: Stage.CANCELLED,
    PreauthorisationExpired: Stage.EXPIRED,
    PreauthorisationUsed: Stage.USED,
}


def evolve(asked: Preauthorisation, event: PreauthorisationEvent) -> Preauthorisation:
    if isinstance(event, PreauthorisationRequested):
        return request(event)
    if isinstance(asked, NotRequested):
        return asked
    match event:
        case PreauthorisationPended():
            return replace(asked, stage=Stage.PENDED)
        case PreauthorisationUpdated():
            return replace(
                asked,
                stage=Stage.REQUESTED,
                items=event.items,
                touched_by=asked.touched_by | {event.updated_by},
            )
        case PreauthorisationApproved():
            return replace(
                asked,
                stage=Stage.APPROVED,
                approved=event.approved,
                valid_until=event.valid_until,
                years=tuple(dict.fromkeys(e.year for e in event.determination.entries)),
            )
        case (
            PreauthorisationRejected()
            | PreauthorisationCancelled()
            | PreauthorisationExpired()
            | PreauthorisationUsed()
        ):
            return replace(asked, stage=_ENDS[type(event)])
        case _:
            assert_never(event)


def request(event: PreauthorisationRequested) -> Requested:
    return Requested(
        number=event.number,
        member_id=event.member_id,
        policy_id=event.policy_id,
        provider_id=event.provider_id,
        kind=event.kind,
        visit_type=event.visit_type,
        service_from=event.service_from,
        service_until=event.service_until,
        diagnoses=event.diagnoses,
        items=event.items,
        touched_by=frozenset({event.requested_by}),
    )
