"""How each request is carried out: which use case, on whose behalf, and under which command id."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID, uuid5

from adapters.envelope import Recorded
from commands import cessions, claims, erasing, payments, scoring
from commands.context import Context, Desk
from commands.handling import Outcome
from domain.refusals import WrongStage
from workers.reactions import Reaction
from workers.requests import (
    AdjudicateClaim,
    AskBank,
    CedeClaim,
    CedePremium,
    FinishErasure,
    InstructPayment,
    Request,
    RescoreClaim,
    SchedulePayment,
    ScoreClaim,
    SettleClaim,
)

# The one refusal that passes by itself: a read model has not shown the claim yet.
NOT_YET_KNOWN = "claim.not_yet_known"

# Command ids of reactions, so that a reaction delivered twice is one command. Never changed.
COMMANDS = UUID("b1e9a5c4-7c0e-5d5b-9a58-2f0b7d6a41c3")


class NotReadyYet(Exception):
    """Something that the request reads lags behind; it is tried again soon."""


class ReadModels(Protocol):
    """What the workers need of the read side."""

    def reached(self, position: int, seconds: float) -> bool:
        """Whether the facts that fraud rules read are known up to a position; waits for it."""
        ...


@dataclass(frozen=True, slots=True)
class Workplace:
    """What carrying out needs: the desk of the use cases, and how far the read models are."""

    desk: Desk
    read_models: ReadModels


def command_id(tenant: int, event: Recorded, reaction: str, index: int = 0) -> UUID:
    """The same event, reaction and place always give the same command."""
    return uuid5(COMMANDS, f"{tenant}|{event.position}|{reaction}|{index}")


def carry_out(place: Workplace, event: Recorded, reaction: Reaction, patience: float = 0.0) -> int:
    """Do everything that the reaction asks for; how many requests there were.

    Read models that lag behind are waited for as many seconds as `patience` tells. Raises what
    the use cases refuse or fail with, and NotReadyYet.
    """
    asked = reaction(event)
    for index, request in enumerate(asked):
        if isinstance(request, ScoreClaim) and not place.read_models.reached(
            request.as_of, patience
        ):
            raise NotReadyYet(f"the read models have not reached position {request.as_of}")
        context = _context(place.desk, event, reaction, index, request)
        try:
            USE_CASES[type(request)](place.desk, context, request)
        except WrongStage as refusal:
            if refusal.code == NOT_YET_KNOWN:
                raise NotReadyYet(refusal.detail) from refusal
            raise
    return len(asked)


def _context(
    desk: Desk, event: Recorded, reaction: Reaction, index: int, request: Request
) -> Context:
    return Context(
        actor=f"saga:{reaction.name}",
        command_id=command_id(desk.store.tenant, event, reaction.name, index),
        correlation_id=event.meta.correlation_id,
        recorded_at=desk.clock.now(),
        effective_on=_holds_from(desk, event, request),
        caused_by=event.position,
    )


def _holds_from(desk: Desk, event: Recorded, request: Request) -> date:
    """What follows from a fact holds from the same day, but the bank pays on its own day."""
    return desk.clock.today() if isinstance(request, AskBank) else event.meta.effective_on


def _score(desk: Desk, context: Context, request: ScoreClaim) -> Outcome:
    wanted = scoring.ScoreOfClaim(request.claim_id, request.as_of)
    return scoring.score_claim(desk, context, wanted)


def _rescore(desk: Desk, context: Context, request: RescoreClaim) -> Outcome:
    return scoring.rescore_claim(desk, context, scoring.Rescoring(request.claim_id))


def _adjudicate(desk: Desk, context: Context, request: AdjudicateClaim) -> Outcome:
    return claims.adjudicate_claim(desk, context, claims.ClaimStep(request.claim_id))


def _schedule(desk: Desk, context: Context, request: SchedulePayment) -> Outcome:
    return payments.schedule_payment(desk, context, payments.PaymentOfClaim(request.claim_id))


def _instruct(desk: Desk, context: Context, request: InstructPayment) -> Outcome:
    return payments.instruct_payment(desk, context, payments.PaymentStep(request.payment_id))


def _ask_bank(desk: Desk, context: Context, request: AskBank) -> Outcome:
    return payments.ask_bank(desk, context, payments.PaymentStep(request.payment_id))


def _settle(desk: Desk, context: Context, request: SettleClaim) -> Outcome:
    return payments.settle_claim(desk, context, payments.PaymentStep(request.payment_id))


def _cede(desk: Desk, context: Context, request: CedeClaim) -> Outcome:
    return cessions.cede_claim(desk, context, cessions.CessionOf(request.claim_id))


def _cede_premium(desk: Desk, context: Context, request: CedePremium) -> Outcome:
    return cessions.cede_policy(desk, context, cessions.CessionOf(request.policy_id))


def _finish_erasure(desk: Desk, context: Context, request: FinishErasure) -> Outcome:
    done = erasing.finish_erasure(desk, context, request.member_id)
    return Outcome({"destroyed": done}, None, None)


USE_CASES: Mapping[type, Callable[[Desk, Context, Any], Outcome]] = {
    ScoreClaim: _score,
    RescoreClaim: _rescore,
    AdjudicateClaim: _adjudicate,
    SchedulePayment: _schedule,
    InstructPayment: _instruct,
    AskBank: _ask_bank,
    SettleClaim: _settle,
    CedeClaim: _cede,
    CedePremium: _cede_premium,
    FinishErasure: _finish_erasure,
}
