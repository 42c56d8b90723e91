"""Writing evidence that somebody outside can check without this ledger and without trusting it."""

import json
import shutil
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from adapters.postgres import Connection

app = typer.Typer(add_completion=False)

VERIFIER = Path(__file__).with_name("proving") / "verify_evidence.py"
WHOLE = ("log", "key", "checkpoint")


@app.command()
def evidence(
    kind: Annotated[
        str,
        typer.Argument(
            help="claim, member, policy, payment, provider, product or underwriting; `log` for "
            "all events, `checkpoint` for the newest statement, `key` for the public key."
        ),
    ],
    number: Annotated[
        str, typer.Argument(help="Its number, such as CLM-2025-00001, or its id.")
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; else it is shown.")
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(help="Also show how the log follows from its first so many events."),
    ] = None,
    with_verifier: Annotated[
        bool, typer.Option("--with-verifier", help="Put verify_evidence.py beside the file.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Show the evidence itself instead of telling of it.")
    ] = False,
) -> None:
    """Write events with the proof that they are in the signed log as they are told here."""
    from adapters.evidence import NotSealed
    from adapters.postgres import connect
    from adapters.settings import get_settings

    settings = get_settings()
    with connect(settings.require_database_url(), application="bima-evidence") as conn:
        conn.execute("SET statement_timeout = 0")
        try:
            if kind in WHOLE:
                _whole(conn, kind, output, since)
            else:
                document = about(conn, settings.tenant, kind, number, since)
                _write(document, output, as_json=as_json)
        except NotSealed as reason:
            sys.exit(f"bima: {reason}")
    if with_verifier:
        shutil.copyfile(VERIFIER, (output or Path()).parent / VERIFIER.name)


def about(
    conn: "Connection", tenant: int, kind: str, number: str, since: int | None
) -> dict[str, Any]:
    """The evidence of one thing: its events, those that belong to them, and what stands behind."""
    from adapters.evidence import proven, stored, wait_for_seal
    from projections.history import NotFound, life
    from projections.subjects import KINDS

    if kind not in KINDS:
        raise typer.BadParameter(f"{kind!r} is not one of {', '.join((*KINDS, *WHOLE))}")
    try:
        told = life(conn, tenant, KINDS[kind], number)
    except NotFound as missing:
        sys.exit(f"bima: {missing}")
    events = [*told.background, *told.events]
    words = {event.position: event for event in events}
    wait_for_seal(conn, max(words))
    document = proven(conn, stored(conn, tenant, words.keys()), since)
    for event in document["events"]:
        one = words[event["position"]]
        event["words"] = one.words if one.own else f"{one.subject}: {one.words}"
    return {"about": told.subject, "explanation": told.explanation, **document}


def _whole(conn: "Connection", kind: str, output: Path | None, since: int | None) -> None:
    from adapters import seal_rows
    from adapters.evidence import NotSealed, proven

    last = seal_rows.last_checkpoint(conn)
    if last is None:
        raise NotSealed("nothing is sealed yet: does the sealer run? `bima status` tells")
    if kind == "key":
        _put("\n".join(map(str, seal_rows.keys(conn).values())) + "\n", output)
    elif kind == "log":
        _stream(conn, output)
    elif since is not None:
        _put(json.dumps(proven(conn, (), since), indent=1) + "\n", output)
    else:
        _put(seal_rows.note(conn, last), output)


def _stream(conn: "Connection", output: Path | None) -> None:
    from adapters.evidence import log_lines

    def write(file: IO[str]) -> None:
        for line in log_lines(conn):
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")

    if output is None:
        write(sys.stdout)
        return
    with output.open("w", encoding="utf-8") as file:
        write(file)
    typer.echo(f"Written to {output}; check it with `python {VERIFIER.name} {output}`.")


def _write(document: dict[str, Any], output: Path | None, *, as_json: bool) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if output is not None:
        output.write_text(text, encoding="utf-8")
    if as_json:
        typer.echo(text, nl=False)
        return
    typer.echo(f"{document['about']}, {len(document['events'])} events:")
    for event in sorted(document["events"], key=lambda event: event["position"]):
        typer.echo(f"  [{event['position']}] {event['recorded_at'][:19]} {event['words']}")
    typer.echo(f"\nAll of them are under this checkpoint:\n\n{document['checkpoint']}")
    if output is not None:
        typer.echo(f"Written to {output}; check it with `python {VERIFIER.name} {output}`.")


def _put(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
