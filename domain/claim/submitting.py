"""A claim comes in: what it says, and what makes it one that can be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.claim.events import BilledLine, ClaimEvent, ClaimSubmitted, Payee
from domain.claim.lines import dated_well, lines_are_sound
from domain.claim.state import Claim, NotSubmitted
from domain.money import total
from domain.refusals import WrongStage


@dataclass(frozen=True, slots=True)
class SubmitClaim:
    number: str
    member_id: UUID
    policy_id: UUID
    provider_id: UUID
    kind: str
    invoice_no: str
    service_from: date
    service_until: date
    diagnoses: tuple[str, ...]
    lines: tuple[BilledLine, ...]
    payee: Payee
    submitted_on: date
    submitted_by: str
    visit_type: str = "ordinary"
    preauthorisation_id: UUID | None = None


def submit(claim: Claim, command: SubmitClaim) -> Sequence[ClaimEvent]:
    if not isinstance(claim, NotSubmitted):
        raise WrongStage("claim.already_submitted", "this claim has been submitted before")
    dated_well(command.service_from, command.service_until, command.submitted_on)
    lines_are_sound(command.lines)
    return [
        ClaimSubmitted(
            number=command.number,
            member_id=command.member_id,
            policy_id=command.policy_id,
            provider_id=command.provider_id,
            kind=command.kind,
            invoice_no=command.invoice_no,
            service_from=command.service_from,
            service_until=command.service_until,
            diagnoses=command.diagnoses,
            lines=command.lines,
            billed=total((li.billed for li in command.lines), command.lines[0].billed.currency),
            payee=command.payee,
            submitted_by=command.submitted_by,
            submitted_on=command.submitted_on,
            visit_type=command.visit_type,
            preauthorisation_id=command.preauthorisation_id,
        )
    ]
