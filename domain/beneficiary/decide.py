"""What we allow for beneficiaries: nominate, correct, approve by somebody else, remove.

Whether the shares make a whole is decided beside this, in the member's designation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from domain.beneficiary.events import (
    BeneficiaryApproved,
    BeneficiaryCorrected,
    BeneficiaryEvent,
    BeneficiaryNominated,
    BeneficiaryRejected,
    BeneficiaryRemoved,
    Nominee,
)
from domain.beneficiary.state import Beneficiary, Nominated, NotNominated, Stage
from domain.four_eyes import another_person
from domain.refusals import RuleBroken, WrongStage

OF_AGE = 18


@dataclass(frozen=True, slots=True)
class NominateBeneficiary:
    member_id: UUID
    nominee: Nominee
    share_bps: int
    nominated_by: str
    day: date


@dataclass(frozen=True, slots=True)
class CorrectBeneficiary:
    nominee: Nominee
    share_bps: int
    corrected_by: str
    day: date


@dataclass(frozen=True, slots=True)
class ApproveBeneficiary:
    approved_by: str


@dataclass(frozen=True, slots=True)
class RejectBeneficiary:
    rejected_by: str
    reasons: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class RemoveBeneficiary:
    reason: str
    removed_by: str


BeneficiaryCommand = (
    NominateBeneficiary
    | CorrectBeneficiary
    | ApproveBeneficiary
    | RejectBeneficiary
    | RemoveBeneficiary
)


def decide(known: Beneficiary, command: BeneficiaryCommand) -> Sequence[BeneficiaryEvent]:
    match command:
        case NominateBeneficiary():
            return nominate(known, command)
        case CorrectBeneficiary():
            return correct(there(known), command)
        case ApproveBeneficiary():
            return approve(there(known), command)
        case RejectBeneficiary():
            return reject(there(known), command)
        case RemoveBeneficiary():
            there(known)
            return [BeneficiaryRemoved(command.reason, command.removed_by)]
        case _:
            assert_never(command)


def nominate(known: Beneficiary, command: NominateBeneficiary) -> Sequence[BeneficiaryEvent]:
    if not isinstance(known, NotNominated):
        raise WrongStage("beneficiary.already_nominated", "they have been nominated before")
    may_receive(command.nominee, command.day)
    return [
        BeneficiaryNominated(
            command.member_id, command.nominee, command.share_bps, command.nominated_by
        )
    ]


def correct(known: Nominated, command: CorrectBeneficiary) -> Sequence[BeneficiaryEvent]:
    may_receive(command.nominee, command.day)
    if (known.nominee, known.share_bps) == (command.nominee, command.share_bps):
        return []
    return [BeneficiaryCorrected(command.nominee, command.share_bps, command.corrected_by)]


def may_receive(nominee: Nominee, day: date) -> None:
    """Born already, and with a guardian where they are not of age."""
    if nominee.born_on > day:
        raise RuleBroken(
            "beneficiary.born_in_future", f"born {nominee.born_on}, after {day}", field="born_on"
        )
    birthday_is_to_come = (nominee.born_on.month, nominee.born_on.day) > (day.month, day.day)
    age = day.year - nominee.born_on.year - birthday_is_to_come
    if age < OF_AGE and not nominee.guardian.strip():
        raise RuleBroken(
            "beneficiary.without_guardian",
            f"who is under {OF_AGE} needs a guardian to receive the share",
            field="guardian",
        )


def approve(known: Nominated, command: ApproveBeneficiary) -> Sequence[BeneficiaryEvent]:
    if known.stage is Stage.APPROVED:
        return []
    waiting(known)
    another_person(
        command.approved_by,
        {known.asked_by},
        "beneficiary.same_person",
        "who nominates a beneficiary does not approve",
    )
    return [BeneficiaryApproved(command.approved_by)]


def reject(known: Nominated, command: RejectBeneficiary) -> Sequence[BeneficiaryEvent]:
    waiting(known)
    if not command.reasons:
        raise RuleBroken("beneficiary.rejected_without_reason", "say why", field="reasons")
    return [BeneficiaryRejected(command.rejected_by, command.reasons, command.note)]


def waiting(known: Nominated) -> None:
    if known.stage is not Stage.NOMINATED:
        raise WrongStage("beneficiary.not_waiting", f"this beneficiary is {known.stage} already")


def there(known: Beneficiary) -> Nominated:
    """The beneficiary if there is one and it was not removed; otherwise the refusal."""
    if isinstance(known, NotNominated):
        raise WrongStage("beneficiary.not_found", "there is no such beneficiary")
    if known.stage is Stage.REMOVED:
        raise WrongStage("beneficiary.removed", "this beneficiary was removed")
    return known
