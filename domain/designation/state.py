"""Which shares of a member's benefit are spoken for."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.changing import replace
from domain.designation.events import (
    DesignationEvent,
    DesignationInForce,
    Held,
    ShareConfirmed,
    ShareDropped,
    SharePlanned,
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A share that somebody is to have, in the order of nomination."""

    beneficiary_id: UUID
    share_bps: int
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Designation:
    """`planned` is what is being arranged, `in_force` what holds meanwhile."""

    planned: tuple[Planned, ...] = ()
    in_force: tuple[Held, ...] = ()

    @property
    def planned_bps(self) -> int:
        """All planned shares together."""
        return sum(one.share_bps for one in self.planned)


def evolve(known: Designation, event: DesignationEvent) -> Designation:
    match event:
        case SharePlanned():
            share = Planned(event.beneficiary_id, event.share_bps)
            return replace(known, planned=(*without(known, event.beneficiary_id), share))
        case ShareConfirmed():
            return replace(
                known,
                planned=tuple(
                    replace(one, confirmed=True)
                    if one.beneficiary_id == event.beneficiary_id
                    else one
                    for one in known.planned
                ),
            )
        case ShareDropped():
            return replace(known, planned=without(known, event.beneficiary_id))
        case DesignationInForce():
            return replace(known, in_force=event.shares)
        case _:
            assert_never(event)


def without(known: Designation, beneficiary_id: UUID) -> tuple[Planned, ...]:
    return tuple(one for one in known.planned if one.beneficiary_id != beneficiary_id)
