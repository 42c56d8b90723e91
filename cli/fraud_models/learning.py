"""`bima ml train`, and the options that its neighbours share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.fraud_models import keeping, material, telling
from ml.artefact import ArtefactRefused, Manifest, opened, seal
from ml.declaring import LeakRefused
from ml.encoding import FeatureMissing, FeatureOfWrongSort
from ml.reading import BadTable
from ml.trained import Aim

Data = Annotated[
    Path | None, typer.Option("--data", help="A CSV file of labelled motor claims, or its folder.")
]
Generated = Annotated[
    int | None, typer.Option("--generated", help="So many made-up health claims instead.")
]
Ledger = Annotated[bool, typer.Option("--ledger", help="The claims of the running ledger instead.")]
Seed = Annotated[int, typer.Option(help="Seed of the generator.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Model = Annotated[
    str | None,
    typer.Option("--model", help="A kept model: its version, or the beginning of its digest."),
]
By = Annotated[str, typer.Option("--by", help="The user who does this.")]


@contextmanager
def in_words() -> Iterator[None]:
    """What a user can cause is said in a sentence, not as a traceback."""
    from domain.refusals import Refused

    try:
        yield
    except (BadTable, material.AskedWrongly, FeatureMissing, FeatureOfWrongSort) as asked:
        telling.wrong(asked)
    except (ArtefactRefused, LeakRefused, Refused) as refused:
        telling.wrong(refused, 1)


def train(  # noqa: PLR0913, PLR0917  # each is an option of the command
    data: Data = None,
    generated: Generated = None,
    ledger: Ledger = False,
    seed: Seed = 7,
    impartial: Annotated[
        bool, typer.Option("--impartial", help="Leave out protected attributes.")
    ] = False,
    aim: Annotated[Aim, typer.Option(help="What the threshold is chosen for.")] = Aim.F1,
    register: Annotated[
        bool, typer.Option("--register", help="Register it in the running ledger; needs --by.")
    ] = False,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Train a model on claims with a known outcome and keep it, sealed and signed."""
    with in_words():
        if register and not by:
            raise material.AskedWrongly("say who registers it: --by NAME")
        found = material.to_learn(data, generated, seed, ledger=ledger)
        from ml.training import TooFewRows
        from ml.training import train as learn

        lessons = found.data
        if impartial and lessons.features.protected:
            lessons = lessons.reading(lessons.features.impartial())
        try:
            trained = learn(lessons, replace(found.plan, aim=aim))
        except TooFewRows as few:
            telling.wrong(few, 1)
        signer = keeping.signer()
        stored = seal(found.line, lessons, trained, signer)
        path = keeping.keep(stored)
        manifest = opened(stored, signer)
        told: dict[str, Any] = {
            "line": found.line,
            "digest": stored.digest,
            "rows": manifest.lessons.rows,
            "fraud": manifest.lessons.fraud,
            "features": list(lessons.features.names),
            "protected": list(manifest.protected),
            "rounds": manifest.rounds,
            "threshold": manifest.threshold,
            "validation": dict(manifest.validation),
            "file": str(path),
        }
        if register:
            told["version"] = _registered(manifest, stored, by)
    if as_json:
        telling.as_json(told)
        return
    typer.echo(f"Learnt from {told['rows']:,} claims, {told['fraud']:,} of them fraud.")
    figures = ", ".join(f"{name} {value:.3f}" for name, value in manifest.validation.items())
    typer.echo(f"On claims of other folds: {figures}; flags from {manifest.threshold:.3f}.")
    typer.echo(f"Kept as {stored.digest[:12]} in {path}")
    if register:
        typer.echo(f"Registered as version {told['version']} of {found.line}.")


def _registered(manifest: Manifest, stored: Any, by: str) -> int:
    from commands.fraud_models import NewModel, register_model
    from ml.registering import registration

    desk = keeping.the_ledger()
    command = registration(manifest, stored, by)
    try:
        context = keeping.context_of(desk, by)
        return int(register_model(desk, context, NewModel(command, stored)).answer["version"])
    finally:
        desk.store.close()
