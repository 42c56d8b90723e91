"""How a model is to learn, and what comes of it. Nothing here loads a learner."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from ml.dataset import Floats
from ml.encoding import Encoding


class Aim(StrEnum):
    """What the threshold is chosen for."""

    F1 = "f1"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees are grown: few questions each, small steps, and each on a part of the rows."""

    depth: int = 2
    step: float = 0.05
    rows_share: float = 0.8
    columns_share: float = 0.8
    least_weight: float = 5.0
    penalty: float = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How to learn. `rounds` are the lengths to choose from; `encodings` is by how many splits
    categories are encoded; `investigation` is the cost of looking into one claim, in the units of
    the stakes."""

    seed: int = 7
    rounds: tuple[int, ...] = (60, 100, 160, 240)
    growth: Growth = field(default_factory=Growth)
    folds: int = 5
    repeats: int = 2
    encodings: int = 4
    aim: Aim = Aim.F1
    investigation: int = 0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Log-odds of the trees to a probability that can be taken at its word."""

    slope: float
    start: float

    def probabilities(self, margins: Floats) -> Floats:
        return np.asarray(1 / (1 + np.exp(-(self.slope * margins + self.start))))


@dataclass(frozen=True)
class Trained:
    """A model, and how it judged training rows that it had not learnt from (`validation`)."""

    plan: Plan
    encoding: Encoding
    trees: bytes
    rounds: int
    calibration: Calibration
    threshold: float
    validation: Floats
