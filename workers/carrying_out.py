"""How each request is carried out: which use case, on whose behalf, and under which command id."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID, uuid5

from adapters.envelope import Recorded
from commands import claims, payments
from commands.context import Context, Desk
from commands.handling import Outcome
from workers.reactions import Reaction
from workers.requests import (
    AdjudicateClaim,
    AskBank,
    InstructPayment,
    Request,
    SchedulePayment,
    ScoreClaim,
    SettleClaim,
)

# Command ids of reactions, so that a reaction delivered twice is one command. Never changed.
COMMANDS = UUID("b1e9a5c4-7c0e-5d5b-9a58-2f0b7d6a41c3")

_READ_MODEL_SECONDS = 2.0


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


def carry_out(place: Workplace, event: Recorded, reaction: Reaction) -> int:
    """Do everything that the reaction asks for; how many requests there were.

    Raises what the use cases refuse or fail with, and NotReadyYet.
    """
    asked = reaction(event)
    for index, request in enumerate(asked):
        context = _context(place.desk, event, reaction, index, request)
        USE_CASES[type(request)](place, context, request)
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


def _score(place: Workplace, context: Context, request: ScoreClaim) -> Outcome:
    if not place.read_models.reached(request.as_of, _READ_MODEL_SECONDS):
        raise NotReadyYet(f"the read models have not reached position {request.as_of}")
    wanted = claims.ScoreOfClaim(request.claim_id, request.as_of)
    return claims.score_claim(place.desk, context, wanted)


def _adjudicate(place: Workplace, context: Context, request: AdjudicateClaim) -> Outcome:
    return claims.adjudicate_claim(place.desk, context, claims.ClaimStep(request.claim_id))


def _schedule(place: Workplace, context: Context, request: SchedulePayment) -> Outcome:
    wanted = payments.PaymentOfClaim(request.claim_id)
    return payments.schedule_payment(place.desk, context, wanted)


def _instruct(place: Workplace, context: Context, request: InstructPayment) -> Outcome:
    wanted = payments.PaymentStep(request.payment_id)
    return payments.instruct_payment(place.desk, context, wanted)


def _ask_bank(place: Workplace, context: Context, request: AskBank) -> Outcome:
    return payments.ask_bank(place.desk, context, payments.PaymentStep(request.payment_id))


def _settle(place: Workplace, context: Context, request: SettleClaim) -> Outcome:
    return payments.settle_claim(place.desk, context, payments.PaymentStep(request.payment_id))


USE_CASES: Mapping[type, Callable[[Workplace, Context, Any], Outcome]] = {
    ScoreClaim: _score,
    AdjudicateClaim: _adjudicate,
    SchedulePayment: _schedule,
    InstructPayment: _instruct,
    AskBank: _ask_bank,
    SettleClaim: _settle,
}
