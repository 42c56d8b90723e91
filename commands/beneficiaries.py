"""Use cases of beneficiaries: nominate, correct, approve, reject, remove.

Every command changes the beneficiary and the member's designation together: shares never exceed the
whole, and come into force when all are approved and make it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from adapters.envelope import Change, Loaded
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.beneficiary import BENEFICIARY
from domain.beneficiary.decide import (
    ApproveBeneficiary,
    BeneficiaryCommand,
    CorrectBeneficiary,
    NominateBeneficiary,
    RejectBeneficiary,
    RemoveBeneficiary,
    there,
)
from domain.beneficiary.events import Nominee
from domain.beneficiary.state import Beneficiary
from domain.designation import DESIGNATION
from domain.designation.decide import ConfirmShare, DesignationCommand, DropShare, PlanShare
from domain.ids import designation_id
from domain.member import MEMBER
from domain.member.decide import enrolled


@dataclass(frozen=True, slots=True)
class Nomination:
    member_id: UUID
    nominee: Nominee
    share_bps: int
    beneficiary_id: UUID | None = None


def nominate_beneficiary(desk: Desk, context: Context, request: Nomination) -> Outcome:
    """Nominate somebody for a share that is still free."""

    def decide() -> Decision:
        known = desk.store.load(BENEFICIARY, request.beneficiary_id or desk.ids.new())
        enrolled(desk.store.load(MEMBER, request.member_id).state)
        command = NominateBeneficiary(
            request.member_id, request.nominee, request.share_bps, context.actor,
            context.effective_on,
        )  # fmt: skip
        facts = BENEFICIARY.decide(known.state, command)
        plan = PlanShare(request.member_id, known.stream_id, request.share_bps)
        share = designated(desk, request.member_id, plan)
        return Decision((changed(known, facts), share), {"id": str(known.stream_id)})

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class NomineeCorrection:
    beneficiary_id: UUID
    nominee: Nominee
    share_bps: int


def correct_beneficiary(desk: Desk, context: Context, request: NomineeCorrection) -> Outcome:
    """Say anew who it is and with what share; it waits for approval again."""
    command = CorrectBeneficiary(
        request.nominee, request.share_bps, context.actor, context.effective_on
    )

    def share(known: Loaded[Beneficiary], member_id: UUID) -> DesignationCommand:
        return PlanShare(member_id, known.stream_id, request.share_bps)

    return _change(desk, context, request.beneficiary_id, command, share)


def approve_beneficiary(desk: Desk, context: Context, beneficiary_id: UUID) -> Outcome:
    """Approve; with the last approval the whole designation comes into force."""
    command = ApproveBeneficiary(context.actor)
    return _change(
        desk, context, beneficiary_id, command, lambda known, _: ConfirmShare(known.stream_id)
    )


@dataclass(frozen=True, slots=True)
class NomineeRefusal:
    beneficiary_id: UUID
    reasons: tuple[str, ...]
    note: str = ""


def reject_beneficiary(desk: Desk, context: Context, request: NomineeRefusal) -> Outcome:
    """Do not approve; the share is free again."""
    command = RejectBeneficiary(context.actor, request.reasons, request.note)
    return _change(
        desk, context, request.beneficiary_id, command, lambda known, _: DropShare(known.stream_id)
    )


def remove_beneficiary(desk: Desk, context: Context, beneficiary_id: UUID) -> Outcome:
    """Take a beneficiary out; what is in force stays so until a new whole is approved."""
    command = RemoveBeneficiary(context.reason, context.actor)
    return _change(
        desk, context, beneficiary_id, command, lambda known, _: DropShare(known.stream_id)
    )


def _change(
    desk: Desk,
    context: Context,
    beneficiary_id: UUID,
    command: BeneficiaryCommand,
    share: Callable[[Loaded[Beneficiary], UUID], DesignationCommand],
) -> Outcome:
    def decide() -> Decision:
        known = desk.store.load(BENEFICIARY, beneficiary_id)
        member_id = there(known.state).member_id
        facts = BENEFICIARY.decide(known.state, command)
        # Nothing new of the beneficiary is nothing new of the share either.
        also = (designated(desk, member_id, share(known, member_id)),) if facts else ()
        return Decision((changed(known, facts), *also), {"id": str(beneficiary_id)})

    return carry_out(desk.store, context, decide)


def designated(desk: Desk, member_id: UUID, command: DesignationCommand) -> Change:
    """The change of a member's designation that goes with a change of a beneficiary."""
    designation = desk.store.load(DESIGNATION, designation_id(member_id))
    return changed(designation, DESIGNATION.decide(designation.state, command))
