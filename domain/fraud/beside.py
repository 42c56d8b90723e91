"""The score of a model in shadow: it stands beside the one that counts and decides nothing."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Beside:
    model: str
    score: Decimal
