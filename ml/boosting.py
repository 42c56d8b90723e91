"""Gradient-boosted trees. The only file that loads XGBoost, which takes seconds: import it late.

One thread and a fixed seed: the same rows give the same model, byte for byte.
"""

from collections.abc import Sequence

import numpy as np
import xgboost

from ml.dataset import Flags, Floats
from ml.encoding import Matrix
from ml.trained import Growth

VERSION: str = xgboost.__version__


def grow(
    matrix: Matrix,
    fraud: Flags,
    weights: Floats,
    rising: Sequence[int],
    growth: Growth,
    rounds: int,
    seed: int,
) -> bytes:
    """The model after so many rounds, in XGBoost's UBJ form."""
    settings = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "nthread": 1,
        "seed": seed,
        "verbosity": 0,
        "max_depth": growth.depth,
        "eta": growth.step,
        "subsample": growth.rows_share,
        "colsample_bytree": growth.columns_share,
        "min_child_weight": growth.least_weight,
        "lambda": growth.penalty,
        "monotone_constraints": tuple(rising),
    }
    rows = xgboost.DMatrix(matrix, fraud.astype(np.float32), weight=weights, nthread=1)
    return bytes(xgboost.train(settings, rows, num_boost_round=rounds).save_raw("ubj"))


class UnreadableTrees(ValueError):
    """These bytes are no model of XGBoost's."""


class Trees:
    """A grown model, ready to judge."""

    def __init__(self, ubj: bytes) -> None:
        """Raises UnreadableTrees."""
        try:
            self._booster = xgboost.Booster({"nthread": 1}, model_file=bytearray(ubj))
        except xgboost.core.XGBoostError as error:
            raise UnreadableTrees("the model cannot be read by XGBoost") from error

    def margins(self, matrix: Matrix, rounds: int = 0) -> Floats:
        """Log-odds of fraud for each row, after the first `rounds` rounds or all of them."""
        answer = self._booster.inplace_predict(
            matrix, iteration_range=(0, rounds), predict_type="margin"
        )
        return np.asarray(answer, dtype=np.float64)

    def contributions(self, matrix: Matrix) -> Floats:
        """What each feature adds to each row's log-odds; the last column is where all begin."""
        rows = xgboost.DMatrix(matrix, nthread=1)
        return np.asarray(self._booster.predict(rows, pred_contribs=True), dtype=np.float64)
