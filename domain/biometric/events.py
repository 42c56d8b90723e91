"""What can happen to a biometric record; nothing here tells how the finger or face looks."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Modality(StrEnum):
    FINGER = "finger"
    FACE = "face"


@dataclass(frozen=True, slots=True)
class BiometricRegistered:
    """`part` names the finger (`right_thumb`); `quality` is the device's, of 100; `model` is what
    turned the picture into numbers: templates of different models are never compared."""

    member_id: UUID
    modality: Modality
    part: str
    quality: int
    model: str
    device: str
    registered_by: str


@dataclass(frozen=True, slots=True)
class BiometricCompared:
    """Somebody was held against it; `similarity_bps` of 10,000, `needed_bps` what was asked for."""

    purpose: str
    matched: bool
    similarity_bps: int
    needed_bps: int
    compared_by: str


@dataclass(frozen=True, slots=True)
class BiometricDestroyed:
    """Its key and template are destroyed; that it was there stays."""

    reason: str
    destroyed_by: str


BiometricEvent = BiometricRegistered | BiometricCompared | BiometricDestroyed
