"""A year of health claims with planted fraud of each kind, made from a seed.

What was planted stands beside the claims, not in them: no feature can see it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

import numpy as np

from domain.fraud.known import SeenClaim
from ml.claim_history import in_order
from ml.dataset import Dataset, together
from ml.health_features import FEATURES, features
from ml.health_rules import FLAGS_AT, judged_by_rules
from ml.made_up_visits import honest_year
from ml.made_up_world import world
from ml.planted_fraud import KINDS, plant
from ml.trained import Growth, Plan

FRAUD_OF_KIND = 0.008
"""Of all claims, the share of each of the five kinds of fraud: four in a hundred together."""
FEWEST, MOST = 2_000, 200_000
WORLDS = 4
INVESTIGATION = 20_000 * 100
"""What looking into one claim costs, in minor units of the shilling: an assumption."""
PLAN = Plan(
    rounds=(100, 200, 300),
    growth=Growth(depth=5, least_weight=4, penalty=2),
    folds=4,
    repeats=1,
    investigation=INVESTIGATION,
)


@dataclass(frozen=True)
class Generated:
    """Claims in the order in which they came in; `planted` names the kind of those that are
    fraud."""

    seed: int
    claims: tuple[SeenClaim, ...]
    planted: Mapping[str, str]


def generated(count: int, seed: int) -> Generated:
    """About `count` claims; the same number and seed make the same claims."""
    if not FEWEST <= count <= MOST:
        raise ValueError(f"generate {FEWEST:,} to {MOST:,} claims, not {count:,}")
    random = Random(f"health claims|{seed}|{count}")  # noqa: S311  # made up, nothing secret
    made = world(random, count)
    each = round(count * FRAUD_OF_KIND)
    honest = honest_year(random, made, count - len(KINDS) * each)
    both = plant(random, made, honest, each)
    # The order of arrival; claims of one day come in by chance, whatever they are.
    both.sort(key=lambda one: (one[0].submitted_on, random.random()))
    claims = tuple(
        replace(claim, claim_id=f"clm-{seed}-{number}") for number, (claim, _) in enumerate(both)
    )
    kinds = {claim.claim_id: kind for claim, (_, kind) in zip(claims, both, strict=True) if kind}
    return Generated(seed, claims, kinds)


def lessons(count: int, seed: int) -> Dataset:
    """Claims to learn from before those of `seed` are judged: of other people and providers, in
    worlds of their own, because few schemes of a kind fit into one."""
    worlds = [generated(count, seed + n) for n in range(1, WORLDS + 1)]
    return together([dataset(made) for made in worlds])


def dataset(made: Generated) -> Dataset:
    """The claims with their features, each as known when it came in, and what was planted."""
    rows, rule, called = [], [], []
    for claim, known in in_order(made.claims):
        rows.append(features(claim, known))
        said = judged_by_rules(claim, known)
        rule.append(float(said.value))
        called.append(said.kind)
    kinds = tuple(made.planted.get(claim.claim_id, "") for claim in made.claims)
    return Dataset(
        features=FEATURES,
        rows=tuple(rows),
        keys=tuple(claim.claim_id for claim in made.claims),
        units=tuple(f"{made.seed}|{claim.provider}" for claim in made.claims),
        stakes=np.array([claim.billed for claim in made.claims], dtype=np.int64),
        rule=np.array(rule),
        rule_at=FLAGS_AT,
        fraud=np.array([kind != "" for kind in kinds]),
        groups={"home": tuple(claim.home for claim in made.claims)},
        kinds=kinds,
        rule_kinds=tuple(called),
        from_on=made.claims[0].submitted_on,
        until_on=made.claims[-1].submitted_on + timedelta(days=1),
    )
