"""What we allow for pre-authorisations: ask, answer, change, and use once before they end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from domain.adjudication.determination import Determination
from domain.adjudication.preauthorisation import Item, ItemChange, updated
from domain.four_eyes import another_person
from domain.money import Money, total
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
from domain.preauthorisation.state import NotRequested, Preauthorisation, Requested, Stage
from domain.refusals import RuleBroken, WrongStage

MOST_ITEMS = 100
WAITING = (Stage.REQUESTED, Stage.PENDED)


@dataclass(frozen=True, slots=True)
class RequestApproval:
    number: str
    member_id: UUID
    policy_id: UUID
    provider_id: UUID
    kind: str
    service_from: date
    service_until: date
    diagnoses: tuple[str, ...]
    items: tuple[PlannedItem, ...]
    requested_by: str
    requested_on: date
    visit_type: str = "ordinary"


@dataclass(frozen=True, slots=True)
class PendRequest:
    wanted: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewItem:
    """What an added item is; its sequence number follows from those that there are."""

    description: str
    category: str
    estimated: Money


@dataclass(frozen=True, slots=True)
class UpdateItems:
    """`added` tells the items of the changes that add one, in their order; `estimates` the new
    amounts of changed items, by sequence number."""

    changes: tuple[ItemChange, ...]
    added: tuple[NewItem, ...] = ()
    estimates: tuple[tuple[int, Money], ...] = ()
    updated_by: str = ""


@dataclass(frozen=True, slots=True)
class ApproveRequest:
    determination: Determination
    valid_until: date
    approver: str
    product_id: UUID
    product_version: int
    day: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class RejectRequest:
    reasons: tuple[str, ...]
    rejected_by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CancelRequest:
    reason: str


@dataclass(frozen=True, slots=True)
class ExpireRequest:
    """Asked on `day`: expires only what was approved and is no longer valid."""

    day: date


@dataclass(frozen=True, slots=True)
class UseApproval:
    claim_id: UUID
    claim_number: str


PreauthorisationCommand = (
    RequestApproval
    | PendRequest
    | UpdateItems
    | ApproveRequest
    | RejectRequest
    | CancelRequest
    | ExpireRequest
    | UseApproval
)


def decide(
    asked: Preauthorisation, command: PreauthorisationCommand
) -> Sequence[PreauthorisationEvent]:
    match command:
        case RequestApproval():
            return request(asked, command)
        case PendRequest():
            return pend(requested(asked), command)
        case UpdateItems():
            return update(requested(asked), command)
        case ApproveRequest():
            return approve(requested(asked), command)
        case RejectRequest():
            return reject(requested(asked), command)
        case CancelRequest():
            at_stage(requested(asked), *WAITING, Stage.APPROVED)
            return [PreauthorisationCancelled(command.reason)]
        case ExpireRequest():
            return expire(requested(asked), command)
        case UseApproval():
            at_stage(requested(asked), Stage.APPROVED)
            return [PreauthorisationUsed(command.claim_id, command.claim_number)]
        case _:
            assert_never(command)


def request(asked: Preauthorisation, command: RequestApproval) -> Sequence[PreauthorisationEvent]:
    if not isinstance(asked, NotRequested):
        raise WrongStage("preauthorisation.already_requested", "it has been asked for before")
    if command.service_until < command.service_from:
        raise RuleBroken(
            "preauthorisation.ends_before_start", "the last planned day lies before the first",
            field="service_until",
        )  # fmt: skip
    items_are_sound(command.items)
    return [
        PreauthorisationRequested(
            number=command.number,
            member_id=command.member_id,
            policy_id=command.policy_id,
            provider_id=command.provider_id,
            kind=command.kind,
            service_from=command.service_from,
            service_until=command.service_until,
            diagnoses=command.diagnoses,
            items=command.items,
            estimated=_sum(command.items),
            requested_by=command.requested_by,
            requested_on=command.requested_on,
            visit_type=command.visit_type,
        )
    ]


def items_are_sound(items: Sequence[PlannedItem]) -> None:
    """Raises RuleBroken for no items or too many, and for one without quantity."""
    if not 1 <= len(items) <= MOST_ITEMS:
        raise RuleBroken(
            "preauthorisation.item_count",
            f"a request has 1 to {MOST_ITEMS} items, not {len(items)}", field="items",
        )  # fmt: skip
    for item in items:
        if item.quantity <= 0 and not item.cancelled:
            raise RuleBroken(
                "preauthorisation.quantity_not_positive",
                f"item {item.sequence}: quantity {item.quantity}",
                field=f"items.{item.sequence}.quantity",
            )  # fmt: skip


def pend(asked: Requested, command: PendRequest) -> Sequence[PreauthorisationEvent]:
    at_stage(asked, *WAITING)
    if not command.wanted:
        raise RuleBroken("preauthorisation.pended_without_wish", "say what is missing")
    return [PreauthorisationPended(command.wanted, command.note)]


def update(asked: Requested, command: UpdateItems) -> Sequence[PreauthorisationEvent]:
    """Raises what `updated` does for an item that is not there or is cancelled already."""
    at_stage(asked, *WAITING)
    if not command.changes:
        raise RuleBroken("preauthorisation.nothing_changed", "name a change", field="changes")
    after = updated(
        [Item(it.sequence, it.code, it.quantity, it.cancelled) for it in asked.items],
        command.changes,
    )
    known = {item.sequence: item for item in asked.items}
    new = iter(command.added)
    estimates = dict(command.estimates)
    items = tuple(
        _changed(known[now.sequence], now, estimates)
        if now.sequence in known
        else _added(now, next(new))
        for now in after
    )
    items_are_sound(items)
    return [PreauthorisationUpdated(items, _sum(items), command.updated_by)]


def _added(now: Item, said: NewItem) -> PlannedItem:
    return PlannedItem(
        now.sequence, now.code, said.description, said.category, now.quantity, said.estimated,
        now.cancelled, now.change,
    )  # fmt: skip


def _changed(before: PlannedItem, now: Item, estimates: dict[int, Money]) -> PlannedItem:
    return replace(
        before,
        code=now.code,
        quantity=now.quantity,
        estimated=estimates.get(now.sequence, before.estimated),
        cancelled=now.cancelled,
        change=now.change,
    )


def approve(asked: Requested, command: ApproveRequest) -> Sequence[PreauthorisationEvent]:
    at_stage(asked, *WAITING)
    another_person(
        command.approver,
        asked.touched_by,
        "preauthorisation.same_person",
        "who asks for it, or changes what is asked, may not approve",
    )
    if command.valid_until <= command.day:
        raise RuleBroken(
            "preauthorisation.valid_for_no_day", f"{command.valid_until} is over",
            field="valid_until",
        )  # fmt: skip
    pays = command.determination.plan_pays
    if not pays:
        raise RuleBroken(
            "preauthorisation.nothing_to_approve",
            "the plan would pay nothing: reject it with these reasons",
            reasons=list(command.determination.reasons),
        )
    return [
        PreauthorisationApproved(
            command.determination,
            pays,
            command.valid_until,
            command.approver,
            command.product_id,
            command.product_version,
            command.note,
        )
    ]


def reject(asked: Requested, command: RejectRequest) -> Sequence[PreauthorisationEvent]:
    at_stage(asked, *WAITING)
    if not command.reasons:
        raise RuleBroken("preauthorisation.rejected_without_reason", "say why", field="reasons")
    return [PreauthorisationRejected(command.reasons, command.rejected_by, command.note)]


def expire(asked: Requested, command: ExpireRequest) -> Sequence[PreauthorisationEvent]:
    at_stage(asked, Stage.APPROVED)
    assert asked.valid_until is not None
    if command.day < asked.valid_until:
        raise RuleBroken("preauthorisation.still_valid", f"it is valid until {asked.valid_until}")
    return [PreauthorisationExpired(command.day)]


def may_be_claimed(
    asked: Requested, member_id: UUID, policy_id: UUID, provider_id: UUID, service_from: date
) -> None:
    """Raises WrongStage or RuleBroken where a claim may not name this approval."""
    at_stage(asked, Stage.APPROVED)
    mine = (asked.member_id, asked.policy_id, asked.provider_id)
    if mine != (member_id, policy_id, provider_id):
        raise RuleBroken(
            "preauthorisation.of_another", "it was given for another member, policy or provider",
            field="preauthorisation_id",
        )  # fmt: skip
    assert asked.valid_until is not None
    if service_from >= asked.valid_until:
        raise RuleBroken(
            "preauthorisation.out_of_time", f"it was valid for services before {asked.valid_until}",
            field="preauthorisation_id",
        )  # fmt: skip


def at_stage(asked: Requested, *stages: Stage) -> None:
    if asked.stage not in stages:
        raise WrongStage(
            "preauthorisation.wrong_stage",
            f"it is {asked.stage}; this needs {' or '.join(stages)}",
            stage=str(asked.stage),
        )


def requested(asked: Preauthorisation) -> Requested:
    """The request if there is one; otherwise the refusal."""
    if isinstance(asked, Requested):
        return asked
    raise WrongStage(
        "preauthorisation.not_found", "there is no such request", field="preauthorisation_id"
    )


def _sum(items: Sequence[PlannedItem]) -> Money:
    currency = items[0].estimated.currency
    return total((item.estimated for item in items if not item.cancelled), currency)
