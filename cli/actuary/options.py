"""The options that all actuarial commands share, and how their answers are written."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from domain.money import BadAmount, Money

if TYPE_CHECKING:
    import polars as pl

    from projections.actuarial_request import Asked
    from projections.actuary import Actuary

Measure = Annotated[str, typer.Option(help="paid, reserve, incurred, reported, closed or open.")]
Basis = Annotated[str, typer.Option(help="gross, ceded or net.")]
Booked = Annotated[
    bool, typer.Option("--booked", help="Develop by the day of recording, never restated.")
]
Origin = Annotated[str, typer.Option(help="Rows by month, quarter or year: M, Q or Y.")]
Development = Annotated[str, typer.Option(help="Columns by month, quarter or year: M, Q or Y.")]
Form = Annotated[str, typer.Option(help="cumulative or incremental.")]
Known = Annotated[
    str, typer.Option(help="As known at the end of this day, or at this instant.", metavar="WHEN")
]
Valued = Annotated[str, typer.Option(help="Columns up to this day; default: that of knowledge.")]
Excess = Annotated[str, typer.Option("--xs", help="Only what exceeds this of each claim.")]
Cap = Annotated[str, typer.Option(help="At most this of each claim.")]
Share = Annotated[
    str, typer.Option(help="Ceded or net by this share of gross, such as 0.4 or 1/3.")
]
Treaty = Annotated[str, typer.Option(help="Only what this treaty took (its id).")]
By = Annotated[list[str], typer.Option(help="A triangle for each value of this segment.")]
Where = Annotated[list[str], typer.Option(help="Only claims with SEGMENT=VALUE.")]
Currency = Annotated[str, typer.Option(help="Of this currency; default: the insurer's.")]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help=".csv, .json, .parquet, .arrow, or a picture: .png, .svg."),
]
Files = Annotated[
    list[Path], typer.Option("--file", help="Movements of this Parquet file, not of the ledger.")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
PICTURES = (".png", ".svg")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Shared:
    """What was said on the command line, before it is read."""

    measure: str = "paid"
    basis: str = "gross"
    booked: bool = False
    origin: str = "M"
    development: str = ""
    form: str = "cumulative"
    known: str = ""
    valued: str = ""
    xs: str = ""
    cap: str = ""
    share: str = ""
    treaty: str = ""
    by: tuple[str, ...] = ()
    where: tuple[str, ...] = ()

    def asked(self) -> "Asked":
        """The question; ends with what is wrong where it makes no sense."""
        from domain.actuarial.grain import Grain
        from domain.actuarial.question import Form as Forms
        from domain.actuarial.question import Measure as Measures
        from domain.actuarial.question import Side
        from domain.ratio import BadRatio, Ratio
        from projections.actuarial_request import Asked, AskedWrongly

        known_on, known_at = _when(self.known)
        try:
            return Asked(
                measure=_one_of(Measures, self.measure, "--measure"),
                basis=_one_of(Side, self.basis, "--basis"),
                booked=self.booked,
                origin=_one_of(Grain, self.origin.upper(), "--origin"),
                development=_one_of(
                    Grain, (self.development or self.origin).upper(), "--development"
                ),
                form=_one_of(Forms, self.form, "--form"),
                known_on=known_on,
                known_at=known_at,
                valued_on=_day(self.valued, "--valued"),
                attachment=_amount(self.xs, "--xs"),
                limit=_amount(self.cap, "--cap"),
                share=Ratio.of(self.share) if self.share else None,
                treaty=self.treaty,
                by=self.by,
                where=tuple(_pair(one) for one in self.where),
            )
        except (AskedWrongly, BadRatio) as wrong:
            raise typer.BadParameter(str(wrong)) from None


@contextmanager
def actuary(files: tuple[Path, ...] = (), currency: str = "") -> "Iterator[Actuary]":
    """Reads of the ledger, or of the files named; what may not be asked ends the command."""
    from adapters.clock import SystemClock
    from adapters.postgres import connect
    from adapters.settings import get_settings
    from cli.actuary.charts import NoPicture
    from domain.refusals import Refused
    from projections.actuarial_request import AskedWrongly
    from projections.actuary import Actuary

    settings = get_settings()
    now = SystemClock(settings.timezone).now()
    money = currency or settings.currency
    common = (settings.movements_folder, settings.tenant, settings.zone, money, now)
    try:
        Money.of(0, money)
        for path in files:
            if not path.is_file():
                raise AskedWrongly("file", f"{path} is not there")
        if files:
            yield Actuary(None, *common, files)
        else:
            dsn = settings.require_database_url()
            with connect(dsn, application="bima-actuary") as conn:
                conn.execute("SET statement_timeout = 0")
                yield Actuary(conn, *common)
    except Refused as refused:
        sys.exit(f"bima: {refused.code}: {refused.detail}")
    except (AskedWrongly, BadAmount, LookupError, NoPicture) as wrong:
        sys.exit(f"bima: {wrong}")


def written(frame: "pl.DataFrame", output: Path | None, *, as_json: bool) -> None:
    """The table to the file, in the form that its name tells; without one, to the screen."""
    from projections.actuarial_export import Format, encoded

    if as_json:
        typer.echo(encoded(frame, Format.JSON).decode())
        return
    if output is None:
        show(frame)
        return
    try:
        form = Format(output.suffix.removeprefix(".").lower())
    except ValueError:
        raise typer.BadParameter(
            f"{output.name} ends in none of .csv, .json, .parquet, .arrow, .png, .svg"
        ) from None
    try:
        output.write_bytes(encoded(frame, form))
    except OSError as error:
        sys.exit(f"bima: {output} cannot be written: {error.strerror}")
    typer.echo(f"{output}: {frame.height:,} rows")


def show(frame: "pl.DataFrame") -> None:
    """The table for people to read."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, kind in frame.schema.items():
        table.add_column(name, justify="right" if kind.is_numeric() else "left")
    for row in frame.iter_rows(named=True):
        currency = str(row.get("currency") or "")
        table.add_row(*(told(name, value, currency) for name, value in row.items()))
    console = Console(highlight=False)
    needed = console.measure(table, options=console.options.update(width=10_000)).maximum
    console.width = max(console.width, needed)
    console.print(table)


def told(name: str, value: object, currency: str) -> str:
    """A cell for people: amounts with their thousands apart, nothing for what is not known."""
    if value is None:
        return ""
    if isinstance(value, int) and name.endswith("_minor") and currency:
        return f"{Money(value, currency).amount:,f}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


def _one_of(kind: type[E], text: str, name: str) -> E:
    try:
        return kind(text)
    except ValueError:
        known = ", ".join(str(one.value) for one in kind)
        raise typer.BadParameter(f"{name} {text!r} is none of {known}") from None


def _when(text: str) -> tuple[date | None, datetime | None]:
    """A day, or an instant with its offset."""
    if not text:
        return None, None
    if len(text) == len("2025-01-31"):
        return _day(text, "--known"), None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise typer.BadParameter(
            f"--known {text!r} is neither a day like 2025-01-31 nor an instant like "
            "2025-01-31T23:59:59+03:00"
        )
    return None, at


def _day(text: str, name: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{name} {text!r} is not a day like 2025-01-31") from None


def _amount(text: str, name: str) -> Decimal | None:
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{name} {text!r} is not an amount like 1500.50") from None


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"--where {text!r} is not SEGMENT=VALUE")
    return name, value
