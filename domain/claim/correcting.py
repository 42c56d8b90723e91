"""Corrections: what was asked for is put right before it is decided, or as a replacement after.

The claim keeps its number, its member, its policy, its provider and its invoice: a claim for
somebody else is another claim.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.claim.desk_work import UNDECIDED
from domain.claim.events import BilledLine, ClaimCorrected, ClaimEvent
from domain.claim.lines import dated_well, lines_are_sound
from domain.claim.stages import at_stage
from domain.claim.state import Stage, Submitted
from domain.money import total
from domain.refusals import RuleBroken


@dataclass(frozen=True, slots=True)
class CorrectClaim:
    """The whole of what is asked for, as it should have been.

    `replaces` tells that the claim is decided again with it, so that decided ones are let through.
    """

    kind: str
    visit_type: str
    service_from: date
    service_until: date
    diagnoses: tuple[str, ...]
    lines: tuple[BilledLine, ...]
    corrected_by: str
    replaces: bool = False


def correct(claim: Submitted, command: CorrectClaim) -> Sequence[ClaimEvent]:
    """Nothing where it says what stands already."""
    allowed = UNDECIDED
    if command.replaces:
        allowed = (Stage.ADJUDICATED, Stage.APPROVED, Stage.PAID, Stage.CLOSED, Stage.DENIED)
    at_stage(claim, *allowed)
    dated_well(command.service_from, command.service_until, claim.submitted_on)
    lines_are_sound(command.lines)
    currency = command.lines[0].billed.currency
    if currency != claim.billed.currency:
        raise RuleBroken(
            "claim.currencies_mixed", f"claimed in {claim.billed.currency}, not in {currency}",
            field="lines",
        )  # fmt: skip
    corrected = ClaimCorrected(
        command.kind,
        command.visit_type,
        command.service_from,
        command.service_until,
        command.diagnoses,
        command.lines,
        total((line.billed for line in command.lines), currency),
        claim.billed,
        command.corrected_by,
    )
    return [] if says_the_same(claim, corrected) else [corrected]


def says_the_same(claim: Submitted, corrected: ClaimCorrected) -> bool:
    """Whether a correction would change nothing of what is asked for."""
    stands = (
        claim.kind, claim.visit_type, claim.service_from, claim.service_until, claim.diagnoses,
        claim.lines,
    )  # fmt: skip
    return stands == (
        corrected.kind,
        corrected.visit_type,
        corrected.service_from,
        corrected.service_until,
        corrected.diagnoses,
        corrected.lines,
    )
