"""`bima bordereau` on treaties: draft, check, approve, issue, answer, explain, and what is due."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.reinsuring.place import By, Json, Reason, Treaty, context_of, in_words, the_report_desk

Kind = Annotated[str, typer.Argument(help="claims or premium.")]
Period = Annotated[str, typer.Argument(help="Such as 2025-03 or 2025-Q1.")]
Position = Annotated[
    int | None, typer.Option(help="Known up to this log position; default: everything.")
]
Output = Annotated[Path, typer.Option("--output", "-o", help="The folder to make.")]
Recipient = Annotated[str, typer.Option("--recipient", help="Who answers.")]


def draft(
    treaty: Treaty,
    kind: Kind,
    period: Period,
    position: Position = None,
    reason: Reason = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Make the figures of a report as known at the cut-off and put them down as a draft."""
    from projections.treaty_reports.asking import Wanted

    with in_words(), the_report_desk() as desk:
        wanted = Wanted(treaty, kind, period, position)
        outcome, built = desk.draft(context_of(desk.desk, by, reason), wanted)
    told = {
        **outcome.answer,
        "rows": len(built.rows),
        "position": built.asked.position,
        "totals": {key: format(money.amount, "f") for key, money in built.totals.items()},
    }
    if as_json:
        typer.echo(json.dumps(told))
        return
    typer.echo(
        f"{built.asked.report_id} version {built.asked.report_version}: {len(built.rows)} rows as "
        f"known at position {built.asked.position}"
    )
    for key, money in built.totals.items():
        if money:
            typer.echo(f"  {key.partition(' ')[0]:<36}{money!s:>24}")


def check(treaty: Treaty, kind: Kind, period: Period, by: By = "", as_json: Json = False) -> None:
    """Run every check on the draft: a report that does not tie stays a draft."""
    from commands.reports import OfReport
    from projections.treaty_reports.checks import names

    with in_words(), the_report_desk() as desk:
        context = context_of(desk.desk, by)
        outcome, _ = desk.check(context, OfReport(treaty, kind, period))
    if as_json:
        typer.echo(json.dumps({**outcome.answer, "checks": names(kind)}))
        return
    for name in names(kind):
        typer.echo(f"  holds: {name}")
    typer.echo(f"{len(names(kind))} checks hold; somebody else approves it.")


def approve(treaty: Treaty, kind: Kind, period: Period, by: By, as_json: Json = False) -> None:
    """Approve a checked report, as somebody who neither drafted nor checked it."""
    from commands.reports import OfReport, approve_report

    with in_words(), the_report_desk() as desk:
        of = OfReport(treaty, kind, period)
        answer = approve_report(desk.desk, context_of(desk.desk, by), of).answer
    _say(answer, as_json=as_json, words="approved; issue it with `bima bordereau issue`.")


def issue(
    treaty: Treaty, kind: Kind, period: Period, output: Output, by: By = "", as_json: Json = False
) -> None:
    """Sign an approved report and write its package."""
    from commands.reports import OfReport

    with in_words(), the_report_desk() as desk:
        context = context_of(desk.desk, by)
        _, package = desk.issue(context, OfReport(treaty, kind, period), output)
        key = desk.signer.public
    _say_package(package, key, as_json=as_json)


def export(
    treaty: Treaty,
    kind: Kind,
    period: Period,
    version: Annotated[int, typer.Option(help="Which version.")],
    output: Output,
    as_json: Json = False,
) -> None:
    """Write the package of an earlier version once more: the same bytes."""
    from projections.treaty_reports.asking import Wanted

    with in_words(), the_report_desk() as desk:
        package = desk.export(Wanted(treaty, kind, period, version=version), output)
        key = desk.signer.public
    _say_package(package, key, as_json=as_json)


def acknowledge(
    treaty: Treaty, kind: Kind, period: Period, recipient: Recipient, by: By = "",
    as_json: Json = False,
) -> None:  # fmt: skip
    """Book that a recipient has accepted the report."""
    from commands.reports import OfReport, acknowledge_report

    with in_words(), the_report_desk() as desk:
        of = OfReport(treaty, kind, period)
        context = context_of(desk.desk, by)
        answer = acknowledge_report(desk.desk, context, of, recipient).answer
    _say(answer, as_json=as_json, words=f"acknowledged by {recipient}.")


def dispute(
    treaty: Treaty,
    kind: Kind,
    period: Period,
    recipient: Recipient,
    reason: Reason,
    line: Annotated[list[str] | None, typer.Option(help="A line that is doubted.")] = None,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Book that a recipient doubts the report, or some of its lines."""
    from commands.reports import OfReport, dispute_report

    with in_words(), the_report_desk() as desk:
        of = OfReport(treaty, kind, period)
        context = context_of(desk.desk, by, reason)
        answer = dispute_report(desk.desk, context, of, recipient, tuple(line or ())).answer
    _say(answer, as_json=as_json, words=f"disputed by {recipient}.")


def settle(
    treaty: Treaty,
    kind: Kind,
    period: Period,
    amount: Annotated[str, typer.Option(help="What was paid, in the treaty's currency.")],
    reference: Annotated[str, typer.Option(help="The payment's own reference.")],
    by: By = "",
    as_json: Json = False,
) -> None:
    """Book that the balance of an acknowledged report was paid."""
    from cli.reinsuring.treaties import in_currency_of
    from commands.reports import OfReport, settle_report

    with in_words(), the_report_desk() as desk:
        of = OfReport(treaty, kind, period)
        context = context_of(desk.desk, by)
        money = in_currency_of(desk.desk, treaty, amount)
        answer = settle_report(
            desk.desk, context, of, money, reference, context.effective_on
        ).answer
    _say(answer, as_json=as_json, words=f"settled with {money}.")


def explain(
    treaty: Treaty,
    kind: Kind,
    period: Period,
    line: Annotated[str, typer.Option(help="The line_id, or a claim or policy number.")] = "",
    event: Annotated[
        str, typer.Option(help="The other way: which lines an event (stream:version) went into.")
    ] = "",
    version: Annotated[int | None, typer.Option(help="Of an earlier version.")] = None,
    as_json: Json = False,
) -> None:
    """Show from which events a line follows and how, or into which lines an event went."""
    from projections.treaty_reports.asking import Wanted
    from projections.treaty_reports.explaining import explained

    with in_words(), the_report_desk() as desk:
        told = explained(desk, Wanted(treaty, kind, period, version=version), line, event)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in told:
        typer.echo(f"{one['line_id']}")
        for name, value in one["cells"].items():
            typer.echo(f"  {name:<32}{value:>24}")
        for step in one["events"]:
            typer.echo(f"    {step['event']}  {step['on']}  {step['name']}: {step['words']}")
            for why in step["why"]:
                typer.echo(f"      {why}")


def views(treaty: Treaty, period: Period, position: Position = None, as_json: Json = False) -> None:
    """Show a period three ways: as known at the cut-off, restated, booked; and the adjustment."""
    from projections.treaty_reports.asking import Wanted
    from projections.treaty_reports.views import three_views

    with in_words(), the_report_desk() as desk, desk.desk.store.pool.connection() as conn:
        asked = desk.ask(conn, Wanted(treaty, "claims", period, position))
        told = three_views(conn, asked)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in told]))
        return
    typer.echo(f"{'':<40}{'as known':>16}{'restated':>16}{'booked':>16}{'adjustment':>16}")
    for one in told:
        typer.echo(
            f"{one.line:<40}{one.as_known:>16}{one.restated:>16}{one.booked:>16}{one.adjustment:>16}"
        )


def calendar(as_json: Json = False) -> None:
    """List what is due, late or missing, treaty by treaty."""
    from projections.treaty_reports.calendar import due

    with in_words(), the_report_desk() as desk, desk.desk.store.pool.connection() as conn:
        told = due(conn, desk.desk.store.tenant, desk.desk.clock.today())
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in told], default=str))
        return
    if not told:
        typer.echo("Nothing is due: no signed treaty has a period that is over.")
    for one in told:
        typer.echo(f"{one.treaty:<16}{one.kind:<9}{one.period:<9}{one.due_on}  {one.standing}")


def key() -> None:
    """Print the public key with which recipients check reports."""
    with the_report_desk() as desk:
        typer.echo(desk.signer.public_pem.decode(), nl=False)


def _say(answer: dict[str, Any], *, as_json: bool, words: str) -> None:
    if as_json:
        typer.echo(json.dumps(answer))
        return
    name = f"{answer['treaty']}-{answer['kind']}-{answer['period']}"
    typer.echo(f"{name} version {answer['report_version']}: {words}")


def _say_package(package: Any, public: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"folder": str(package.folder), "files": package.files,
                               "manifest_sha256": package.manifest_sha256,
                               "public_key": public}))  # fmt: skip
        return
    typer.echo(f"{package.folder}: {', '.join(sorted(package.files))}, manifest.json")
    typer.echo(f"SHA-256 of report.csv {package.csv_sha256}")
    typer.echo(f"public key {public}")
