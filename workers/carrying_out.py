"""How each request is carried out: which use case, on whose behalf, and under which command id."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID, uuid5

from adapters.envelope import Recorded
from commands import (
    bank_notices,
    cessions,
    claims,
    deadlines,
    erasing,
    notices,
    payments,
    remitting,
    restriking,
    scoring,
)
from commands.context import Context, Desk
from commands.handling import Outcome
from domain.events import CATALOGUE
from domain.refusals import Refused, WrongStage
from workers import model_care_apart
from workers.deadlines import Deadline, Timed
from workers.reactions import SAGA, Reaction
from workers.requests import (
    AdjudicateClaim,
    AdvisePayee,
    AskBank,
    BookReturn,
    CedeClaim,
    CedePremium,
    DeliverNotice,
    ExpireApproval,
    FinishErasure,
    InstructPayment,
    LapseUnpaid,
    LookAfterModel,
    NoteInvestigationOverdue,
    NoteModelCheckDue,
    NoteSilence,
    Request,
    RescoreClaim,
    RestrikeTreaty,
    SchedulePayment,
    ScoreClaim,
    SettleClaim,
    TellMember,
)

# Refusals that pass by themselves: a read model has not shown the claim yet, or another reaction
# has not booked its payment, or what takes long is still at work.
NOT_YET = frozenset(
    {"claim.not_yet_known", "payment.not_settled_yet", "fraud_model.being_looked_after"}
)

# What had a term has come about in time, or is no longer wanted.
IN_TIME = frozenset(
    {"policy.nothing_overdue", "preauthorisation.still_valid", "preauthorisation.wrong_stage",
     "claim.wrong_stage"}
)  # fmt: skip

# Command ids of reactions, so that a reaction delivered twice is one command. Never changed.
COMMANDS = UUID("b1e9a5c4-7c0e-5d5b-9a58-2f0b7d6a41c3")


class NotReadyYet(Exception):
    """Something that the request reads lags behind; it is tried again soon."""


class NotDueYet(Exception):
    """The next day on which something falls due begins `at`."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"nothing is due before {at}")
        self.at = at


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


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """How many requests there were, and the events that were recorded for them just now."""

    asked: int
    events: list[Recorded]


def command_id(tenant: int, event: Recorded, reaction: str, index: int = 0) -> UUID:
    """The same event, reaction and place always give the same command."""
    return uuid5(COMMANDS, f"{tenant}|{event.position}|{reaction}|{index}")


def carry_out(
    place: Workplace, event: Recorded, reaction: Reaction | Deadline, patience: float = 0.0
) -> CarriedOut:
    """Do everything that the reaction asks for.

    Read models that lag behind are waited for as many seconds as `patience` tells. Raises what
    the use cases refuse or fail with, and NotReadyYet.
    """
    if isinstance(reaction, Deadline):
        return _when_due(place.desk, event, reaction)
    events: list[Recorded] = []
    asked = reaction(event)
    for index, request in enumerate(asked):
        if isinstance(request, ScoreClaim) and not place.read_models.reached(
            request.as_of, patience
        ):
            raise NotReadyYet(f"the read models have not reached position {request.as_of}")
        context = _context(place.desk, event, reaction.name, index, request)
        try:
            outcome = USE_CASES[type(request)](place.desk, context, request)
        except WrongStage as refusal:
            if refusal.code in NOT_YET:
                raise NotReadyYet(refusal.detail) from refusal
            raise
        events += recorded(context, outcome)
    return CarriedOut(len(asked), events)


def recorded(context: Context, outcome: Outcome) -> list[Recorded]:
    """The events that a command has just added, as they stand in the log; none where it had been
    carried out before."""
    receipt, decision = outcome.receipt, outcome.decision
    if receipt is None or decision is None or receipt.repeated:
        return []
    meta, events = context.meta(), list[Recorded]()
    position = receipt.position - len(decision.facts)
    for change in decision.changes:
        for version, fact in enumerate(change.facts, change.loaded.version + 1):
            position += 1
            name = CATALOGUE.name_of(type(fact))
            events.append(Recorded(position, change.loaded.stream_id, version, name, fact, meta))
    return events


def _when_due(desk: Desk, event: Recorded, deadline: Deadline) -> CarriedOut:
    """Do what has fallen due by today; raises NotDueYet where more falls due later."""
    for index, request in enumerate(deadline(event)):
        if request.due_on > desk.clock.today():
            raise NotDueYet(desk.clock.begins(request.due_on))
        context = replace(
            _context(desk, event, deadline.name, index, request),
            effective_on=desk.clock.today(),
        )
        try:
            USE_CASES[type(request)](desk, context, request)
        except Refused as refusal:
            if refusal.code not in IN_TIME:
                raise
    return CarriedOut(1, [])


def _context(
    desk: Desk, event: Recorded, reaction: str, index: int, request: Request | Timed
) -> Context:
    return Context(
        actor=f"{SAGA}{reaction}",
        command_id=command_id(desk.store.tenant, event, reaction, index),
        correlation_id=event.meta.correlation_id,
        recorded_at=desk.clock.now(),
        effective_on=_holds_from(desk, event, request),
        caused_by=event.position,
    )


def _holds_from(desk: Desk, event: Recorded, request: Request | Timed) -> date:
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


def _book_return(desk: Desk, context: Context, request: BookReturn) -> Outcome:
    return bank_notices.book_return(desk, context, request.payment_id)


def _tell(desk: Desk, context: Context, request: TellMember) -> Outcome:
    asked = notices.NoticeOf(request.claim_id, request.kind, request.occasion)
    return notices.tell_member(desk, context, asked)


def _advise(desk: Desk, context: Context, request: AdvisePayee) -> Outcome:
    of = remitting.AdviceOf(request.claim_id, request.payment_id)
    return remitting.advise_payee(desk, context, of)


def _deliver(desk: Desk, context: Context, request: DeliverNotice) -> Outcome:
    return notices.deliver_notice(desk, context, request.notice_id)


def _check_due(desk: Desk, context: Context, request: NoteModelCheckDue) -> Outcome:
    return model_care_apart.note_check_due(desk, context, request.version, request.due_on)


def _look_after(desk: Desk, context: Context, request: LookAfterModel) -> Outcome:
    return model_care_apart.looked_after_apart(desk, context, request.line_id, request.version)


def _lapse(desk: Desk, context: Context, request: LapseUnpaid) -> Outcome:
    return deadlines.lapse_unpaid(desk, context, request.policy_id)


def _expire(desk: Desk, context: Context, request: ExpireApproval) -> Outcome:
    return deadlines.expire_approval(desk, context, request.preauthorisation_id)


def _overdue(desk: Desk, context: Context, request: NoteInvestigationOverdue) -> Outcome:
    return deadlines.note_investigation_overdue(desk, context, request.claim_id, request.due_on)


def _silence(desk: Desk, context: Context, request: NoteSilence) -> Outcome:
    return deadlines.note_silence(desk, context, request.claim_id, request.asked_of, request.due_on)


def _cede(desk: Desk, context: Context, request: CedeClaim) -> Outcome:
    return cessions.cede_claim(desk, context, cessions.CessionOf(request.claim_id))


def _cede_premium(desk: Desk, context: Context, request: CedePremium) -> Outcome:
    return cessions.cede_policy(desk, context, cessions.CessionOf(request.policy_id))


def _restrike(desk: Desk, context: Context, request: RestrikeTreaty) -> Outcome:
    return restriking.restrike_treaty(desk, context, restriking.RestrikeOf(request.treaty_id))


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
    BookReturn: _book_return,
    TellMember: _tell,
    AdvisePayee: _advise,
    NoteModelCheckDue: _check_due,
    LookAfterModel: _look_after,
    DeliverNotice: _deliver,
    LapseUnpaid: _lapse,
    ExpireApproval: _expire,
    NoteInvestigationOverdue: _overdue,
    NoteSilence: _silence,
    CedeClaim: _cede,
    CedePremium: _cede_premium,
    RestrikeTreaty: _restrike,
    FinishErasure: _finish_erasure,
}
