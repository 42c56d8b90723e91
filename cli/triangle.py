"""Triangles of claims: as a table, as a file for reserving libraries, or as a picture."""

from typing import TYPE_CHECKING

import typer

from cli.actuary.options import (
    PICTURES,
    AsJson,
    Basis,
    Booked,
    By,
    Cap,
    Currency,
    Development,
    Excess,
    Files,
    Form,
    Known,
    Measure,
    Origin,
    Output,
    Share,
    Shared,
    Treaty,
    Valued,
    Where,
    actuary,
    written,
)

if TYPE_CHECKING:
    from domain.actuarial.triangle import Triangle

app = typer.Typer(add_completion=False)


@app.command()
def triangle(  # noqa: PLR0913, PLR0917  # a command has as many options
    measure: Measure = "paid",
    basis: Basis = "gross",
    booked: Booked = False,
    origin: Origin = "M",
    development: Development = "",
    form: Form = "cumulative",
    known: Known = "",
    valued: Valued = "",
    xs: Excess = "",
    cap: Cap = "",
    share: Share = "",
    treaty: Treaty = "",
    by: By = [],  # noqa: B006  # typer reads it, nobody changes it
    where: Where = [],  # noqa: B006
    currency: Currency = "",
    output: Output = None,
    file: Files = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Show how claims develop: rows by day of service, columns by time since.

    Without a file the triangle is shown; `--output` writes it in dense long form, one row a cell,
    or draws it where the file's name ends in .png or .svg.
    """
    from projections.actuarial_export import long_frame

    shared = Shared(
        measure, basis, booked, origin, development, form, known, valued, xs, cap, share, treaty,
        tuple(by), tuple(where),
    )  # fmt: skip
    asked = shared.asked()
    with actuary(tuple(file), currency) as reads:
        answer = reads.triangles(asked)
        if output is not None and output.suffix.lower() in PICTURES:
            from cli.actuary.charts import NoPicture, heat_map

            if len(answer.triangles) != 1:
                raise NoPicture(f"{len(answer.triangles)} triangles do not fit one picture")
            heat_map(answer.triangles[0], output, subtitle(answer.triangles[0]))
            typer.echo(str(output))
        elif output is None and not as_json:
            for made in answer.triangles:
                _show(made)
            if not answer.triangles:
                typer.echo("There are no such claims.")
        else:
            written(long_frame(answer, asked.by), output, as_json=as_json)


def subtitle(made: "Triangle") -> str:
    """What a picture stands on: what was known, of which claims."""
    question = made.question
    parts = [f"known at the end of {question.known_on}"]
    if question.valuation != question.known_on:
        parts.append(f"valued on {question.valuation}")
    if question.basis.value == "rec":
        parts.append("by day of recording")
    parts += [f"{name} {value or 'not known'}" for name, value in question.segment]
    return " · ".join(parts)


def _show(made: "Triangle") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    width = max((len(row.cells) for row in made.rows), default=0)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=subtitle(made), title_justify="left")
    table.add_column("origin")
    for lag in range(width):
        table.add_column(str(lag * made.question.development.months), justify="right")
    for row in made.rows:
        table.add_row(made.label(row), *(_figure(cell, made.currency) for cell in row.cells))
    console = Console(highlight=False)
    needed = console.measure(table, options=console.options.update(width=10_000)).maximum
    console.width = max(console.width, needed)
    console.print(table)


def _figure(cell: int, currency: str) -> str:
    """Whole units for people; files tell the minor units."""
    from domain.money import Money

    return f"{Money(cell, currency).amount:,.0f}" if currency else f"{cell:,}"
