"""Leads over HTTP: capture, assign, move along the pipeline, convert into a member, remove."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from adapters.identities import Kind
from api.alike import alike
from api.answers import done, made
from api.documentation import listed, single
from api.envelope import Success, success
from api.errors import wrong_field
from api.fields import Asked, Body, Count, Day, Flag, Id, Name, Sentence, Word
from api.history import HISTORY, TIMELINE, add_history
from api.members import Details, Email, Phone, reached
from api.ownership import OfRow, Told
from api.parts import Parts
from api.readable import LEAD_ACTIVITIES, LEADS
from api.reads import Read, Reads
from api.roles import ADD_LEAD, ASSIGN_LEAD, CHANGE_LEAD, CONVERT_LEAD, DELETE_LEAD
from api.routing import resource_router
from api.writing import Write, Writes
from commands import leads
from commands.members import Enrolment
from domain.lead.decide import AssignLead, CorrectLead, LeadCommand, MoveLead, RecordActivity
from domain.lead.events import Activity, Prospect, Stage
from projections.member_profiles import email_key, phone_key

PREFIX = "/api/v1/leads"
router = resource_router(PREFIX, "Lead Management")

OfLead = Annotated[Read, Depends(Reads(LEADS))]
Changes = Annotated[Write, Depends(Writes(CHANGE_LEAD, whose=OfRow(LEADS)))]
OF_OWN_BOOK = Told({Kind.AGENT: "in the own book"})


class LeadBody(Body):
    """Who it is, how they are reached, what they want. `value_minor`: the premium a year that is
    hoped for, in minor units of the insurer's currency."""

    first_name: Name = Field(examples=["Zawadi"])
    last_name: Name = Field(examples=["Komba"])
    phone: Phone = Field("", examples=["+255 715 000 012"])
    email: Email = ""
    source: Word = Field("", examples=["web form"])
    interest: Word = Field("", examples=["family cover"])
    value_minor: Annotated[Count, Field(ge=0, le=10**15)] = 0

    def prospect(self) -> Prospect:
        return Prospect(
            self.first_name.strip(), self.last_name.strip(), self.phone.strip(),
            self.email.strip(), self.source.strip(), self.interest.strip(), self.value_minor,
        )  # fmt: skip


class NewLead(LeadBody, Asked):
    not_a_duplicate: Flag = False
    id: UUID | None = Field(None, description="Made by the client; the ledger makes one if not.")

    def lead(self, numbers: tuple[str, ...]) -> leads.NewLead:
        return leads.NewLead(self.prospect(), self.id, numbers, self.not_a_duplicate)


class CorrectedLead(LeadBody, Asked):
    """The lead as it should have been, all of it."""


@router.get("", **listed(LEADS))
async def list_leads(read: OfLead) -> Response:
    """Leads, filtered, sorted, page by page."""
    return await read.page()


@router.get("/search", **listed(LEADS))
async def search_leads(read: OfLead) -> Response:
    """Leads by words of their name, number, telephone or e-mail."""
    return await read.page()


@router.get("/my-leads", **listed(LEADS))
async def list_own_leads(read: OfLead) -> Response:
    """The leads that are assigned to whoever asks."""
    return await read.only(agent=read.caller.user.actor, removed=False).page()


class StageOfPipeline(BaseModel):
    stage: Stage
    leads: int
    value_minor: int


@router.get("/pipeline", response_model=Success[list[StageOfPipeline]])
async def show_pipeline(read: OfLead) -> Response:
    """How many leads stand at each stage and what is hoped for; agents see their own."""
    read.nothing_else()
    own = read.caller.user.actor if read.caller.outside else ""
    rows = await read.parts.reading.rows(
        "SELECT stage, count(*), COALESCE(sum(value_minor), 0)::bigint FROM leads"
        " WHERE tenant = %s AND NOT removed AND (%s = '' OR agent = %s) GROUP BY stage",
        (read.parts.settings.tenant, own, own),
    )
    found = {stage: (count, value) for stage, count, value in rows}
    told = [
        {"stage": stage, "leads": found.get(stage, (0, 0))[0],
         "value_minor": found.get(stage, (0, 0))[1]}
        for stage in Stage
    ]  # fmt: skip
    return success(told)


@router.post("", **made())
async def capture_lead(
    body: NewLead,
    write: Annotated[Write, Depends(Writes(ADD_LEAD, creates=PREFIX, whose=OF_OWN_BOOK))],
) -> Response:
    """Capture somebody who may become a member; one who is reached like another is asked about."""
    (numbers,) = await known_alike(write.parts, [body.prospect()])
    return await write(body, leads.capture_lead, body.lead(numbers))


_ALIKE = """SELECT number, phone_key, email_key FROM leads WHERE tenant = %s AND NOT removed
AND ((phone_key <> '' AND phone_key = ANY (%s)) OR (email_key <> '' AND email_key = ANY (%s)))
ORDER BY created_at, lead_id LIMIT 1000"""


async def known_alike(parts: Parts, people: Sequence[Prospect]) -> list[tuple[str, ...]]:
    """For each person the numbers of leads who are reached alike."""
    keys = [(phone_key(one.phone), email_key(one.email)) for one in people]
    phones, emails = [p for p, _ in keys if p], [e for _, e in keys if e]
    rows = await parts.reading.rows(_ALIKE, (parts.settings.tenant, phones, emails))
    return [
        tuple(
            number
            for number, known_phone, known_email in rows
            if (phone and known_phone == phone) or (email and known_email == email)
        )[:5]
        for phone, email in keys
    ]


@router.get("/{id}", **single(LEADS))
async def show_lead(
    lead_id: Id, read: Annotated[Read, Depends(Reads(LEADS, past=True))]
) -> Response:
    """One lead, now or as known then."""
    return await read.shown(lead_id)


@router.put("/{id}", **done())
async def correct_lead(lead_id: Id, body: CorrectedLead, write: Changes) -> Response:
    """Say anew who it is and what they want."""
    return await _change(write, body, lead_id, CorrectLead(body.prospect()))


async def _change(write: Write, asked: Asked, lead_id: UUID, command: LeadCommand) -> Response:
    return await write(asked, leads.change_lead, leads.LeadStep(lead_id, command))


@router.delete("/{id}", **done())
async def remove_lead(
    lead_id: Id, write: Annotated[Write, Depends(Writes(DELETE_LEAD))]
) -> Response:
    """Remove a lead: who it was cannot be read any more, that there was one stays."""
    return await write(None, leads.remove_lead, lead_id)


class Moving(Asked):
    stage: Stage


@router.patch("/{id}/status", **done())
async def move_lead(lead_id: Id, body: Moving, write: Changes) -> Response:
    """Say how far they are; a lost one needs a reason, a won one is converted."""
    return await _change(write, body, lead_id, MoveLead(body.stage, write.why(body)))


class Assigning(Asked):
    agent: Name = Field(examples=["juma"], description="The sign-in name of an agent.")


@router.post("/{id}/assign", **done())
async def assign_lead(
    lead_id: Id, body: Assigning, write: Annotated[Write, Depends(Writes(ASSIGN_LEAD))]
) -> Response:
    """Give a lead to somebody to look after."""
    found = await run_in_threadpool(write.parts.identities.named, body.agent)
    if found is None or found[0].kind is not Kind.AGENT:
        raise wrong_field("agent", "there is no agent of this name")
    command = AssignLead(found[0].actor, write.caller.user.actor)
    return await _change(write, body, lead_id, command)


class NewActivity(Asked):
    """Something that was done, or is to be done on `due_on`."""

    activity: Activity
    note: Sentence = ""
    due_on: Day | None = None


@router.post("/{id}/activities", **done())
async def record_activity(lead_id: Id, body: NewActivity, write: Changes) -> Response:
    """Record a call, a visit, a reminder."""
    command = RecordActivity(body.activity, body.note, write.caller.user.actor, body.due_on)
    return await _change(write, body, lead_id, command)


@router.get("/{id}/activities", **listed(LEAD_ACTIVITIES))
async def list_activities(
    lead_id: Id, read: Annotated[Read, Depends(Reads(LEAD_ACTIVITIES))], lead: OfLead
) -> Response:
    """What was done for a lead, and what is due."""
    return await read.children(lead, lead_id)


class Converting(Details, Asked):
    """What an enrolment needs to know, filled in from the lead and completed."""

    not_a_duplicate: Flag = False


@router.post("/{id}/convert", **done())
async def convert_lead(
    lead_id: Id,
    body: Converting,
    write: Annotated[Write, Depends(Writes(CONVERT_LEAD, whose=OfRow(LEADS)))],
) -> Response:
    """Make a member of a lead: they are enrolled, and the lead is won."""
    person = Enrolment(body.details(), not_a_duplicate=body.not_a_duplicate)
    (numbers,) = await alike(write.parts, [reached(person)])
    wanted = leads.Conversion(lead_id, replace(person, alike=numbers))
    return await write(body, leads.convert_lead, wanted)


add_history(router, LEADS, HISTORY, TIMELINE)
