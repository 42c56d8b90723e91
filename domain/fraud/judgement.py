"""What is thought of a claim that was looked at for fraud, by rules alone or with a model."""

from dataclasses import dataclass
from decimal import Decimal

from domain.fraud import rules
from domain.fraud.beside import Beside


@dataclass(frozen=True, slots=True)
class Judgement:
    """`score` is from 0 to 1. `reasons` are codes and `words` the same for people, the strongest
    first. `alerts` tells that somebody should look. `model` names who judged; `note` tells why the
    rules judged alone. `features_hash` is of what a model looked at."""

    score: Decimal
    model: str
    reasons: tuple[str, ...]
    words: tuple[str, ...]
    kind: str
    alerts: bool
    features_hash: str = ""
    note: str = ""
    beside: tuple[Beside, ...] = ()


def by_rules(said: rules.Score, why: str) -> Judgement:
    """What the rules say; `why` tells what kept a model from judging beside them."""
    return Judgement(
        score=said.value,
        model=rules.MODEL,
        reasons=said.reasons,
        words=said.words,
        kind=said.kind,
        alerts=said.value >= rules.ALERT_AT,
        note=f"the rules judge alone: {why}",
    )
