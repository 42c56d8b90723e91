"""Says figures and standings so that people can read them, or as one JSON object."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import typer

from ml.evaluation import rounded

SHOWN = ("auc", "pr_auc", "f1", "precision", "recall", "brier", "cost")


def as_json(told: Any) -> None:
    typer.echo(json.dumps(rounded(told), ensure_ascii=False))


def evaluation(report: Mapping[str, Any]) -> None:
    """The report as a table, one line for each judge."""
    typer.echo(f"{report['n']:,} claims ({report['data']}), {report['fraud']:,} of them fraud")
    typer.echo(f"{report['judged_by']['words']}\n")
    typer.echo(f"{'':<12}" + "".join(f"{name.replace('_', '-'):>11}" for name in SHOWN))
    for name, of in {"model": report, **report["rivals"]}.items():
        typer.echo(f"{name:<12}" + "".join(f"{_figure(of[one]):>11}" for one in SHOWN))
    typer.echo("")
    for name, kind in report.get("kinds", {}).items():
        typer.echo(
            f"{name:<12} {kind['n']:>4} planted, {_figure(kind['recall'])} of them flagged; of "
            f"{kind['called_so']} flags that call it so, {_figure(kind['precision'])} are right; "
            f"the rules flag {_figure(report['kinds_by_rule'][name]['recall'])}"
        )
    for name, (low, high) in report["intervals"].items():
        typer.echo(f"{name} lies between {_figure(low)} and {_figure(high)} in 95 of 100 draws")
    for name, of in report.get("repeated", {}).items():
        if isinstance(of, Mapping):
            words = ", ".join(f"{which} {_figure(value)}" for which, value in of.items())
            typer.echo(f"{name} with {report['repeated']['times']} splits: {words}")
    for note in report["notes"]:
        typer.echo(f"! {note}")


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def wrong(why: object, code: int = 2) -> NoReturn:
    """End with an error in words: 2 for what was asked wrongly, 1 for what could not be done."""
    for line in str(why).splitlines():
        typer.echo(f"bima: {line}", err=True)
    raise typer.Exit(code)
