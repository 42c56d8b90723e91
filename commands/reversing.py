"""Taking a decided claim back: its benefit is restored, its payment stopped or to be recovered."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from adapters.envelope import Change
from commands.benefit_books import restored
from commands.claims import MANAGERS, invoice_entry
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from commands.payments_of_claims import is_at_the_bank, payments_of, stopped
from domain.accumulator.events import BenefitRestored
from domain.claim import CLAIM
from domain.claim.decide import submitted
from domain.claim.reversing import ReverseClaim
from domain.claim.state import Submitted
from domain.refusals import RuleBroken
from domain.register import REGISTER
from domain.register.decide import ReleaseValue


@dataclass(frozen=True, slots=True)
class ClaimToReverse:
    claim_id: UUID


def reverse_claim(desk: Desk, context: Context, request: ClaimToReverse) -> Outcome:
    """Take an approved or closed claim back, in one append with the benefit that it took.

    A payment that the bank has not been asked for is taken back with it, scheduled or not; one
    that the bank is being asked for must arrive first. The invoice may be claimed again.
    """

    def decide() -> Decision:
        claim = desk.store.load(CLAIM, request.claim_id)
        standing = submitted(claim.state)
        payments = payments_of(desk, request.claim_id)
        command = ReverseClaim(
            context.reason,
            bool(context.roles & MANAGERS),
            not is_at_the_bank(payments),
            context.actor,
            context.effective_on,
        )
        facts = CLAIM.decide(claim.state, command)
        year = context.effective_on.year
        changes = (
            changed(claim, facts),
            *given_back(desk, request.claim_id, standing),
            *stopped(desk, request.claim_id, standing, payments, context.reason, year),
            *released(desk, request.claim_id, standing),
        )
        recover = str(standing.paid_so_far.amount)
        answer = {"id": str(request.claim_id), "number": standing.number, "to_recover": recover}
        return Decision(changes, answer)

    return carry_out(desk.store, context, decide)


def given_back(desk: Desk, claim_id: UUID, claim: Submitted) -> Sequence[Change]:
    """Exactly what the determination took, in the accumulators that it took it from.

    Raises RuleBroken `claim.benefit_not_found` where they hold something else for the claim.
    """
    changes = restored(desk, claim_id, claim)
    facts = [fact for change in changes for fact in change.facts]
    assert all(isinstance(fact, BenefitRestored) for fact in facts)
    assert claim.determination is not None
    back = {(e.key, -e.amount_minor, -e.count) for fact in facts for e in fact.entries}
    took = {(e.key, e.amount_minor, e.count) for e in claim.determination.entries}
    if back != took:
        raise RuleBroken(
            "claim.benefit_not_found",
            f"{claim.number} took {len(took)} totals, the accumulators hold {len(back)} of it",
        )
    return changes


def released(desk: Desk, claim_id: UUID, claim: Submitted) -> Sequence[Change]:
    """The invoice number, free to be claimed again."""
    if not claim.invoice_no:
        return ()
    stream = invoice_entry(desk, claim.provider_id, claim.invoice_no)
    entry = desk.store.load(REGISTER, stream)
    return (changed(entry, REGISTER.decide(entry.state, ReleaseValue(claim_id))),)
