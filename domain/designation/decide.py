"""What we allow for shares: never more than the whole, and nothing is approved below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.designation.events import (
    DesignationEvent,
    DesignationInForce,
    Held,
    ShareConfirmed,
    ShareDropped,
    SharePlanned,
)
from domain.designation.state import Designation, Planned, without
from domain.refusals import RuleBroken

WHOLE_BPS = 10_000
MOST_BENEFICIARIES = 20


@dataclass(frozen=True, slots=True)
class PlanShare:
    member_id: UUID
    beneficiary_id: UUID
    share_bps: int


@dataclass(frozen=True, slots=True)
class ConfirmShare:
    beneficiary_id: UUID


@dataclass(frozen=True, slots=True)
class DropShare:
    beneficiary_id: UUID


DesignationCommand = PlanShare | ConfirmShare | DropShare


def decide(known: Designation, command: DesignationCommand) -> Sequence[DesignationEvent]:
    match command:
        case PlanShare():
            return plan(known, command)
        case ConfirmShare():
            return confirm(known, command)
        case DropShare():
            held = share_of(known, command.beneficiary_id) is not None
            return [ShareDropped(command.beneficiary_id)] if held else []
        case _:
            assert_never(command)


def plan(known: Designation, command: PlanShare) -> Sequence[DesignationEvent]:
    others = without(known, command.beneficiary_id)
    if len(others) >= MOST_BENEFICIARIES:
        raise RuleBroken(
            "designation.too_many", f"a member has at most {MOST_BENEFICIARIES} beneficiaries"
        )
    taken = sum(one.share_bps for one in others)
    if not 0 < command.share_bps <= WHOLE_BPS - taken:
        raise RuleBroken(
            "designation.above_the_whole",
            f"others have {percent(taken)} %: between 0.01 and {percent(WHOLE_BPS - taken)} % "
            "are left",
            field="share",
        )
    return [SharePlanned(command.member_id, command.beneficiary_id, command.share_bps)]


def confirm(known: Designation, command: ConfirmShare) -> Sequence[DesignationEvent]:
    """The last confirmation puts all shares into force at once."""
    share = share_of(known, command.beneficiary_id)
    if share is None or share.confirmed:
        return []
    if known.planned_bps != WHOLE_BPS:
        raise RuleBroken(
            "designation.below_the_whole",
            f"all shares together are {percent(known.planned_bps)} %: nominate the rest first",
            field="share",
        )
    confirmed = ShareConfirmed(command.beneficiary_id)
    if all(one.confirmed or one is share for one in known.planned):
        shares = tuple(Held(one.beneficiary_id, one.share_bps) for one in known.planned)
        return [confirmed, DesignationInForce(shares)]
    return [confirmed]


def share_of(known: Designation, beneficiary_id: UUID) -> Planned | None:
    return next((one for one in known.planned if one.beneficiary_id == beneficiary_id), None)


def percent(bps: int) -> str:
    """Basis points as people read them: `40.00`."""
    return f"{bps // 100}.{bps % 100:02d}"
