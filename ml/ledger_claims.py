"""Claims of our own to learn from: what was known when each came in, and what was found later.

Fraud is what an investigation confirmed. Sound is what one cleared, and what nobody has suspected
for half a year. What may still be found out is left out: a model must not learn that it was sound.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from domain.fraud.known import SeenClaim
from domain.fraud.rules import score
from domain.fraud.suspect import Suspect
from ml.claim_history import ClaimHistory
from ml.dataset import Dataset
from ml.health_features import FEATURES, features
from ml.health_rules import FLAGS_AT
from ml.rescoring import Flag

LONG_ENOUGH = timedelta(days=182)


class NothingToLearn(ValueError):
    """No claim of the ledger has an outcome yet."""


def dataset(
    claims: Iterable[tuple[int, SeenClaim]],
    flags: Sequence[Flag],
    found: Mapping[str, bool | None],
    today: date,
    *,
    outcome: bool = True,
    since: date | None = None,
) -> Dataset:
    """The claims of a ledger with their features, each as known when it came in.

    `claims` come with their positions, from the first one on. `found` tells of suspected claims
    whether it was fraud, None while that is open. Without `outcome` every claim is told, and the
    outcome of none. Claims submitted before `since` are only what later ones are compared with.
    Raises NothingToLearn.
    """
    history, waiting = ClaimHistory(), list(reversed(flags))
    chosen, rows, rules = [], [], []
    for position, claim in claims:
        while waiting and waiting[-1].position < position:
            flag = waiting.pop()
            history.flag(flag.subject, flag.words)
        wanted = since is None or claim.submitted_on >= since
        if wanted and (not outcome or _outcome(claim, found, today) is not None):
            known = history.beside(claim)
            chosen.append(claim)
            rows.append(features(claim, known))
            rules.append(float(score(Suspect(claim, known)).value))
        history.add(claim)
    if not chosen:
        raise NothingToLearn("no claim of the ledger has an outcome yet")
    days = [claim.submitted_on for claim in chosen]
    fraud = np.array([bool(_outcome(claim, found, today)) for claim in chosen])
    return Dataset(
        features=FEATURES,
        rows=tuple(rows),
        keys=tuple(claim.claim_id for claim in chosen),
        units=tuple(claim.provider for claim in chosen),
        stakes=np.array([claim.billed for claim in chosen], dtype=np.int64),
        rule=np.array(rules),
        rule_at=FLAGS_AT,
        fraud=fraud if outcome else None,
        groups={"home": tuple(claim.home for claim in chosen)},
        from_on=min(days),
        until_on=max(days) + timedelta(days=1),
    )


def settled(
    claims: Iterable[tuple[int, SeenClaim]], found: Mapping[str, bool | None], today: date
) -> tuple[int, int]:
    """Frauds, and claims, of the half year before the last: whatever was to be found out about
    them has been. Later ones are settled by investigations alone, which look where fraud is."""
    first, last = today - 2 * LONG_ENOUGH, today - LONG_ENOUGH
    outcomes = [
        _outcome(claim, found, today) for _, claim in claims if first <= claim.submitted_on < last
    ]
    known = [bool(outcome) for outcome in outcomes if outcome is not None]
    return sum(known), len(known)


def _outcome(claim: SeenClaim, found: Mapping[str, bool | None], today: date) -> bool | None:
    """Whether it was fraud; None where that is not known yet."""
    if claim.claim_id in found:
        return found[claim.claim_id]
    return False if today - claim.submitted_on >= LONG_ENOUGH else None
