"""`bima ml rescore`: the whole book judged again, by any version, with what was known then."""

import time
from collections import Counter
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from cli.fraud_models import keeping, telling
from cli.fraud_models.learning import Json, in_words
from cli.fraud_models.material import AskedWrongly

if TYPE_CHECKING:
    from commands.context import Desk
    from domain.fraud.judgement import Judgement
    from domain.fraud_model.state import Version

SHOWN = 10


def rescore(
    model: Annotated[
        int | None,
        typer.Option("--model", metavar="VERSION", help="By this version; else as now in charge."),
    ] = None,
    after: Annotated[
        int, typer.Option(min=0, help="Only claims recorded after this log position.")
    ] = 0,
    record: Annotated[
        str,
        typer.Option("--record", metavar="USER", help="Record the scores that ask for an alert."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Judge every claim again with what was known when it came in; the ledger stays as it is.

    With --record the claims that somebody should look at get their score and a fraud case.
    """
    with in_words():
        desk = keeping.the_ledger()
        try:
            told, alerts = _rescored(desk, model, after)
            if record:
                told["recorded"] = _recorded(desk, alerts, record)
        finally:
            desk.store.close()
    if as_json:
        telling.as_json(told)
        return
    typer.echo(
        f"{told['n']:,} claims in {told['seconds']:.1f} s ({told['a_second']:,.0f} a second), "
        f"{told['alerts']:,} of them to be looked at"
    )
    for name, count in told["judges"].items():
        typer.echo(f"{count:>9,}  by {name}")
    for name, count in told["reasons"].items():
        typer.echo(f"{count:>9,}  {name}")
    for note in told["notes"]:
        typer.echo(f"! {note}")
    if record:
        typer.echo(f"{told['recorded']:,} of them are recorded as fraud cases.")


def _rescored(
    desk: "Desk", wanted: int | None, after: int
) -> tuple[dict[str, Any], dict[UUID, "Judgement"]]:
    from adapters.settings import get_settings
    from ml.health_features import LINE
    from ml.judging import ModelJudge
    from ml.rescoring import Flag, rejudged
    from projections.claims_known import ClaimsDeskKnows

    knows = ClaimsDeskKnows(desk.store.pool, desk.store.tenant)
    judge = ModelJudge(desk.store, get_settings())
    by = None if wanted is None else _version(desk, LINE, wanted)
    flags = [Flag(*one) for one in knows.flags_in_order()]
    judges: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    notes: dict[str, None] = {}
    alerts: dict[UUID, Judgement] = {}
    started, count, highest = time.perf_counter(), 0, Decimal(0)
    ask = partial(judge.judge_many, by=by)
    for claim_id, found in rejudged(knows.in_order(), flags, ask, after):
        count += 1
        judges[found.model] += 1
        notes |= {found.note: None} if found.note else {}
        highest = max(highest, found.score)
        if found.alerts:
            alerts[claim_id] = found
            reasons.update(found.reasons[:1])
    seconds = time.perf_counter() - started
    told = {
        "n": count,
        "seconds": seconds,
        "a_second": count / seconds if seconds else 0.0,
        "alerts": len(alerts),
        "highest": str(highest),
        "judges": dict(judges.most_common()),
        "reasons": dict(reasons.most_common(SHOWN)),
        "notes": list(notes),
    }
    return told, alerts


def _version(desk: "Desk", line: str, wanted: int) -> "Version":
    version = keeping.standing(desk, line).version(wanted)
    if version is None:
        raise AskedWrongly(f"there is no {line} model {wanted}: `bima ml models` lists them")
    return version


def _recorded(desk: "Desk", alerts: dict[UUID, "Judgement"], username: str) -> int:
    """Put down the scores that ask for an alert; a claim of another system is left out."""
    from commands.scoring import Rescoring, rescore_claim
    from domain.refusals import WrongStage

    recorded = 0
    for claim_id, found in alerts.items():
        context = keeping.context_of(desk, username, "scored again")
        try:
            rescore_claim(desk, context, Rescoring(claim_id, found))
        except WrongStage:
            continue
        recorded += 1
    return recorded
