"""Bima under fire: processes are killed, messages and answers are lost, and nothing else may be."""

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cli.chaos_run.trial import Trial

app = typer.Typer(add_completion=False)

# A planted defect is tried with the faults that show it, for long enough to meet it.
DEFECT_SECONDS, DEFECT_FAULTS, DEFECT_COMMANDS, DEFECT_MEMBERS = 15.0, 20, 900, 40


@app.command()
def chaos(  # noqa: PLR0913, PLR0917 - each is an option of the command
    seconds: Annotated[
        float, typer.Option(min=1, help="How long things go wrong; start and checks come on top.")
    ] = 150.0,
    faults: Annotated[int, typer.Option(min=1, help="How many faults must hit.")] = 330,
    commands: Annotated[int, typer.Option(min=1, help="Commands sent meanwhile.")] = 10_600,
    members: Annotated[int, typer.Option(min=10, help="People in the book.")] = 150,
    seed: Annotated[int, typer.Option(help="The same seed plans the same faults.")] = 11,
    only: Annotated[
        list[str] | None, typer.Option(help="Faults of this kind alone; may be given again.")
    ] = None,
    drained_within: Annotated[
        float, typer.Option(min=1, help="Seconds after the last fault in which all must be done.")
    ] = 30.0,
    planted: Annotated[
        str, typer.Option(help="Run with a planted defect: is it found? See --list.")
    ] = "",
    mutants: Annotated[
        bool, typer.Option("--mutants", help="Plant every defect in turn; each must be found.")
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="Show the faults and defects.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The result as one object.")] = False,
) -> None:
    """Run a Bima of its own under faults and load; exit code 1 if anything did not hold."""
    from cli.chaos_run.defects import DEFECTS
    from cli.chaos_run.faults import FAULTS
    from cli.chaos_run.trial import Trial, run
    from cli.demo_year.screen import Screen

    if listed:
        _list()
        return
    unknown = [*(set(only or ()) - set(FAULTS)), *({planted} - {"", *DEFECTS})]
    if unknown:
        typer.echo(f"bima: there is no {', '.join(unknown)}; --list shows what there is", err=True)
        raise typer.Exit(2)
    screen = Screen()
    if mutants or planted:
        found = []
        for name in [planted] if planted else DEFECTS:
            trial = Trial(
                seed, DEFECT_SECONDS, DEFECT_FAULTS, DEFECT_COMMANDS, DEFECT_MEMBERS, name,
                DEFECTS[name].faults,
            )  # fmt: skip
            screen.say(f"{name}: {DEFECTS[name].meaning}")
            found.append(run(trial, screen))
            _tell_defect(trial, as_json)
        raise typer.Exit(0 if all(trial.violations for trial in found) else 1)
    wanted = Trial(
        seed, seconds, faults, commands, members, only=only or (), drained_within=drained_within
    )
    trial = run(wanted, screen)
    if as_json:
        typer.echo(json.dumps(as_data(trial)))
    else:
        _tell(trial)
    if trial.violations:
        raise typer.Exit(1)


def as_data(trial: "Trial") -> dict[str, object]:
    """The result as one object; times are in seconds."""
    return {
        "seed": trial.seed,
        "faults": len(trial.hits),
        "acknowledged": trial.acknowledged,
        "violations": trial.violations,
        "longest_retry": round(trial.longest, 3),
        "slowest": trial.slowest,
        "drained_after": round(trial.drained, 2),
        "took": round(trial.took, 1),
        "by_kind": Counter(hit.fault for hit in trial.hits),
        "hits": [asdict(hit) for hit in trial.hits],
        "checks": [{**asdict(held), "holds": held.holds} for held in trial.held],
    }


def _tell(trial: "Trial") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from cli.chaos_run.faults import FAULTS

    console = Console(highlight=False)
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("fault")
    table.add_column("hits", justify="right")
    table.add_column("for instance")
    kinds = Counter(hit.fault for hit in trial.hits)
    for name, fault in FAULTS.items():
        proof = next((hit.proof for hit in trial.hits if hit.fault == name), fault.meaning)
        table.add_row(name, str(kinds[name]), proof)
    console.print(table)
    for held in trial.held:
        sign = "[green]holds[/]" if held.holds else "[red bold]BROKEN[/]"
        console.print(f"{sign}  {held.name} ({held.looked_at})")
    for wrong in trial.violations:
        console.print(wrong, style="red", markup=False, soft_wrap=True)
    console.print(
        f"\n{len(trial.hits)} faults hit, {trial.acknowledged:,} commands acknowledged, "
        f"{len(trial.violations)} violations; longest wait of a client {trial.longest:.1f} s, "
        f"settled {trial.drained:.1f} s after the last; {trial.took:.0f} s in all, "
        f"seed {trial.seed}"
    )


def _tell_defect(trial: "Trial", as_json: bool) -> None:
    from rich.console import Console

    found = trial.violations
    if as_json:
        told = {"defect": trial.planted, "killed": bool(found), "violations": found}
        typer.echo(json.dumps(told))
        return
    sign = "[green]killed[/]" if found else "[red bold]SURVIVED[/]"
    what = found[0] if found else "nothing was seen"
    Console(highlight=False).print(f"{sign}  {trial.planted}: {what}", soft_wrap=True)


def _list() -> None:
    from cli.chaos_run.defects import DEFECTS
    from cli.chaos_run.faults import FAULTS

    for name, fault in FAULTS.items():
        typer.echo(f"{name:<24} {fault.meaning}")
    typer.echo("\nplanted defects:")
    for name, defect in DEFECTS.items():
        typer.echo(f"{name:<24} {defect.meaning}")
