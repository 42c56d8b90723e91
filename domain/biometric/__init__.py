"""Biometric record: that a finger or face of a member is known, and what it was compared for.

The template itself is in no event: it lies beside the log under a key of its own.
"""

from domain.biometric.decide import BiometricCommand, decide
from domain.biometric.events import BiometricEvent
from domain.biometric.state import Biometric, NotRegistered, evolve
from domain.decider import Decider

BIOMETRIC: Decider[Biometric, BiometricCommand, BiometricEvent] = Decider(
    "biometric", NotRegistered(), decide, evolve
)
