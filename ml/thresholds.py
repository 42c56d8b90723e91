"""From margins to probabilities that can be taken at their word, and to the point of flagging.

Both are learnt on rows that the model in question had not learnt from.
"""

import numpy as np

from ml.dataset import Dataset, Flags, Floats
from ml.trained import Aim, Calibration, Plan

NEIGHBOURS = 12
"""Thresholds whose results are averaged, so that one lucky row does not choose."""
THRESHOLDS = np.linspace(0.02, 0.98, 193)


def calibrated(fraud: Flags, margins: Floats) -> Calibration:
    """Slope and start that make these margins most likely (Platt's scaling, by Newton's steps).

    Outcomes are drawn a little towards the middle, as Platt does, so that the slope stays finite.
    """
    frauds, sound = int(fraud.sum()), int((~fraud).sum())
    wanted = np.where(fraud, (frauds + 1) / (frauds + 2), 1 / (sound + 2))
    rows = np.column_stack([margins, np.ones_like(margins)])
    answer = np.array([1.0, 0.0])
    for _ in range(50):
        expected = 1 / (1 + np.exp(-(rows @ answer)))
        weight = expected * (1 - expected) + 1e-9
        bend = rows.T @ (rows * weight[:, None]) + 1e-6 * np.eye(2)
        move = np.linalg.solve(bend, rows.T @ (wanted - expected))
        answer = answer + np.clip(move, -1, 1)
        if float(np.abs(move).max()) < 1e-9:
            break
    return Calibration(slope=max(float(answer[0]), 1e-3), start=float(answer[1]))


def chosen_threshold(data: Dataset, probability: Floats, plan: Plan) -> float:
    """The probability from which a claim is flagged, best for the plan's aim on these rows.

    For F1 it is half of the best F1 that any threshold reaches: with honest probabilities that is
    where a further flag begins to cost more than it brings (Lipton, Elkan and Naryanaswamy, 2014),
    and it moves much less by chance than the best threshold itself.
    """
    fraud = data.outcome
    flagged = probability[None, :] >= THRESHOLDS[:, None]
    if plan.aim is Aim.F1:
        hits = (flagged & fraud).sum(axis=1)
        return float((hits / (flagged.sum(axis=1) + fraud.sum())).max())
    missed = (~flagged & fraud) @ data.stakes
    costs = (missed + plan.investigation * flagged.sum(axis=1)).astype(np.float64)
    padded = np.pad(costs, NEIGHBOURS // 2, mode="edge")
    smooth = np.convolve(padded, np.ones(NEIGHBOURS + 1) / (NEIGHBOURS + 1), mode="valid")
    best = np.flatnonzero(smooth <= smooth.min())
    return float(THRESHOLDS[best[len(best) // 2]])
