"""`bima treaty`: place, sign, endorse and end treaties; strike what they take; show them."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.reinsuring.place import (
    By,
    Json,
    Reason,
    Treaty,
    context_of,
    day,
    in_words,
    slip,
    tell,
    the_desk,
)

File = Annotated[Path, typer.Argument(help="The treaty as JSON.", metavar="FILE")]
On = Annotated[str, typer.Option("--on", help="The day; default: today.", metavar="DAY")]
Amount = Annotated[str, typer.Option("--amount", help="In the treaty's currency.")]


def place(file: File, by: By = "", as_json: Json = False) -> None:
    """Put down the slip of a treaty; terms that contradict themselves are refused, all at once."""
    from commands.treaties import place_treaty

    request = slip(file)
    with in_words(), the_desk() as desk:
        answer = place_treaty(desk, context_of(desk, by), request).answer
    tell(answer, as_json=as_json, words=f"{request.code} is placed; sign it to make it bind.")


def sign(code: Treaty, by: By = "", on: On = "", as_json: Json = False) -> None:
    """Sign a treaty with its written lines: from now on it reads premiums and losses."""
    from commands.treaties import Signing, sign_treaty
    from domain.ids import treaty_id

    with in_words(), the_desk() as desk:
        request = Signing(treaty_id(code))
        answer = sign_treaty(desk, context_of(desk, by, on=on), request).answer
    tell(answer, as_json=as_json, words=f"{code} is signed: it cedes what attaches to it.")


def endorse(
    file: File,
    from_on: Annotated[str, typer.Option("--from", help="The first day.", metavar="DAY")],
    reason: Reason,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Publish the next version of a treaty's terms; strike it again to post what that changes."""
    from commands.treaties import Endorsement, endorse_treaty
    from domain.ids import treaty_id

    request = slip(file)
    with in_words(), the_desk() as desk:
        first = day("--from", from_on) or desk.clock.today()
        endorsement = Endorsement(
            treaty_id(request.code), first, request.terms, request.administration
        )
        answer = endorse_treaty(desk, context_of(desk, by, reason), endorsement).answer
    words = f"{request.code} has version {answer['treaty_version']} from {first} on."
    tell(answer, as_json=as_json, words=words)


def cancel(code: Treaty, reason: Reason, on: On = "", by: By = "", as_json: Json = False) -> None:
    """Cede nothing that attaches from a day on; what attached before runs off."""
    from commands.treaties import Ending, cancel_treaty
    from domain.ids import treaty_id

    with in_words(), the_desk() as desk:
        ending = Ending(treaty_id(code), day("--on", on) or desk.clock.today())
        answer = cancel_treaty(desk, context_of(desk, by, reason), ending).answer
    tell(answer, as_json=as_json, words=f"{code} cedes nothing from {ending.on} on.")


def commute(
    code: Treaty, amount: Amount, reason: Reason, on: On = "", by: By = "", as_json: Json = False
) -> None:
    """End a treaty for good against one payment of the reinsurers."""
    from commands.treaties import Ending, commute_treaty
    from domain.ids import treaty_id

    with in_words(), the_desk() as desk:
        money = in_currency_of(desk, code, amount)
        ending = Ending(treaty_id(code), day("--on", on) or desk.clock.today(), money)
        answer = commute_treaty(desk, context_of(desk, by, reason), ending).answer
    tell(answer, as_json=as_json, words=f"{code} is commuted for {money}.")


def portfolio(
    code: Treaty,
    which: Annotated[str, typer.Argument(help="premium or loss.")],
    amount: Amount,
    other: Annotated[str, typer.Option(help="The treaty year on the other side.")],
    on: On = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Book a portfolio: above zero where the treaty receives it, below where it hands it over."""
    from commands.treaties import Handover, transfer_portfolio
    from domain.ids import treaty_id
    from domain.treaty.events import Portfolio

    if which not in tuple(Portfolio):
        raise typer.BadParameter(f"{which!r} is not premium or loss")
    with in_words(), the_desk() as desk:
        money = in_currency_of(desk, code, amount)
        when = day("--on", on) or desk.clock.today()
        request = Handover(treaty_id(code), Portfolio(which), money, other, when)
        answer = transfer_portfolio(desk, context_of(desk, by), request).answer
    tell(answer, as_json=as_json, words=f"{which} portfolio of {money} with {other} on {when}.")


def show(code: Treaty, as_json: Json = False) -> None:
    """Show a treaty: its versions, reinsurers and sections."""
    from msgspec import to_builtins

    from domain.ids import treaty_id
    from domain.treaty import TREATY
    from domain.treaty.decide import placed

    with in_words(), the_desk() as desk:
        treaty = placed(desk.store.load(TREATY, treaty_id(code)).state)
    if as_json:
        typer.echo(json.dumps(to_builtins(treaty), ensure_ascii=False))
        return
    stage = "commuted" if treaty.commuted_on else "signed" if treaty.signed else "placed"
    terms = treaty.latest.terms
    assert terms.period is not None
    typer.echo(f"{treaty.code}  {treaty.name}  ({stage}, version {treaty.latest.number})")
    basis = terms.basis.name.lower().replace("_", " ")
    typer.echo(
        f"  {terms.period.from_on} until {terms.period.until_on}, {terms.currency}, {basis}, "
        f"priority {terms.priority}"
    )
    for one in terms.participants:
        typer.echo(f"  {one.reinsurer:<30} {one.share!s:>8}")
    for section in terms.sections:
        typer.echo(f"  section {section.section_id}: {section.kind.name.lower()}")


def list_treaties(as_json: Json = False) -> None:
    """List the treaties of the programme, in inuring order."""
    from domain.ids import programme_id
    from domain.programme import PROGRAMME

    with the_desk() as desk:
        entries = desk.store.load(PROGRAMME, programme_id()).state.entries
    ordered = sorted(entries, key=lambda one: (one.period.from_on, one.priority, one.code))
    if as_json:
        typer.echo(json.dumps([_told(one) for one in ordered]))
        return
    if not ordered:
        typer.echo("No treaty is signed: `bima treaty place FILE`, then `bima treaty sign CODE`.")
    for one in ordered:
        until = one.period.until_on
        typer.echo(f"{one.code:<16} priority {one.priority}  {one.period.from_on} until {until}")


def _told(entry: Any) -> dict[str, object]:
    return {
        "id": str(entry.treaty_id),
        "code": entry.code,
        "priority": entry.priority,
        "from_on": str(entry.period.from_on),
        "until_on": str(entry.period.until_on),
    }


def oed(
    folder: Annotated[Path, typer.Option("-o", "--output", help="The folder to write to.")],
    codes: Annotated[list[str] | None, typer.Argument(help="Treaties; default: all.")] = None,
) -> None:
    """Write the treaties as Open Exposure Data: reins_info.csv and reins_scope.csv."""
    import csv

    from commands.treaties import versions_in_force
    from domain.reinsurance.oed import to_oed

    with in_words(), the_desk() as desk:
        latest = {version.code: version.terms for version, _ in versions_in_force(desk)}
    chosen = [terms for code, terms in sorted(latest.items()) if not codes or code in codes]
    if unknown := sorted(set(codes or ()) - set(latest)):
        raise typer.BadParameter(f"not in force: {', '.join(unknown)}")
    files = dict(zip(("reins_info", "reins_scope"), to_oed(chosen), strict=True))
    if formulas := [said for name, rows in files.items() for said in begin_as_formulas(name, rows)]:
        sys.exit("bima: " + "\n".join(formulas))
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        path = folder / f"{name}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            columns = list(rows[0]) if rows else []
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        typer.echo(f"{path}: {len(rows)} rows")


def begin_as_formulas(name: str, rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """The cells of an exposure file that a spreadsheet would run, each with the remedy.

    Programs join these files by their texts, so that none may be changed on the way out: a file
    that could do harm is not written at all.
    """
    from projections.canonical import neutral

    for line, row in enumerate(rows, 2):
        for column, told in row.items():
            if told != neutral(told):
                yield (
                    f"{name}.csv, line {line}, {column}: {told[:60]!r} begins as a formula does; "
                    "change it in the treaty"
                )


def in_currency_of(desk: Any, code: str, text: str) -> Any:
    """An amount in the currency of a treaty."""
    from domain.ids import treaty_id
    from domain.money import BadAmount, Money
    from domain.treaty import TREATY
    from domain.treaty.decide import placed

    treaty = placed(desk.store.load(TREATY, treaty_id(code)).state)
    try:
        return Money.of(text, treaty.latest.terms.currency)
    except BadAmount as bad:
        raise typer.BadParameter(str(bad)) from bad
