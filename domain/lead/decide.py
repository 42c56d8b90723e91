"""What we allow for leads: capture, assign, move along, convert once, remove."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from domain.lead.events import (
    Activity,
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
from domain.lead.state import Captured, Lead, NotCaptured
from domain.refusals import AlreadyTaken, RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class CaptureLead:
    """`alike` are the numbers of leads who are reached alike; `not_a_duplicate` that somebody
    looked at them and it is somebody else."""

    number: str
    prospect: Prospect
    captured_by: str
    alike: tuple[str, ...] = ()
    not_a_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class CorrectLead:
    prospect: Prospect


@dataclass(frozen=True, slots=True)
class AssignLead:
    agent: str
    assigned_by: str


@dataclass(frozen=True, slots=True)
class MoveLead:
    stage: Stage
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordActivity:
    activity: Activity
    note: str
    recorded_by: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class ConvertLead:
    member_id: UUID
    member_number: str
    converted_by: str


@dataclass(frozen=True, slots=True)
class RemoveLead:
    reason: str
    removed_by: str


LeadCommand = (
    CaptureLead | CorrectLead | AssignLead | MoveLead | RecordActivity | ConvertLead | RemoveLead
)


def decide(lead: Lead, command: LeadCommand) -> Sequence[LeadEvent]:
    match command:
        case CaptureLead():
            return capture(lead, command)
        case CorrectLead():
            reachable(command.prospect)
            same = there(lead).prospect == command.prospect
            return [] if same else [LeadCorrected(command.prospect)]
        case AssignLead():
            same = there(lead).agent == command.agent
            return [] if same else [LeadAssigned(command.agent, command.assigned_by)]
        case MoveLead():
            return move(open_(lead), command)
        case RecordActivity():
            there(lead)
            return [
                LeadActivityRecorded(
                    command.activity, command.note, command.recorded_by, command.due_on
                )
            ]
        case ConvertLead():
            return convert(there(lead), command)
        case RemoveLead():
            if isinstance(lead, Captured) and lead.removed:
                return []
            there(lead)
            return [LeadRemoved(command.reason, command.removed_by)]
        case _:
            assert_never(command)


def capture(lead: Lead, command: CaptureLead) -> Sequence[LeadEvent]:
    if not isinstance(lead, NotCaptured):
        raise WrongStage("lead.already_captured", "this lead has been captured before")
    reachable(command.prospect)
    if command.alike and not command.not_a_duplicate:
        raise AlreadyTaken(
            "lead.alike_known",
            "leads with the same telephone or e-mail are known: if it is somebody else, say so "
            "with `not_a_duplicate`",
            field="not_a_duplicate",
            alike=list(command.alike),
        )
    return [LeadCaptured(command.number, command.prospect, command.captured_by)]


def reachable(prospect: Prospect) -> None:
    if not (prospect.phone.strip() or prospect.email.strip()):
        raise RuleBroken(
            "lead.not_reachable", "say by which telephone or e-mail they are reached", field="phone"
        )


def move(lead: Captured, command: MoveLead) -> Sequence[LeadEvent]:
    if command.stage is lead.stage:
        return []
    if command.stage is Stage.WON:
        raise RuleBroken("lead.won_by_converting", "a lead is won by making a member of them")
    if command.stage is Stage.LOST and not command.reason.strip():
        raise RuleBroken("lead.lost_without_reason", "say why", field="reason")
    return [LeadMoved(command.stage, command.reason)]


def convert(lead: Captured, command: ConvertLead) -> Sequence[LeadEvent]:
    if lead.member_id == command.member_id:
        return []
    if lead.member_id is not None:
        raise WrongStage("lead.already_converted", "this lead is a member already")
    return [LeadConverted(command.member_id, command.member_number, command.converted_by)]


def there(lead: Lead) -> Captured:
    """The lead if there is one and it was not removed; otherwise the refusal."""
    if isinstance(lead, NotCaptured):
        raise WrongStage("lead.not_found", "there is no such lead")
    if lead.removed:
        raise WrongStage("lead.removed", "this lead was removed")
    return lead


def open_(lead: Lead) -> Captured:
    """The lead as long as it is not a member."""
    known = there(lead)
    if known.member_id is not None:
        raise WrongStage("lead.already_converted", "this lead is a member already")
    return known
