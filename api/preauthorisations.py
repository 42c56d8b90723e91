"""Pre-authorisations over HTTP: ask before a service, answer, change, and let it expire."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field, model_validator

from api.answers import done, made
from api.claims import IN_OWN_NAME, Diagnosis, Word30
from api.documentation import listed, single
from api.fields import Asked, Body, Code, Count, Day, Id, Name, OptionalWords, Sentence, Word
from api.history import HISTORY, add_history
from api.money import Amount, Quantity
from api.ownership import OfRow
from api.readable import PLANNED_ITEMS, PREAUTHORISATIONS, RESERVATIONS
from api.reads import Read, Reads
from api.roles import APPROVE_PREAUTH, REQUEST_PREAUTH, VIEW_ACCUMULATOR
from api.routing import resource_router
from api.writing import Write, Writes
from commands import preauthorisations
from domain.adjudication.preauthorisation import AddItem, CancelItem, ChangeItem, ItemChange
from domain.preauthorisation.decide import (
    CancelRequest,
    ExpireRequest,
    NewItem,
    PendRequest,
    PreauthorisationCommand,
    RejectRequest,
    UpdateItems,
)
from domain.preauthorisation.events import PlannedItem

PREFIX = "/api/v1/claims/preauth"
router = resource_router(PREFIX, "Pre-authorization")

MOST_ITEMS = 100
VALID_DAYS = 30
Answers = Annotated[Write, Depends(Writes(APPROVE_PREAUTH))]
Asks = Annotated[Write, Depends(Writes(REQUEST_PREAUTH, whose=OfRow(PREAUTHORISATIONS)))]
Own = Annotated[Read, Depends(Reads(PREAUTHORISATIONS, REQUEST_PREAUTH))]


class Item(Body):
    """A planned service or good; `estimated` is for the whole quantity."""

    code: Code = Field(examples=["SUR-210"])
    description: Word = ""
    category: Word = Field("", examples=["surgery"])
    quantity: Quantity = Field(1, validate_default=True)
    estimated: Amount

    def planned(self, sequence: int) -> PlannedItem:
        return PlannedItem(
            sequence, self.code, self.description, self.category, self.quantity, self.estimated
        )

    def new(self) -> NewItem:
        return NewItem(self.description, self.category, self.estimated)


class NewRequest(Asked):
    """A service that is planned for a member."""

    member_id: UUID
    policy_id: UUID
    provider_id: UUID
    kind: Word30 = Field("outpatient", examples=["outpatient", "inpatient"])
    service_from: Day
    service_until: Day | None = Field(None, description="The last day; the first if left out.")
    diagnoses: Annotated[tuple[Diagnosis, ...], Field(max_length=50)] = ()
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=MOST_ITEMS)]
    visit_type: Word30 = "ordinary"
    id: UUID | None = Field(None, description="Made by the client; the ledger makes one if not.")

    def plan(self) -> preauthorisations.Plan:
        return preauthorisations.Plan(
            member_id=self.member_id,
            policy_id=self.policy_id,
            provider_id=self.provider_id,
            kind=self.kind,
            service_from=self.service_from,
            service_until=self.service_until or self.service_from,
            diagnoses=self.diagnoses,
            items=tuple(item.planned(place) for place, item in enumerate(self.items, 1)),
            visit_type=self.visit_type,
            preauthorisation_id=self.id,
        )


class Approving(Asked):
    valid_until: Day | None = Field(
        None, description=f"First day on which it is over; in {VALID_DAYS} days if left out."
    )
    note: Sentence = ""


class Rejecting(Asked):
    """Every reason is kept; without one it is refused."""

    reasons: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)]
    note: Sentence = ""


class Pending(Asked):
    """What has to come before it can be answered."""

    wanted: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)]
    note: Sentence = ""


class Change(Body):
    """One change: `cancel` an item, `change` its figures, or `add` another one."""

    cancel: Annotated[Count, Field(ge=1)] | None = Field(None, description="Its sequence number.")
    change: Annotated[Count, Field(ge=1)] | None = Field(None, description="Its sequence number.")
    code: Code | None = None
    quantity: Quantity | None = None
    estimated: Amount | None = None
    add: Item | None = None

    @model_validator(mode="after")
    def _one_change(self) -> "Change":
        if [self.cancel, self.change, self.add].count(None) != 2:
            raise ValueError("say one of cancel, change and add")
        return self

    def item_change(self) -> ItemChange:
        if self.cancel is not None:
            return CancelItem(self.cancel)
        if self.add is not None:
            return AddItem(self.add.code, self.add.quantity)
        assert self.change is not None
        return ChangeItem(self.change, self.code, self.quantity)


class Changes(Asked):
    changes: Annotated[
        tuple[Change, ...],
        Field(min_length=1, max_length=MOST_ITEMS, examples=[[{"cancel": 1}]]),
    ]


@router.post("", **made())
async def request_preauthorisation(
    body: NewRequest,
    write: Annotated[Write, Depends(Writes(REQUEST_PREAUTH, creates=PREFIX, whose=IN_OWN_NAME))],
) -> Response:
    """Ask for approval of a planned service."""
    return await write(body, preauthorisations.request_approval, body.plan())


@router.get("", **listed(PREAUTHORISATIONS))
async def list_preauthorisations(
    read: Annotated[Read, Depends(Reads(PREAUTHORISATIONS))],
) -> Response:
    """Requests for approval, filtered, sorted, page by page."""
    return await read.page()


@router.get("/pending", **listed(PREAUTHORISATIONS))
async def list_pending_preauthorisations(
    read: Annotated[Read, Depends(Reads(PREAUTHORISATIONS))],
) -> Response:
    """Requests that wait for an answer, or for what was asked back."""
    return await read.that("t.stage = ANY ({0}::text[])", ["requested", "pended"]).page()


@router.get("/{id}", **single(PREAUTHORISATIONS))
async def show_preauthorisation(
    preauthorisation_id: Id, read: Annotated[Read, Depends(Reads(PREAUTHORISATIONS, past=True))]
) -> Response:
    """One request, now or as known then."""
    return await read.shown(preauthorisation_id)


@router.get("/{id}/items", **listed(PLANNED_ITEMS))
async def list_planned_items(
    preauthorisation_id: Id,
    read: Annotated[Read, Depends(Reads(PLANNED_ITEMS))],
    asked: Annotated[Read, Depends(Reads(PREAUTHORISATIONS))],
) -> Response:
    """What is planned, item by item, and what the plan will pay of each."""
    return await read.children(asked, preauthorisation_id)


@router.get("/{id}/reservations", **listed(RESERVATIONS))
async def list_reservations(
    preauthorisation_id: Id,
    read: Annotated[Read, Depends(Reads(RESERVATIONS))],
    asked: Annotated[Read, Depends(Reads(PREAUTHORISATIONS, VIEW_ACCUMULATOR))],
) -> Response:
    """The totals of which a part is kept for this approval."""
    await asked.check_there(preauthorisation_id)
    return await read.only(preauthorisation_id=preauthorisation_id).page()


@router.patch("/{id}/approve", **done())
async def approve_preauthorisation(
    preauthorisation_id: Id, write: Answers, body: Approving | None = None
) -> Response:
    """Approve and reserve the benefit; never by who asked."""
    said = body or Approving(reason="", effective_on=None, valid_until=None)
    today = write.parts.desk.clock.today()
    until = said.valid_until or today + timedelta(days=VALID_DAYS)
    approval = preauthorisations.Approval(preauthorisation_id, until, said.note)
    return await write(said, preauthorisations.approve_request, approval)


@router.patch("/{id}/reject", **done())
async def reject_preauthorisation(
    preauthorisation_id: Id, body: Rejecting, write: Answers
) -> Response:
    """Refuse it, with every reason."""
    command = RejectRequest(body.reasons, write.caller.user.actor, body.note)
    return await _change(preauthorisation_id, write, body, command)


@router.patch("/{id}/pend", **done())
async def pend_preauthorisation(preauthorisation_id: Id, body: Pending, write: Answers) -> Response:
    """Ask back: it waits for what is wanted."""
    return await _change(preauthorisation_id, write, body, PendRequest(body.wanted, body.note))


@router.put("/{id}", **done())
async def update_preauthorisation(
    preauthorisation_id: Id, body: Changes, write: Asks, own: Own
) -> Response:
    """Cancel, change or add items; it waits for an answer again."""
    added = tuple(it.add.new() for it in body.changes if it.add is not None)
    estimates = tuple(
        (it.change, it.estimated)
        for it in body.changes
        if it.change is not None and it.estimated is not None
    )
    changes = tuple(it.item_change() for it in body.changes)
    command = UpdateItems(changes, added, estimates)
    return await _change(preauthorisation_id, write, body, command)


@router.delete("/{id}", **done())
async def cancel_preauthorisation(preauthorisation_id: Id, write: Asks, own: Own) -> Response:
    """Take a request back; what was reserved for it is free again."""
    return await _change(preauthorisation_id, write, None, CancelRequest(write.why(None)))


@router.patch("/{id}/expire", **done())
async def expire_preauthorisation(
    preauthorisation_id: Id, write: Answers, body: OptionalWords = None
) -> Response:
    """End an approval whose time is over; what was reserved for it is free again."""
    today = write.parts.desk.clock.today()
    return await _change(preauthorisation_id, write, body, ExpireRequest(today))


async def _change(
    which: UUID, write: Write, body: Asked | None, command: PreauthorisationCommand
) -> Response:
    request = preauthorisations.RequestStep(which, command)
    return await write(body, preauthorisations.change_request, request)


add_history(router, PREAUTHORISATIONS, HISTORY)
