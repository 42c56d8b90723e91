"""Use cases after a decision: replace a claim, review it once more, reopen a denial.

In one append the old determination gives back, the new one takes, and payments that the bank has
not been asked for are stopped. What is owed then is scheduled by the approval; what the payee has
had too much stands on the claim until it comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.envelope import Loaded
from commands.adjudication import Gathered, gather
from commands.as_reviewed import as_reviewed
from commands.benefit_books import Books
from commands.claims import MANAGERS
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from commands.payments_of_claims import payments_of, stopped
from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.determination import Determination
from domain.adjudication.routing import route
from domain.claim import CLAIM
from domain.claim.correcting import CorrectClaim
from domain.claim.decide import submitted
from domain.claim.deciding_again import ReadjudicateClaim, ReopenClaim, may_be_decided_again
from domain.claim.desk_events import ReviewedLine
from domain.claim.desk_work import ReviewClaim
from domain.claim.events import Again, BilledLine, ClaimEvent, ClaimReadjudicated
from domain.claim.state import Claim, Stage, Submitted
from domain.refusals import RuleBroken


@dataclass(frozen=True, slots=True)
class Correction:
    """The claim as it should have been; None leaves a part as it is."""

    claim_id: UUID
    kind: str | None = None
    visit_type: str | None = None
    service_from: date | None = None
    service_until: date | None = None
    diagnoses: tuple[str, ...] | None = None
    lines: tuple[BilledLine, ...] | None = None

    def command(self, claim: Submitted, by: str, *, replaces: bool) -> CorrectClaim:
        return CorrectClaim(
            claim.kind if self.kind is None else self.kind,
            claim.visit_type if self.visit_type is None else self.visit_type,
            self.service_from or claim.service_from,
            self.service_until or claim.service_until,
            claim.diagnoses if self.diagnoses is None else self.diagnoses,
            claim.lines if self.lines is None else self.lines,
            by,
            replaces,
        )


def replace_claim(desk: Desk, context: Context, request: Correction) -> Outcome:
    """Put a decided claim right under its own number, and decide it again at once."""

    def decide() -> Decision:
        if not context.reason.strip():
            raise RuleBroken("claim.replaced_without_reason", "say why", field="reason")
        claim = desk.store.load(CLAIM, request.claim_id)
        standing = submitted(claim.state)
        may_be_decided_again(standing, Again.REPLACED, may_manage=may_manage(context))
        first = CLAIM.decide(standing, request.command(standing, context.actor, replaces=True))
        return decided_again(desk, context, claim, first, Again.REPLACED)

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Review:
    claim_id: UUID
    lines: tuple[ReviewedLine, ...]
    note: str = ""


def review_claim(desk: Desk, context: Context, request: Review) -> Outcome:
    """A medical reviewer's figures; a claim that was decided is decided again with them."""

    def decide() -> Decision:
        claim = desk.store.load(CLAIM, request.claim_id)
        standing = submitted(claim.state)
        command = ReviewClaim(request.lines, context.actor, request.note)
        first = CLAIM.decide(standing, command)
        if submitted(CLAIM.fold(first, standing)).stage is Stage.ADJUDICATED:
            return decided_again(desk, context, claim, first, Again.REVIEWED)
        answer = {"id": str(request.claim_id), "number": standing.number}
        return Decision((changed(claim, first),), answer)

    return carry_out(desk.store, context, decide)


def reopen_claim(desk: Desk, context: Context, claim_id: UUID) -> Outcome:
    """Set a denial aside; the claim is decided once more, from what holds now."""

    def decide() -> Decision:
        claim = desk.store.load(CLAIM, claim_id)
        number = submitted(claim.state).number
        command = ReopenClaim(context.reason, context.actor, may_manage(context))
        facts = CLAIM.decide(claim.state, command)
        return Decision((changed(claim, facts),), {"id": str(claim_id), "number": number})

    return carry_out(desk.store, context, decide)


def decided_again(
    desk: Desk,
    context: Context,
    claim: Loaded[Claim],
    first: Sequence[ClaimEvent],
    why: Again,
) -> Decision:
    """The claim after `first`, decided from what holds today, with everything that follows."""
    before = submitted(claim.state)
    now = submitted(CLAIM.fold(first, claim.state))
    claim_id = claim.stream_id
    found = as_reviewed(gather(desk, claim_id, now, desk.clock.today()), now)
    books = Books(desk)
    books.give_back(claim_id, before)
    determination = adjudicate(found.case, found.terms, books.balances_for(found, now))
    books.take(claim_id, now.number, found, determination)
    command = readjudication(desk, context, found, determination, why)
    facts = [*first, *CLAIM.decide(now, command)]
    payments = payments_of(desk, claim_id)
    reason, year = context.reason or str(why), context.effective_on.year
    changes = (
        changed(claim, facts),
        *books.changes(),
        *stopped(desk, claim_id, before, payments, reason, year),
    )
    return Decision(changes, told(claim_id, submitted(CLAIM.fold(facts, claim.state)), facts))


def readjudication(
    desk: Desk,
    context: Context,
    found: Gathered,
    determination: Determination,
    why: Again,
    change_id: UUID | None = None,
) -> ReadjudicateClaim:
    """The command that records a second decision, with what it was decided from."""
    payable = determination.plan_pays
    return ReadjudicateClaim(
        determination=determination,
        payable=payable,
        route=route(payable, None, desk.bands),
        product_id=found.product_id,
        product_version=found.terms.version,
        tariff_no=found.tariff_no,
        accumulator_version=found.yearly.version,
        lifetime_version=found.lifetime.version,
        why=why,
        decided_by=context.actor,
        decided_on=context.effective_on,
        may_manage=may_manage(context),
        change_id=change_id,
    )


def told(claim_id: UUID, claim: Submitted, facts: Sequence[ClaimEvent]) -> dict[str, str]:
    """What a caller is answered: where the claim stands, and what is to be paid or to come back."""
    again = next(fact for fact in facts if isinstance(fact, ClaimReadjudicated))
    return {
        "id": str(claim_id),
        "number": claim.number,
        "stage": str(claim.stage),
        "payable_was": str(again.payable_was.amount),
        "payable": str(again.payable.amount),
        "difference": str((again.payable - again.payable_was).amount),
        "to_pay": str(again.to_pay.amount),
        "to_recover": str(again.to_recover.amount),
    }


def may_manage(context: Context) -> bool:
    return bool(context.roles & MANAGERS)
