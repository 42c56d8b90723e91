"""Use cases of fraud cases: investigate, prove, link, clear, confirm, flag, report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from adapters.envelope import Change, Loaded
from commands.benefit_books import Books
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.claim import CLAIM
from domain.claim.decide import ClearClaim, DenyClaim, submitted
from domain.claim.state import Claim, Submitted
from domain.claim.state import Stage as ClaimStage
from domain.fraud_case import FRAUD_CASE
from domain.fraud_case.decide import (
    AddEvidence,
    ClearCase,
    ConfirmFraud,
    FlagSubject,
    FraudCaseCommand,
    LinkClaim,
    OpenInvestigation,
    RaiseAlert,
    ReportFraud,
    RequestCheck,
    suspected,
)
from domain.fraud_case.events import FraudAlerted, FraudCaseEvent, Subject
from domain.fraud_case.state import Case, FraudCase, NoSuspicion
from domain.ids import fraud_case_id
from domain.money import total

DAYS_TO_DECIDE = 30
BY_HAND = "person"
MAY_BE_DENIED = frozenset({ClaimStage.SCORED, ClaimStage.SUSPENDED, ClaimStage.ADJUDICATED})


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    claim_id: UUID


def request_check(desk: Desk, context: Context, request: ClaimCheck) -> Outcome:
    """Ask that a claim be scored again; the workers do so with the model that is in charge."""

    def decide() -> Decision:
        standing = submitted(desk.store.load(CLAIM, request.claim_id).state)
        case = _case(desk, request.claim_id)
        command = RequestCheck(request.claim_id, standing.member_id, context.actor)
        return _decision(request.claim_id, standing, case, FRAUD_CASE.decide(case.state, command))

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Investigation:
    """`due_on` is in thirty days where nothing is said; the investigator is who asks."""

    claim_id: UUID
    due_on: date | None = None
    note: str = ""


def investigate(desk: Desk, context: Context, request: Investigation) -> Outcome:
    """Open an investigation; where no score had raised the suspicion, it is raised by hand."""

    def decide() -> Decision:
        standing = submitted(desk.store.load(CLAIM, request.claim_id).state)
        case = _case(desk, request.claim_id)
        facts: list[FraudCaseEvent] = []
        if isinstance(case.state, NoSuspicion):
            alert = by_hand(request.claim_id, standing, context.actor)
            facts += FRAUD_CASE.decide(case.state, RaiseAlert(alert))
        today = desk.clock.today()
        command = OpenInvestigation(
            investigator=context.actor,
            opened_on=today,
            due_on=request.due_on or today + timedelta(days=DAYS_TO_DECIDE),
            note=request.note,
        )
        facts += FRAUD_CASE.decide(FRAUD_CASE.fold(facts, case.state), command)
        return _decision(request.claim_id, standing, case, facts)

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Evidence:
    claim_id: UUID
    kind: str
    title: str
    reference: str = ""


def add_evidence(desk: Desk, context: Context, request: Evidence) -> Outcome:
    command = AddEvidence(request.kind, request.title, request.reference, context.actor)
    return _step(desk, context, request.claim_id, command)


@dataclass(frozen=True, slots=True)
class Link:
    claim_id: UUID
    other_id: UUID


def link_claim(desk: Desk, context: Context, request: Link) -> Outcome:
    """Another claim belongs to the same scheme: what is found holds for it too."""
    other = submitted(desk.store.load(CLAIM, request.other_id).state)
    command = LinkClaim(request.other_id, other.number, context.actor)
    return _step(desk, context, request.claim_id, command)


@dataclass(frozen=True, slots=True)
class Clearing:
    claim_id: UUID
    note: str = ""


def clear(desk: Desk, context: Context, request: Clearing) -> Outcome:
    """Nothing was found: the case is cleared, and a claim that waited for it goes on."""

    def decide() -> Decision:
        claim = desk.store.load(CLAIM, request.claim_id)
        standing = submitted(claim.state)
        case = _case(desk, request.claim_id)
        changes: list[Change] = []
        if standing.stage is ClaimStage.SUSPENDED or isinstance(case.state, NoSuspicion):
            changes.append(changed(claim, CLAIM.decide(standing, ClearClaim(request.note))))
        if isinstance(case.state, Case):
            command = ClearCase(request.note, context.actor)
            changes.append(changed(case, FRAUD_CASE.decide(case.state, command)))
        return Decision(tuple(changes), _answer(request.claim_id, standing))

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Finding:
    """`reasons` say what was found, `kinds` which kinds of fraud it is."""

    claim_id: UUID
    reasons: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    note: str = ""


def confirm(desk: Desk, context: Context, request: Finding) -> Outcome:
    """Fraud was found: the claim and those linked to it are denied, all in one append.

    Benefit that they had taken is given back. What had been approved or paid before cannot be
    denied any more; it is listed for recovery.
    """

    def decide() -> Decision:
        case = _case(desk, request.claim_id)
        standing = suspected(case.state)
        ids = (request.claim_id, *sorted(standing.linked))
        claims = {one: desk.store.load(CLAIM, one) for one in ids}
        open_ones = {one: it for one, it in claims.items() if _may_be_denied(it.state)}
        own = submitted(claims[request.claim_id].state)
        command = ConfirmFraud(
            kinds=request.kinds,
            reasons=request.reasons,
            note=request.note,
            confirmed_by=context.actor,
            saved=total(
                (submitted(it.state).billed for it in open_ones.values()), own.billed.currency
            ),
            rejected=tuple(open_ones),
            to_recover=tuple(one for one in ids if one not in open_ones),
        )
        changes = [changed(case, FRAUD_CASE.decide(standing, command))]
        books = Books(desk)  # one for all: claims of a scheme often share a policy
        for one, it in open_ones.items():
            books.give_back(one, submitted(it.state))
            changes.append(_denied(it, request))
        changes += books.changes()
        answer = _answer(request.claim_id, own) | {
            "rejected": [str(one) for one in command.rejected],
            "to_recover": [str(one) for one in command.to_recover],
        }
        return Decision(tuple(changes), answer)

    return carry_out(desk.store, context, decide)


def _may_be_denied(claim: Claim) -> bool:
    return isinstance(claim, Submitted) and claim.stage in MAY_BE_DENIED


def _denied(claim: Loaded[Claim], finding: Finding) -> Change:
    return changed(claim, CLAIM.decide(claim.state, DenyClaim(finding.reasons, finding.note)))


@dataclass(frozen=True, slots=True)
class Flag:
    claim_id: UUID
    subject: Subject


def flag(desk: Desk, context: Context, request: Flag) -> Outcome:
    """Let the finding stand against the member or the provider: later claims are looked at more
    closely."""

    def decide() -> Decision:
        standing = submitted(desk.store.load(CLAIM, request.claim_id).state)
        case = _case(desk, request.claim_id)
        words = f"fraud was found in {standing.number}"
        command = FlagSubject(request.subject, words, context.actor)
        return _decision(request.claim_id, standing, case, FRAUD_CASE.decide(case.state, command))

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Report:
    claim_id: UUID
    authority: str
    reference: str


def report(desk: Desk, context: Context, request: Report) -> Outcome:
    """Note that the finding was passed to an authority."""
    command = ReportFraud(request.authority, request.reference, desk.clock.today(), context.actor)
    return _step(desk, context, request.claim_id, command)


def by_hand(claim_id: UUID, claim: Submitted, actor: str) -> FraudAlerted:
    """A suspicion that a person has, whatever the score says."""
    return FraudAlerted(
        claim_id=claim_id,
        number=claim.number,
        member_id=claim.member_id,
        provider_id=claim.provider_id,
        billed=claim.billed,
        score=Decimal(0),
        model=BY_HAND,
        kind="",
        reasons=(),
        words=(),
        suspended=claim.stage is ClaimStage.SUSPENDED,
        raised_by=actor,
    )


def _step(desk: Desk, context: Context, claim_id: UUID, command: FraudCaseCommand) -> Outcome:
    def decide() -> Decision:
        standing = submitted(desk.store.load(CLAIM, claim_id).state)
        case = _case(desk, claim_id)
        return _decision(claim_id, standing, case, FRAUD_CASE.decide(case.state, command))

    return carry_out(desk.store, context, decide)


def _case(desk: Desk, claim_id: UUID) -> Loaded[FraudCase]:
    return desk.store.load(FRAUD_CASE, fraud_case_id(claim_id))


def _decision(
    claim_id: UUID, claim: Submitted, case: Loaded[FraudCase], facts: Sequence[FraudCaseEvent]
) -> Decision:
    return Decision((changed(case, facts),), _answer(claim_id, claim))


def _answer(claim_id: UUID, claim: Submitted) -> dict[str, object]:
    return {"id": str(claim_id), "number": claim.number}
