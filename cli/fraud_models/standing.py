"""`bima ml models` and the steps of a model's life: shadow, trial, promote, rollback, retire."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.fraud_models import keeping, telling
from cli.fraud_models.learning import By, Json, in_words
from cli.fraud_models.material import AskedWrongly
from ml.lines import LINES

if TYPE_CHECKING:
    from domain.fraud_model.decide import FraudModelCommand

Line = Annotated[str, typer.Option("--line", help=f"Line of business: {' or '.join(LINES)}.")]
Number = Annotated[int, typer.Argument(metavar="VERSION", help="As `bima ml models` lists it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]


def models(line: Line = "health", as_json: Json = False) -> None:
    """List the versions of a line and where each stands, and the models kept on this machine."""
    with in_words():
        known(line)
        told = _standing(line)
    if as_json:
        telling.as_json(told)
        return
    for version in told["versions"]:
        evaluated = "evaluated" if version["evaluated"] else "not evaluated"
        barred = f"; reads {', '.join(version['protected'])}" if version["protected"] else ""
        typer.echo(
            f"{version['version']:>4}  {version['stage']:<10}  {version['digest'][:12]}  "
            f"{evaluated}, registered by {version['registered_by']}{barred}"
        )
    if told["in_charge"] is None:
        typer.echo(f"No {line} model is in charge: the rules judge alone.")
    for name in ("trial", "proposal"):
        if told[name]:
            typer.echo(f"{name}: " + ", ".join(f"{k} {v}" for k, v in told[name].items()))
    for digest in told["kept_here"]:
        typer.echo(f"      kept here   {digest[:12]}")


def _standing(line: str) -> dict[str, Any]:
    from dataclasses import asdict

    here = [
        digest
        for digest in keeping.folder().newest_first()
        if (stored := keeping.folder().find(digest)) and keeping.line_of(stored) == line
    ]
    told: dict[str, Any] = {
        "line": line, "in_charge": None, "versions": [], "trial": None, "proposal": None,
        "kept_here": here,
    }  # fmt: skip
    desk = keeping.ledger()
    if desk is not None:
        try:
            now = keeping.standing(desk, line)
        finally:
            desk.store.close()
        told |= {
            "in_charge": now.in_charge,
            "versions": [asdict(version) for version in now.versions],
            "trial": asdict(now.trial) if now.trial else None,
            "proposal": asdict(now.proposal) if now.proposal else None,
        }
    return told


def shadow(version: Number, by: By, line: Line = "health", as_json: Json = False) -> None:
    """Let a version score every claim beside the one in charge, deciding nothing."""
    from domain.fraud_model.decide import ShadowModel

    _change(line, by, ShadowModel(version, by), as_json=as_json)


def trial(
    version: Number,
    by: By,
    share: Annotated[float, typer.Option(help="Per cent of the claims, at most 50.")] = 10.0,
    line: Line = "health",
    as_json: Json = False,
) -> None:
    """Put a version in charge of a share of the claims, always the same ones."""
    from domain.fraud_model.decide import StartModelTrial

    _change(line, by, StartModelTrial(version, round(share * 100), by), as_json=as_json)


def stand_down(
    version: Number, by: By, reason: Reason = "", line: Line = "health", as_json: Json = False
) -> None:
    """End a version's shadow or trial without promoting it."""
    from domain.fraud_model.decide import StandModelDown

    _change(line, by, StandModelDown(version, reason, by), as_json=as_json)


def promote(version: Number, by: By, line: Line = "health", as_json: Json = False) -> None:
    """Put a version in charge: one person proposes it, and a second one approves by the same."""
    from commands.fraud_models import promote as propose_or_approve

    with in_words():
        known(line)
        desk = keeping.the_ledger()
        try:
            propose_or_approve(desk, keeping.context_of(desk, by), line, version)
        finally:
            desk.store.close()
    _tell(line, as_json=as_json)


def rollback(by: By, reason: Reason, line: Line = "health", as_json: Json = False) -> None:
    """Take back the version in charge: the one before judges again, or the rules alone."""
    from domain.fraud_model.decide import RollModelBack

    _change(line, by, RollModelBack(reason, by), as_json=as_json)


def retire(
    version: Number, by: By, reason: Reason, line: Line = "health", as_json: Json = False
) -> None:
    """Set a version aside for good; its artefact is kept."""
    from domain.fraud_model.decide import RetireModel

    _change(line, by, RetireModel(version, reason, by), as_json=as_json)


def _change(line: str, by: str, command: "FraudModelCommand", *, as_json: bool) -> None:
    from commands.fraud_models import ModelChange, change_models

    with in_words():
        known(line)
        desk = keeping.the_ledger()
        try:
            change_models(desk, keeping.context_of(desk, by), ModelChange(line, command))
        finally:
            desk.store.close()
    _tell(line, as_json=as_json)


def _tell(line: str, *, as_json: bool) -> None:
    told = _standing(line)
    if as_json:
        telling.as_json(told)
    elif told["proposal"]:
        proposal = told["proposal"]
        typer.echo(
            f"Version {proposal['version']} is proposed by {proposal['proposed_by']}; "
            "another person puts it in charge with the same command."
        )
    elif told["in_charge"] is None:
        typer.echo(f"No {line} model is in charge: the rules judge alone.")
    else:
        typer.echo(f"Version {told['in_charge']} of {line} is in charge.")


def known(line: str) -> None:
    if line not in LINES:
        raise AskedWrongly(f"there is no line {line}; there are {', '.join(LINES)}")
