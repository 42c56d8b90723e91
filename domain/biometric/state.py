"""Where a biometric record stands."""

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
from domain.changing import replace


@dataclass(frozen=True, slots=True)
class NotRegistered:
    pass


@dataclass(frozen=True, slots=True)
class Registered:
    member_id: UUID
    modality: Modality
    model: str
    destroyed: bool = False


Biometric = NotRegistered | Registered


def evolve(known: Biometric, event: BiometricEvent) -> Biometric:
    if isinstance(event, BiometricRegistered):
        return Registered(event.member_id, event.modality, event.model)
    if isinstance(known, NotRegistered):
        return known
    match event:
        case BiometricCompared():
            return known
        case BiometricDestroyed():
            return replace(known, destroyed=True)
        case _:
            assert_never(event)
