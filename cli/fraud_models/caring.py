"""`bima ml monitor` and `bima ml retrain`: what the workers do by themselves, asked for by hand."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.fraud_models import keeping, telling
from cli.fraud_models.learning import By, Json, in_words
from cli.fraud_models.material import AskedWrongly
from ml.health_features import LINE

if TYPE_CHECKING:
    from commands.context import Desk
    from domain.fraud_model.state import ModelLine

RULES_ALONE = "no health model is in charge: the rules judge alone"


def monitor(
    record: Annotated[
        str,
        typer.Option("--record", metavar="USER", help="Record the check, and what follows of it."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Hold the model in charge against the ledger's claims of 90 days, and tell what its alerts
    brought; ends with 1 where it has drifted.

    The workers do so each month, and learn a successor where it has drifted, or after half a year.
    """

    with in_words():
        desk = keeping.the_ledger()
        try:
            told, command = _monitored(desk)
            if record:
                from commands.fraud_models import ModelChange, change_models

                context = keeping.context_of(desk, record)
                change_models(desk, context, ModelChange(LINE, command))
        finally:
            desk.store.close()
    if as_json:
        telling.as_json(told)
    else:
        _tell(told)
    if told["verdict"] == "drifted":
        raise typer.Exit(1)


def _monitored(desk: "Desk") -> tuple[dict[str, Any], Any]:
    from adapters.settings import get_settings
    from workers import model_care

    line = keeping.standing(desk, LINE)
    version = line.version(line.in_charge) if line.in_charge is not None else None
    if version is None:
        raise AskedWrongly(RULES_ALONE)
    model = model_care.opened_model(desk, get_settings(), version)
    found = model_care.seen(desk, model)
    told = {
        "line": LINE,
        "version": version.version,
        "model": model.name,
        "claims": found.claims,
        "verdict": str(found.verdict),
        "fraud_learnt": found.fraud_learnt,
        "fraud_settled": found.fraud_settled,
        **{figure.name: str(figure.value) for figure in found.figures()},
        "moved": [
            {"name": one.name, "index": one.index, "chance": one.chance, "verdict": one.verdict}
            for one in found.compared
        ],
        "checks": line.checks,
        "beside": _beside(line),
    }
    return told, model_care.command_of(version.version, found, desk.clock.today())


def _beside(line: "ModelLine") -> list[dict[str, Any]]:
    """Versions that score beside the one in charge, in shadow or on trial."""
    return [
        {"version": one.version, "stage": str(one.stage)}
        for one in line.versions
        if one.stage in ("shadow", "trial")
    ]


def _tell(told: dict[str, Any]) -> None:
    typer.echo(
        f"{told['model']} (version {told['version']}): {told['verdict']}, by {told['claims']:,} "
        "claims of 90 days"
    )
    decided = f", hit rate {told['hit_rate']}" if "hit_rate" in told else ""
    counts = ", ".join(f"{told[name]} {name}" for name in ("alerts", "confirmed", "cleared"))
    typer.echo(counts + decided)
    now = "nothing settled yet" if told["fraud_settled"] is None else f"{told['fraud_settled']:.4f}"
    typer.echo(f"share of fraud: learnt {told['fraud_learnt']:.4f}, settled {now}")
    for one in told["moved"][:8]:
        typer.echo(f"{one['verdict']:<8} {one['index']:7.3f}  {one['name']}")
    for one in told["beside"]:
        typer.echo(f"version {one['version']} is in {one['stage']}")


def retrain(by: By, as_json: Json = False) -> None:
    """Learn a successor from the ledger's claims now, measure it, and let it score beside."""
    from adapters.settings import get_settings
    from workers import model_care

    if not by:
        telling.wrong("say who does it: --by NAME")
    with in_words():
        desk = keeping.the_ledger()
        try:
            outcome = model_care.train_successor(desk, get_settings(), keeping.context_of(desk, by))
        finally:
            desk.store.close()
    if as_json:
        telling.as_json(outcome.answer)
    else:
        typer.echo(
            f"Version {outcome.answer['version']} of {outcome.answer['line']} scores beside; "
            "`bima ml promote` by two people puts it in charge."
        )
