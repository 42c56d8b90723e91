"""What can happen to the fraud models of a line of business, from training to retirement.

One stream holds all versions of a line, because who is in charge is a question about all of them.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure by its published name, such as `auc` or `recall.ring`."""

    name: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class ModelRegistered:
    """A trained model is known under a version; `digest` is the SHA-256 of its sealed artefact.

    `protected` names the attributes of people that it reads and no decision may rest on.
    `trained_from` and `trained_until` are the days of the rows it learnt from, half-open.
    """

    line: str
    version: int
    digest: str
    kind: str
    features: tuple[str, ...]
    protected: tuple[str, ...]
    rows: int
    trained_from: date | None
    trained_until: date | None
    seed: int
    threshold: Decimal
    registered_by: str


@dataclass(frozen=True, slots=True)
class ModelEvaluated:
    """A version was measured on rows that it had not learnt from."""

    version: int
    data_digest: str
    rows: int
    fraud: int
    figures: tuple[Figure, ...]
    evaluated_by: str


@dataclass(frozen=True, slots=True)
class ModelShadowed:
    """A version scores every claim beside the one in charge; its score decides nothing."""

    version: int
    started_by: str


@dataclass(frozen=True, slots=True)
class ModelTrialStarted:
    """A version is in charge of a share of the claims, chosen by a stable hash of their ids.

    `trial` is part of the hash, so that each trial draws its claims afresh.
    """

    version: int
    trial: int
    share_bps: int
    started_by: str


@dataclass(frozen=True, slots=True)
class ModelStoodDown:
    """A version left its shadow or trial without being promoted."""

    version: int
    reason: str
    stood_down_by: str


@dataclass(frozen=True, slots=True)
class ModelPromotionProposed:
    version: int
    proposed_by: str


@dataclass(frozen=True, slots=True)
class ModelPromoted:
    """A version is in charge of the line from now on; `previous` was until now, if any was."""

    version: int
    previous: int | None
    proposed_by: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class ModelRolledBack:
    """The version in charge was taken back; without `to_version` the rules judge alone."""

    from_version: int
    to_version: int | None
    reason: str
    rolled_back_by: str


@dataclass(frozen=True, slots=True)
class ModelCheckDue:
    """The version in charge has not been looked after for a month."""

    version: int
    due_on: date


@dataclass(frozen=True, slots=True)
class ModelChecked:
    """The version in charge was held against claims of late: its `check`-th since it came into
    charge.

    `moved` are indices of population stability of what is not stable, the worst first;
    `fraud_learnt` the share of fraud that it learnt from, `fraud_settled` that of claims whose
    outcome is settled by now, None where there are none. `learn_anew_because` is drift, age or
    nothing; `successor` the version that was learnt then, or `note` tells why there is none.
    `next_on` is the day of the next check.
    """

    version: int
    check: int
    claims: int
    verdict: str
    moved: tuple[Figure, ...]
    fraud_learnt: Decimal
    fraud_settled: Decimal | None
    figures: tuple[Figure, ...]
    learn_anew_because: str
    next_on: date
    checked_by: str
    successor: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ModelRetired:
    """A version will not be used again; its artefact is kept for those who ask later."""

    version: int
    reason: str
    retired_by: str


FraudModelEvent = (
    ModelRegistered
    | ModelEvaluated
    | ModelShadowed
    | ModelTrialStarted
    | ModelStoodDown
    | ModelPromotionProposed
    | ModelPromoted
    | ModelRolledBack
    | ModelRetired
    | ModelCheckDue
    | ModelChecked
)
