"""Exposure, experience, completion, large claims and reserve run-off, as table or picture."""

import sys
from datetime import date
from decimal import InvalidOperation
from typing import Annotated

import typer

from cli.actuary.options import (
    PICTURES,
    AsJson,
    Basis,
    Booked,
    Cap,
    Currency,
    Development,
    Excess,
    Files,
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
from cli.triangle import subtitle

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def actuarial() -> None:
    """Exposure, experience, completion, large claims and reserve run-off, as table or picture."""


@app.command()
def exposure(
    origin: Origin = "M",
    known: Known = "",
    currency: Currency = "",
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Earned premium, member days and member months of each period."""
    from projections.actuarial_tables import exposure_table

    with actuary(currency=currency) as reads:
        table = exposure_table(reads, Shared(origin=origin, known=known).asked())
        written(table, output, as_json=as_json)


@app.command()
def experience(  # noqa: PLR0913, PLR0917  # a command has as many options
    measure: Measure = "paid",
    basis: Basis = "gross",
    origin: Origin = "M",
    known: Known = "",
    valued: Valued = "",
    share: Share = "",
    treaty: Treaty = "",
    where: Where = [],  # noqa: B006
    currency: Currency = "",
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Premium, members, losses and what they will come to: loss ratio and PMPM of each origin.

    A picture (.png, .svg) shows premium, losses and the loss ratio.
    """
    from projections.actuarial_tables import experience as experience_of

    shared = Shared(measure, basis, origin=origin, known=known, valued=valued, share=share,
                    treaty=treaty, where=tuple(where))  # fmt: skip
    with actuary(currency=currency) as reads:
        table = experience_of(reads, shared.asked())
        if output is not None and output.suffix.lower() in PICTURES:
            from cli.actuary.charts import loss_ratio

            day = shared.asked().question(reads.currency, reads.today, reads.zone).known_on
            loss_ratio(table, output, f"{measure}, {basis} · known at the end of {day}")
            typer.echo(str(output))
        else:
            written(table, output, as_json=as_json)


@app.command()
def completion(  # noqa: PLR0913, PLR0917  # a command has as many options
    measure: Measure = "paid",
    basis: Basis = "gross",
    booked: Booked = False,
    origin: Origin = "M",
    development: Development = "",
    known: Known = "",
    valued: Valued = "",
    xs: Excess = "",
    cap: Cap = "",
    share: Share = "",
    treaty: Treaty = "",
    where: Where = [],  # noqa: B006
    currency: Currency = "",
    output: Output = None,
    file: Files = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """By lag: the factor to the next, the share of the ultimate that is there, the share that
    comes. A picture shows both."""
    from projections.actuarial_tables import completion_table, ladder_of, one_triangle

    shared = Shared(measure, basis, booked, origin, development, "cumulative", known, valued, xs,
                    cap, share, treaty, (), tuple(where))  # fmt: skip
    asked = shared.asked()
    with actuary(tuple(file), currency) as reads:
        if output is not None and output.suffix.lower() in PICTURES:
            from cli.actuary.charts import development as drawn

            made = one_triangle(reads, asked)
            said = f"{measure}, {basis} · {subtitle(made)}"
            drawn(ladder_of(made, reads.currency), made, output, said)
            typer.echo(str(output))
        else:
            written(completion_table(reads, asked), output, as_json=as_json)


@app.command("large-claims")
def large_claims(
    threshold: Annotated[str, typer.Argument(help="Incurred at least this, such as 5000000.")],
    basis: Basis = "gross",
    known: Known = "",
    valued: Valued = "",
    where: Where = [],  # noqa: B006
    currency: Currency = "",
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Claims whose paid and reserved amount reaches the threshold, the largest first."""
    from domain.money import BadAmount, Money
    from projections.actuarial_tables import large_claims as large

    shared = Shared("incurred", basis, known=known, valued=valued, where=tuple(where))
    with actuary(currency=currency) as reads:
        try:
            least = Money.of(threshold, reads.currency)
        except (BadAmount, InvalidOperation) as bad:
            raise typer.BadParameter(str(bad)) from None
        written(large(reads, shared.asked(), least), output, as_json=as_json)


@app.command("run-off")
def run_off(
    opened: Annotated[
        str, typer.Argument(help="The day whose reserve is followed.", metavar="DAY")
    ],
    basis: Basis = "gross",
    origin: Origin = "M",
    known: Known = "",
    where: Where = [],  # noqa: B006
    currency: Currency = "",
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """How the reserve of a day did since: paid on it, still reserved, and the result."""
    from projections.actuarial_tables import run_off_table

    try:
        day = date.fromisoformat(opened)
    except ValueError:
        sys.exit(f"bima: {opened!r} is not a day like 2025-01-31")
    shared = Shared("reserve", basis, origin=origin, known=known, where=tuple(where))
    with actuary(currency=currency) as reads:
        written(run_off_table(reads, shared.asked(), day), output, as_json=as_json)
