"""Use cases of claims: submit, adjudicate, prepare, approve, deny, clear, withdraw."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from commands.adjudication import gather
from commands.as_reviewed import as_reviewed
from commands.benefit_books import restored
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, brief, carry_out, changed
from commands.reserving import check_approval, used
from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.routing import route
from domain.claim import CLAIM
from domain.claim.decide import (
    AdjudicateClaim,
    ApproveClaim,
    ClaimCommand,
    ClearClaim,
    DenyClaim,
    PrepareClaim,
    SubmitClaim,
    WithdrawClaim,
    submitted,
)
from domain.claim.events import BilledLine, Payee
from domain.ids import CLAIM as CLAIM_SERIES
from domain.ids import numbered
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.policy import POLICY
from domain.policy.decide import issued
from domain.policy.state import Uncovered
from domain.provider import PROVIDER
from domain.provider.decide import registered
from domain.refusals import RuleBroken
from domain.register import REGISTER
from domain.register.decide import RegisterValue, ReleaseValue

MANAGERS = frozenset({"claims_manager", "admin"})
INVOICE = "invoice"


@dataclass(frozen=True, slots=True)
class Submission:
    """A claim as it arrives; `invoice_no` counts once for each provider where it is given."""

    member_id: UUID
    policy_id: UUID
    provider_id: UUID
    kind: str
    service_from: date
    service_until: date
    diagnoses: tuple[str, ...]
    lines: tuple[BilledLine, ...]
    payee: Payee = Payee.PROVIDER
    invoice_no: str = ""
    visit_type: str = "ordinary"
    claim_id: UUID | None = None
    preauthorisation_id: UUID | None = None


@brief
def submit_claim(desk: Desk, context: Context, request: Submission) -> Outcome:
    """Take a claim in under the next number, if its member is covered and its provider known."""

    def decide() -> Decision:
        claim = desk.store.load(CLAIM, request.claim_id or desk.ids.new())
        enrolled(desk.store.load(MEMBER, request.member_id).state)
        registered(desk.store.load(PROVIDER, request.provider_id).state)
        covered_on(desk, request.policy_id, request.member_id, request.service_until)
        whose = request.member_id, request.policy_id, request.provider_id
        check_approval(desk, request.preauthorisation_id, whose, request.service_from)
        command = SubmitClaim(
            number="",
            member_id=request.member_id,
            policy_id=request.policy_id,
            provider_id=request.provider_id,
            kind=request.kind,
            invoice_no=request.invoice_no,
            service_from=request.service_from,
            service_until=request.service_until,
            diagnoses=request.diagnoses,
            lines=request.lines,
            payee=request.payee,
            submitted_on=desk.clock.today(),
            submitted_by=context.actor,
            visit_type=request.visit_type,
            preauthorisation_id=request.preauthorisation_id,
        )
        CLAIM.decide(claim.state, command)  # refuse before a number is used up
        year = desk.clock.today().year
        number = numbered(CLAIM_SERIES, year, desk.numbers.take(f"{CLAIM_SERIES}|{year}")[0])
        facts = CLAIM.decide(claim.state, replace(command, number=number))
        changes = [changed(claim, facts)]
        if request.invoice_no:
            stream = invoice_entry(desk, request.provider_id, request.invoice_no)
            entry = desk.store.load(REGISTER, stream)
            mine = RegisterValue(INVOICE, claim.stream_id)
            changes.append(changed(entry, REGISTER.decide(entry.state, mine)))
        answer = {"id": str(claim.stream_id), "number": number}
        return Decision(tuple(changes), answer)

    return carry_out(desk.store, context, decide)


def invoice_entry(desk: Desk, provider_id: UUID, invoice_no: str) -> UUID:
    """The register stream of an invoice number, which counts once for each provider."""
    return desk.blind.of(INVOICE, f"{provider_id}|{invoice_no.strip().upper()}")


def covered_on(desk: Desk, policy_id: UUID, member_id: UUID, day: date) -> None:
    """Refuse a claim for a day on which the member has no cover, and say why."""
    policy = issued(desk.store.load(POLICY, policy_id).state)
    cover = policy.cover_of(member_id, day)
    if isinstance(cover, Uncovered):
        raise RuleBroken(
            "claim.no_cover",
            f"no cover on {day}: {cover.replace('_', ' ').lower()}",
            field="service_until", reason=str(cover),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimStep:
    claim_id: UUID


def adjudicate_claim(desk: Desk, context: Context, request: ClaimStep) -> Outcome:
    """Decide every line from the terms and prices of the service day, and use up the benefit.

    The claim and its accumulators are appended together: two claims never take the same last
    shilling of a limit.
    """

    def decide() -> Decision:
        claim = desk.store.load(CLAIM, request.claim_id)
        standing = submitted(claim.state)
        found = gather(desk, request.claim_id, standing, desk.clock.today())
        found = as_reviewed(found, standing)
        determination = adjudicate(found.case, found.terms, found.balances)
        payable = determination.plan_pays
        command = AdjudicateClaim(
            determination=determination,
            payable=payable,
            route=route(payable, None, desk.bands),
            product_id=found.product_id,
            product_version=found.terms.version,
            tariff_no=found.tariff_no,
            accumulator_version=found.yearly.version,
            lifetime_version=found.lifetime.version,
            decided_on=desk.clock.today(),
        )
        facts = CLAIM.decide(claim.state, command)
        number = standing.number
        taken = used(desk, request.claim_id, standing, found, determination)
        changes = (changed(claim, facts), *taken)
        return Decision(changes, {"id": str(request.claim_id), "number": number})

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Note:
    """A step of a person on a claim, with what they wrote."""

    claim_id: UUID
    note: str = ""


@brief
def prepare_claim(desk: Desk, context: Context, request: Note) -> Outcome:
    """A processor puts an adjudicated claim forward for approval."""
    return _step(desk, context, request.claim_id, PrepareClaim(context.actor, request.note))


@brief
def approve_claim(desk: Desk, context: Context, request: ClaimStep) -> Outcome:
    """Approve for payment: a manager above the band, and never who entered or prepared it."""
    may_manage = bool(context.roles & MANAGERS)
    return _step(desk, context, request.claim_id, ApproveClaim(context.actor, may_manage))


@brief
def clear_claim(desk: Desk, context: Context, request: Note) -> Outcome:
    """An investigator found nothing: the claim goes on to adjudication."""
    return _step(desk, context, request.claim_id, ClearClaim(request.note))


def _step(desk: Desk, context: Context, claim_id: UUID, command: ClaimCommand) -> Outcome:
    def decide() -> Decision:
        claim = desk.store.load(CLAIM, claim_id)
        number = submitted(claim.state).number
        facts = CLAIM.decide(claim.state, command)
        return Decision((changed(claim, facts),), {"id": str(claim_id), "number": number})

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Denial:
    claim_id: UUID
    reasons: tuple[str, ...]
    note: str = ""


@brief
def deny_claim(desk: Desk, context: Context, request: Denial) -> Outcome:
    """Deny with every reason; benefit that the claim had taken is given back with it."""

    def decide() -> Decision:
        claim = desk.store.load(CLAIM, request.claim_id)
        standing = submitted(claim.state)
        facts = CLAIM.decide(claim.state, DenyClaim(request.reasons, request.note))
        changes = (changed(claim, facts), *restored(desk, request.claim_id, standing))
        return Decision(changes, {"id": str(request.claim_id), "number": standing.number})

    return carry_out(desk.store, context, decide)


@brief
def withdraw_claim(desk: Desk, context: Context, request: ClaimStep) -> Outcome:
    """Take a claim back before it is decided; its invoice may be claimed again."""

    def decide() -> Decision:
        claim = desk.store.load(CLAIM, request.claim_id)
        standing = submitted(claim.state)
        facts = CLAIM.decide(claim.state, WithdrawClaim(context.reason))
        changes = [changed(claim, facts)]
        if standing.invoice_no:
            stream = invoice_entry(desk, standing.provider_id, standing.invoice_no)
            entry = desk.store.load(REGISTER, stream)
            release = ReleaseValue(request.claim_id)
            changes.append(changed(entry, REGISTER.decide(entry.state, release)))
        return Decision(tuple(changes), {"id": str(request.claim_id), "number": standing.number})

    return carry_out(desk.store, context, decide)
