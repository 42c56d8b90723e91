"""What we allow for biometric records: register a good one, compare for a purpose, destroy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.biometric.events import (
    BiometricCompared,
    BiometricDestroyed,
    BiometricEvent,
    BiometricRegistered,
    Modality,
)
from domain.biometric.state import Biometric, NotRegistered, Registered
from domain.refusals import RuleBroken, WrongStage

LEAST_QUALITY = 40
"""Of 100, as devices say it: below this a capture is made again (NFIQ 2 calls it poor)."""


@dataclass(frozen=True, slots=True)
class RegisterBiometric:
    member_id: UUID
    modality: Modality
    part: str
    quality: int
    model: str
    device: str
    registered_by: str


@dataclass(frozen=True, slots=True)
class CompareBiometric:
    """`model` is what made the numbers that are held against it."""

    purpose: str
    model: str
    similarity_bps: int
    needed_bps: int
    compared_by: str


@dataclass(frozen=True, slots=True)
class DestroyBiometric:
    reason: str
    destroyed_by: str


BiometricCommand = RegisterBiometric | CompareBiometric | DestroyBiometric


def decide(known: Biometric, command: BiometricCommand) -> Sequence[BiometricEvent]:
    match command:
        case RegisterBiometric():
            return register(known, command)
        case CompareBiometric():
            return compare(there(known), command)
        case DestroyBiometric():
            if isinstance(known, Registered) and known.destroyed:
                return []
            there(known)
            return [BiometricDestroyed(command.reason, command.destroyed_by)]
        case _:
            assert_never(command)


def register(known: Biometric, command: RegisterBiometric) -> Sequence[BiometricEvent]:
    if not isinstance(known, NotRegistered):
        raise WrongStage("biometric.already_registered", "this record has been made before")
    if command.quality < LEAST_QUALITY:
        raise RuleBroken(
            "biometric.quality_too_low",
            f"the capture has a quality of {command.quality}: take it again, for at least "
            f"{LEAST_QUALITY}",
            field="quality",
        )
    return [
        BiometricRegistered(
            command.member_id, command.modality, command.part, command.quality, command.model,
            command.device, command.registered_by,
        )
    ]  # fmt: skip


def compare(known: Registered, command: CompareBiometric) -> Sequence[BiometricEvent]:
    """Every comparison is recorded, also one that fails: the member may see who tried."""
    if not command.purpose.strip():
        raise RuleBroken("biometric.without_purpose", "say what for", field="purpose")
    if command.model != known.model:
        raise RuleBroken(
            "biometric.other_model",
            f"the record was made by {known.model}: what is compared must be, too",
            field="model",
        )
    matched = command.similarity_bps >= command.needed_bps
    return [
        BiometricCompared(
            command.purpose, matched, command.similarity_bps, command.needed_bps,
            command.compared_by,
        )
    ]  # fmt: skip


def there(known: Biometric) -> Registered:
    """The record if it is there; otherwise the refusal."""
    if isinstance(known, NotRegistered):
        raise WrongStage("biometric.not_found", "there is no such record", field="biometric_id")
    if known.destroyed:
        raise WrongStage("biometric.destroyed", "this record was destroyed")
    return known
