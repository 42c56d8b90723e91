"""Fraud models: train them, measure them, decide who judges, score claims and watch for drift."""

import typer

from cli.fraud_models import caring, evaluating, learning, oddities, rescoring, standing, using

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Train and measure fraud models, put them in charge, score claims and watch for drift.",
)
app.command("train")(learning.train)
app.command("evaluate")(evaluating.evaluate)
app.command("models")(standing.models)
app.command("shadow")(standing.shadow)
app.command("trial")(standing.trial)
app.command("stand-down")(standing.stand_down)
app.command("promote")(standing.promote)
app.command("rollback")(standing.rollback)
app.command("retire")(standing.retire)
app.command("score")(using.score)
app.command("rescore")(rescoring.rescore)
app.command("drift")(using.drift)
app.command("monitor")(caring.monitor)
app.command("retrain")(caring.retrain)
app.command("anomalies")(oddities.anomalies)
