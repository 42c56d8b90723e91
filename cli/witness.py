"""Being a witness of somebody's ledger, and asking one: cosigned checkpoints.

The protocol is C2SP tlog-witness. A witness runs elsewhere, under somebody else's hand: a
reinsurer, an auditor, the regulator. It needs none of the ledger's data. Any witness that speaks
the same protocol will do.
"""

import sys
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from adapters.checkpoints import Key
    from adapters.postgres import Connection
    from adapters.witnessing import Witness

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Being a witness of somebody's ledger, and asking one: cosigned checkpoints.",
)

LARGEST = 64_000  # bytes of a request, or of an answer
PATIENCE = 20.0  # seconds
PATH = "/add-checkpoint"
Folder = Annotated[Path, typer.Option(help="Folder of the witness's key and memory.")]
Name = Annotated[str, typer.Option(help="The name it signs under, such as audit.example/tz.")]


@app.command()
def serve(
    log_key: Annotated[str, typer.Option(help="Public key of the log: `bima evidence key`.")],
    folder: Folder = Path("witness"),
    name: Name = "witness",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8377,
) -> None:
    """Be a witness: cosign each checkpoint that follows from the last one seen."""
    from adapters.checkpoints import BadCheckpoint, Key
    from adapters.witnessing import Witness

    try:
        key = Key.read(log_key)
    except BadCheckpoint as wrong:
        raise typer.BadParameter(str(wrong)) from None
    witness = Witness(folder, name)
    server = HTTPServer((host, port), handler_for(witness, key))
    typer.echo(f"witness {witness.key}")
    typer.echo(f"listens on http://{host}:{server.server_port}{PATH}")
    sys.stdout.flush()
    server.serve_forever()


@app.command()
def key(folder: Folder = Path("witness"), name: Name = "witness") -> None:
    """Show the public key of the witness in this folder."""
    from adapters.witnessing import Witness

    typer.echo(str(Witness(folder, name).key))


@app.command()
def trust(
    key: Annotated[str, typer.Argument(help="Public key of the witness: `bima witness key`.")],
) -> None:
    """Let a witness's signatures count for this ledger."""
    from adapters.checkpoints import BadCheckpoint, Key
    from adapters.postgres import connect
    from adapters.settings import get_settings
    from adapters.witnessing import NotWitnessed
    from adapters.witnessing import trust as trusted

    with connect(get_settings().require_database_url(), application="bima-witness") as conn:
        try:
            trusted(conn, Key.read(key))
        except (BadCheckpoint, NotWitnessed) as wrong:
            sys.exit(f"bima: {wrong}")


@app.command()
def ask(
    url: Annotated[str, typer.Argument(help="Where the witness listens.")],
) -> None:
    """Have the newest checkpoint cosigned by a witness, and keep its signature."""
    from adapters.postgres import connect
    from adapters.settings import get_settings
    from adapters.witnessing import NotWitnessed

    with connect(get_settings().require_database_url(), application="bima-witness") as conn:
        try:
            size, names = asked(conn, url)
        except NotWitnessed as refused:
            sys.exit(f"bima: {refused}")
    typer.echo(f"The checkpoint over {size} events is cosigned by {', '.join(names)}.")


def asked(conn: "Connection", url: str) -> tuple[int, list[str]]:
    """The size of the checkpoint and who cosigned it; raises NotWitnessed."""
    from adapters.checkpoints import read, written
    from adapters.witnessing import NotWitnessed, keep

    note, status, answer = _shown(conn, url, 0)
    if status == 409:  # it tells what it has seen
        note, status, answer = _shown(conn, url, int(answer))
    if status != 200:
        raise NotWitnessed(f"the witness refuses: {answer.strip()}")
    checkpoint, _ = read(note)
    _, signatures = read(written(checkpoint) + answer)
    for signature in signatures:
        keep(conn, checkpoint, signature)
    return checkpoint.size, [signature.name for signature in signatures]


def _shown(conn: "Connection", url: str, since: int) -> tuple[str, int, str]:
    """The checkpoint that a witness was shown, and its status and answer."""
    from adapters.witnessing import to_witness

    note, _key, path = to_witness(conn, since)
    steps = "".join(b64encode(step).decode() + "\n" for step in path)
    return note, *_posted(url, f"old {since}\n{steps}\n{note}")


def _posted(url: str, body: str) -> tuple[int, str]:
    """Status and text of the witness's answer; raises NotWitnessed where there is none."""
    import httpx2

    from adapters.outgoing import client_to
    from adapters.witnessing import NotWitnessed

    where = url.rstrip("/").removesuffix(PATH) + PATH
    told = bytearray()
    try:
        with (
            client_to([where], PATIENCE) as witness,
            witness.stream("POST", where, content=body.encode()) as answer,
        ):
            for piece in answer.iter_bytes():
                told += piece
                if len(told) > LARGEST:
                    raise NotWitnessed(f"the witness answers more than {LARGEST:,} bytes")
    except httpx2.InvalidURL as wrong:
        raise NotWitnessed(f"a witness is asked over http or https: {wrong}") from wrong
    except httpx2.HTTPError as away:
        raise NotWitnessed(f"the witness does not answer: {type(away).__name__}") from away
    return answer.status_code, told.decode(errors="replace")


def handler_for(witness: "Witness", log_key: "Key") -> type[BaseHTTPRequestHandler]:
    """What answers the requests of one log."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if self.path != PATH or length > LARGEST:
                self._answer(404 if self.path != PATH else 413, "nothing is taken here\n")
                return
            self._answer(*answered(witness, log_key, self.rfile.read(length)))

        def _answer(self, status: int, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            kind = "text/x.tlog.size" if status == 409 else "text/plain; charset=utf-8"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def answered(witness: "Witness", log_key: "Key", body: bytes) -> tuple[int, str]:
    """Status and text for one request: the cosignature, or why there is none."""
    from adapters.checkpoints import BadCheckpoint, read
    from adapters.witnessing import NotWitnessed

    try:
        head, _, note = body.decode().partition("\n\n")
        first, *steps = head.splitlines()
        since = int(first.removeprefix("old "))
        path = [b64decode(step, validate=True) for step in steps]
        new, signatures = read(note)
    except (ValueError, BadCheckpoint) as error:
        return 400, f"{error}\n"
    if new.origin != log_key.name:
        return 404, "this witness does not know that log\n"
    if not any(log_key.signed(new, signature) for signature in signatures):
        return 403, "the checkpoint is not signed with the log's key\n"
    seen = witness.last_seen()
    if (seen.size if seen else 0) != since:
        return 409, f"{seen.size if seen else 0}\n"
    try:
        return 200, witness.cosign(note, log_key, path, datetime.now(UTC)).line
    except NotWitnessed as refused:
        return 422, f"{refused}\n"
