"""Use cases of disputes: open, amend, decide, appeal, withdraw."""

from dataclasses import dataclass
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.claim import CLAIM
from domain.claim.decide import submitted
from domain.claim.state import Stage
from domain.dispute import DISPUTE
from domain.dispute.decide import (
    AmendDispute,
    AppealDispute,
    DecideDispute,
    DisputeCommand,
    OpenDispute,
    WithdrawDispute,
    opened,
)
from domain.dispute.events import Outcome as Verdict
from domain.ids import DISPUTE as DISPUTE_SERIES
from domain.ids import numbered
from domain.money import Money

DECIDED = (Stage.APPROVED, Stage.PAID, Stage.CLOSED, Stage.DENIED, Stage.REVERSED)


@dataclass(frozen=True, slots=True)
class NewDispute:
    """`lines` are numbers of the claim's lines, none = the whole claim."""

    claim_id: UUID
    grounds: str
    lines: tuple[int, ...] = ()
    claimed: Money | None = None
    dispute_id: UUID | None = None


def open_dispute(desk: Desk, context: Context, request: NewDispute) -> Outcome:
    """Take a dispute in under the next number."""

    def decide() -> Decision:
        dispute = desk.store.load(DISPUTE, request.dispute_id or desk.ids.new())
        claim = submitted(desk.store.load(CLAIM, request.claim_id).state)

        def command(number: str) -> OpenDispute:
            return OpenDispute(
                number,
                request.claim_id,
                claim.number,
                claim.member_id,
                request.lines,
                request.grounds,
                context.actor,
                claim.stage in DECIDED,
                tuple(line.line for line in claim.lines),
                request.claimed,
            )

        DISPUTE.decide(dispute.state, command(""))  # refuse before a number is used up
        year = context.effective_on.year
        taken = desk.numbers.take(f"{DISPUTE_SERIES}|{year}")[0]
        number = numbered(DISPUTE_SERIES, year, taken)
        facts = DISPUTE.decide(dispute.state, command(number))
        return Decision(
            (changed(dispute, facts),), {"id": str(dispute.stream_id), "number": number}
        )

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Amendment:
    dispute_id: UUID
    grounds: str
    claimed: Money | None = None


def amend_dispute(desk: Desk, context: Context, request: Amendment) -> Outcome:
    """Put the grounds or the amount right."""
    command = AmendDispute(request.grounds, context.actor, request.claimed)
    return _step(desk, context, request.dispute_id, command)


@dataclass(frozen=True, slots=True)
class Ruling:
    dispute_id: UUID
    outcome: Verdict
    why: str


def decide_dispute(desk: Desk, context: Context, request: Ruling) -> Outcome:
    """Uphold or reject; an upheld one calls for the claim to be reopened or replaced."""
    command = DecideDispute(request.outcome, request.why, context.actor)
    return _step(desk, context, request.dispute_id, command)


@dataclass(frozen=True, slots=True)
class Appeal:
    dispute_id: UUID
    grounds: str


def appeal_dispute(desk: Desk, context: Context, request: Appeal) -> Outcome:
    """Ask for somebody else's last word on a rejection."""
    command = AppealDispute(request.grounds, context.actor)
    return _step(desk, context, request.dispute_id, command)


def withdraw_dispute(desk: Desk, context: Context, dispute_id: UUID) -> Outcome:
    """Take a dispute back."""
    return _step(desk, context, dispute_id, WithdrawDispute(context.actor))


def _step(desk: Desk, context: Context, dispute_id: UUID, command: DisputeCommand) -> Outcome:
    def decide() -> Decision:
        dispute = desk.store.load(DISPUTE, dispute_id)
        facts = DISPUTE.decide(dispute.state, command)
        after = opened(DISPUTE.fold(facts, dispute.state))
        answer = {"id": str(dispute_id), "number": after.number, "stage": str(after.stage)}
        return Decision((changed(dispute, facts),), answer)

    return carry_out(desk.store, context, decide)
