"""Use cases of pre-authorisations: ask, answer, change, expire; what is approved is reserved."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from adapters.envelope import Change
from commands.adjudication import gather
from commands.claims import covered_on
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from commands.reserving import released
from domain.accumulator import ACCUMULATOR
from domain.accumulator.decide import ReserveBenefit
from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import LIFE
from domain.claim.events import BilledLine, Payee
from domain.claim.state import Submitted
from domain.ids import PREAUTHORISATION as SERIES
from domain.ids import numbered
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.money import total
from domain.preauthorisation import PREAUTHORISATION
from domain.preauthorisation.decide import (
    ApproveRequest,
    PreauthorisationCommand,
    RequestApproval,
    UpdateItems,
    requested,
)
from domain.preauthorisation.events import PlannedItem
from domain.preauthorisation.state import Requested, Stage
from domain.provider import PROVIDER
from domain.provider.decide import registered


@dataclass(frozen=True, slots=True)
class Plan:
    """A service that is planned; its items are numbered as they come."""

    member_id: UUID
    policy_id: UUID
    provider_id: UUID
    kind: str
    service_from: date
    service_until: date
    diagnoses: tuple[str, ...]
    items: tuple[PlannedItem, ...]
    visit_type: str = "ordinary"
    preauthorisation_id: UUID | None = None


def request_approval(desk: Desk, context: Context, request: Plan) -> Outcome:
    """Ask for approval of a planned service to a member who will be covered on its last day."""

    def decide() -> Decision:
        asked = desk.store.load(PREAUTHORISATION, request.preauthorisation_id or desk.ids.new())
        enrolled(desk.store.load(MEMBER, request.member_id).state)
        registered(desk.store.load(PROVIDER, request.provider_id).state)
        covered_on(desk, request.policy_id, request.member_id, request.service_until)
        command = RequestApproval(
            number="",
            member_id=request.member_id,
            policy_id=request.policy_id,
            provider_id=request.provider_id,
            kind=request.kind,
            service_from=request.service_from,
            service_until=request.service_until,
            diagnoses=request.diagnoses,
            items=request.items,
            requested_by=context.actor,
            requested_on=desk.clock.today(),
            visit_type=request.visit_type,
        )
        PREAUTHORISATION.decide(asked.state, command)  # refuse before a number is used up
        year = desk.clock.today().year
        number = numbered(SERIES, year, desk.numbers.take(f"{SERIES}|{year}")[0])
        facts = PREAUTHORISATION.decide(asked.state, replace(command, number=number))
        return Decision((changed(asked, facts),), {"id": str(asked.stream_id), "number": number})

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Approval:
    """`valid_until` is the first day on which a service is no longer covered by it."""

    preauthorisation_id: UUID
    valid_until: date
    note: str = ""


def approve_request(desk: Desk, context: Context, request: Approval) -> Outcome:
    """Approve what is still wanted, and reserve what the plan would pay for it.

    It is decided like a claim for the planned days, on the terms, prices and benefit of now;
    nobody else can take what it reserves. Never by who asked.
    """

    def decide() -> Decision:
        asked = desk.store.load(PREAUTHORISATION, request.preauthorisation_id)
        standing = requested(asked.state)
        today = desk.clock.today()
        planned = as_claim(standing)
        found = gather(
            desk, request.preauthorisation_id, planned, max(today, standing.service_until)
        )
        determination = adjudicate(found.case, found.terms, found.balances)
        command = ApproveRequest(
            determination=determination,
            valid_until=request.valid_until,
            approver=context.actor,
            product_id=found.product_id,
            product_version=found.terms.version,
            day=today,
            note=request.note,
        )
        facts = PREAUTHORISATION.decide(asked.state, command)
        which, number = request.preauthorisation_id, standing.number
        yearly = tuple(e for e in determination.entries if e.year != LIFE)
        for_life = tuple(e for e in determination.entries if e.year == LIFE)
        takings = (
            (found.yearly, ReserveBenefit(which, number, yearly)),
            (found.lifetime, ReserveBenefit(which, number, for_life, determination.uses)),
        )
        reserved = tuple(
            changed(loaded, ACCUMULATOR.decide(loaded.state, taking)) for loaded, taking in takings
        )
        answer = {
            "id": str(which), "number": number, "approved": str(determination.plan_pays)
        }  # fmt: skip
        return Decision((changed(asked, facts), *reserved), answer)

    return carry_out(desk.store, context, decide)


def as_claim(asked: Requested) -> Submitted:
    """The planned service as if it had been claimed: what is cancelled is not in it."""
    lines = tuple(
        BilledLine(
            item.sequence, item.code, item.description, item.category, item.quantity,
            item.estimated,
        )
        for item in asked.open_items
    )  # fmt: skip
    currency = asked.items[0].estimated.currency
    return Submitted(
        number=asked.number,
        member_id=asked.member_id,
        policy_id=asked.policy_id,
        provider_id=asked.provider_id,
        kind=asked.kind,
        visit_type=asked.visit_type,
        service_from=asked.service_from,
        service_until=asked.service_until,
        diagnoses=asked.diagnoses,
        lines=lines,
        billed=total((line.billed for line in lines), currency),
        payee=Payee.PROVIDER,
        invoice_no="",
        submitted_on=asked.service_until,
    )


def signed(command: PreauthorisationCommand, context: Context) -> PreauthorisationCommand:
    """The command with the name of whoever is signed in, whatever it claimed."""
    if isinstance(command, UpdateItems):
        return replace(command, updated_by=context.actor)
    return command


@dataclass(frozen=True, slots=True)
class RequestStep:
    """Any other command to one request; an approval that it ends gives back what it reserved."""

    preauthorisation_id: UUID
    command: PreauthorisationCommand


def change_request(desk: Desk, context: Context, request: RequestStep) -> Outcome:
    """Pend, update, reject, cancel or expire a request."""

    def decide() -> Decision:
        asked = desk.store.load(PREAUTHORISATION, request.preauthorisation_id)
        standing = requested(asked.state)
        facts = PREAUTHORISATION.decide(asked.state, signed(request.command, context))
        answer = {"id": str(request.preauthorisation_id), "number": standing.number}
        changes: tuple[Change, ...] = (changed(asked, facts),)
        if standing.stage is Stage.APPROVED and facts:
            changes += released(desk, request.preauthorisation_id, standing)
        return Decision(changes, answer)

    return carry_out(desk.store, context, decide)
