"""Reversal: a decided claim is taken back as if it had never been, and stays in the books.

It gives back exactly the benefit that it took. What was paid for it is to be recovered from the
payee; a correct claim may be submitted in its place under the same invoice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.claim.events import ClaimEvent, ClaimReversed
from domain.claim.state import Stage, Submitted
from domain.money import Money
from domain.refusals import RuleBroken, WrongStage

REVERSIBLE = (Stage.APPROVED, Stage.CLOSED)


@dataclass(frozen=True, slots=True)
class ReverseClaim:
    """`may_manage` tells that whoever reverses has a manager's authority.

    `payment_stopped` tells that the bank is not being asked to pay: nothing was to be paid, or a
    payment that waits is taken back with the claim.
    """

    reason: str
    may_manage: bool
    payment_stopped: bool
    reversed_by: str
    reversed_on: date


def reverse(claim: Submitted, command: ReverseClaim) -> Sequence[ClaimEvent]:
    """Once, with a reason, and never while the bank is being asked to pay."""
    if claim.stage is Stage.REVERSED:
        raise WrongStage("claim.already_reversed", f"{claim.number} has been reversed before")
    if claim.stage not in REVERSIBLE:
        raise WrongStage(
            "claim.nothing_to_reverse",
            f"the claim is {claim.stage}; an approved or closed one can be reversed",
            stage=str(claim.stage),
        )
    if not command.reason.strip():
        raise RuleBroken("claim.reversed_without_reason", "say why", field="reason")
    if not command.may_manage:
        raise RuleBroken("claim.reversal_needs_manager", "it is for a manager to reverse a claim")
    if claim.stage is Stage.APPROVED and not command.payment_stopped:
        raise WrongStage(
            "claim.payment_under_way", "its payment is under way: reverse it once it has arrived"
        )
    assert claim.payable is not None
    assert claim.determination is not None
    return [
        ClaimReversed(
            command.reason,
            claim.determination.allowed,
            claim.payable,
            claim.paid or Money.zero(claim.payable.currency),
            command.reversed_by,
            command.reversed_on,
        )
    ]
