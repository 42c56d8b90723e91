"""Use cases of leads: capture, move along, convert into a member, remove."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from commands.members import Enrolment, enrol_member
from domain.ids import LEAD as LEAD_SERIES
from domain.ids import numbered
from domain.lead import LEAD
from domain.lead.decide import (
    CaptureLead,
    ConvertLead,
    LeadCommand,
    RemoveLead,
    there,
)
from domain.lead.events import Prospect


@dataclass(frozen=True, slots=True)
class NewLead:
    prospect: Prospect
    lead_id: UUID | None = None
    alike: tuple[str, ...] = ()
    not_a_duplicate: bool = False


def capture_lead(desk: Desk, context: Context, request: NewLead) -> Outcome:
    """Capture somebody who may become a member, under the next number."""

    def decide() -> Decision:
        lead = desk.store.load(LEAD, request.lead_id or desk.ids.new())
        command = CaptureLead(
            "", request.prospect, context.actor, request.alike, request.not_a_duplicate
        )
        LEAD.decide(lead.state, command)  # refuse before a number is used up
        year = context.effective_on.year
        number = numbered(LEAD_SERIES, year, desk.numbers.take(f"{LEAD_SERIES}|{year}")[0])
        facts = LEAD.decide(lead.state, replace(command, number=number))
        answer = {"id": str(lead.stream_id), "number": number}
        return Decision((changed(lead, facts),), answer)

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class LeadStep:
    lead_id: UUID
    command: LeadCommand


def change_lead(desk: Desk, context: Context, request: LeadStep) -> Outcome:
    """Any other command to one lead."""

    def decide() -> Decision:
        lead = desk.store.load(LEAD, request.lead_id)
        number = there(lead.state).number
        facts = LEAD.decide(lead.state, request.command)
        answer = {"id": str(request.lead_id), "number": number}
        return Decision((changed(lead, facts),), answer)

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Conversion:
    lead_id: UUID
    enrolment: Enrolment


def convert_lead(desk: Desk, context: Context, request: Conversion) -> Outcome:
    """Enrol the person and win the lead; a repeat goes on where an interrupted one stopped."""
    there(desk.store.load(LEAD, request.lead_id).state)
    own = uuid5(context.command_id, "enrolment")
    wanted = replace(request.enrolment, member_id=uuid5(request.lead_id, "member"))
    enrolled = enrol_member(
        desk, replace(context, command_id=own, expected_version=None), wanted
    ).answer
    command = ConvertLead(UUID(enrolled["id"]), enrolled["number"], context.actor)

    def decide() -> Decision:
        lead = desk.store.load(LEAD, request.lead_id)
        answer = {
            "id": str(request.lead_id),
            "number": there(lead.state).number,
            "member_id": enrolled["id"],
            "member_number": enrolled["number"],
        }
        return Decision((changed(lead, LEAD.decide(lead.state, command)),), answer)

    return carry_out(desk.store, context, decide)


def remove_lead(desk: Desk, context: Context, lead_id: UUID) -> Outcome:
    """Record it, then destroy the key: who it was cannot be read any more. A repeat finishes."""

    def decide() -> Decision:
        lead = desk.store.load(LEAD, lead_id)
        facts = LEAD.decide(lead.state, RemoveLead(context.reason, context.actor))
        return Decision((changed(lead, facts),), {"id": str(lead_id)})

    outcome = carry_out(desk.store, context, decide)
    if outcome.receipt is not None:
        desk.store.states.cache.clear()
        desk.store.keys.destroy(desk.store.tenant, lead_id, context.recorded_at)
    return outcome
