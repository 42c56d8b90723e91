"""The table of everything that `bima` can do, and the way from a command's name to its file.

A command is a file of this folder with `app`, a Typer application. Its file is loaded only when
it is asked for, so that a short answer does not wait for the libraries of a long one.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

COMMANDS = {
    "demo": "cli.demo",
    "up": "cli.up",
    "down": "cli.down",
    "status": "cli.status",
    "doctor": "cli.doctor",
    "migrate": "cli.migrate",
    "test": "cli.test",
    "check": "cli.check",
    "user": "cli.user",
    "openapi": "cli.openapi",
    "api": "cli.api",
    "import": "cli.import_",
    "cases": "cli.cases",
    "rebuild": "cli.rebuild",
    "verify": "cli.verify",
    "evidence": "cli.evidence",
    "witness": "cli.witness",
    "replay": "cli.replay",
    "whatif": "cli.whatif",
    "left": "cli.left",
    "cascade": "cli.cascade",
    "bordereau": "cli.bordereau",
    "treaty": "cli.treaty",
    "verify-report": "cli.verify_report",
    "eob": "cli.eob",
    "remittance": "cli.remittance",
    "movements": "cli.movements",
    "triangle": "cli.triangle",
    "actuarial": "cli.actuarial",
    "explain": "cli.explain",
    "ml": "cli.ml",
    "failures": "cli.failures",
    "webhooks": "cli.webhooks",
    "deadlines": "cli.deadlines",
    "reconcile": "cli.reconcile",
    "simulator": "cli.simulator",
    "erase": "cli.erase",
    "hold": "cli.hold",
    "keys": "cli.keys",
    "export": "cli.export",
    "bench": "cli.bench",
    "chaos": "cli.chaos",
    "lock": "cli.lock",
    "sbom": "cli.sbom",
    "help": "cli.help",
}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end with its exit code: 0 done, 1 not done, 2 asked wrongly."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    name, *rest = words or ["help"]
    if name in ("-h", "--help"):
        name = "help"
    if name not in COMMANDS:
        import difflib

        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f"did you mean `bima {near[0]}`?" if near else "`bima help` lists the commands"
        sys.exit(_complain(f"there is no command `{name}`; {hint}", 2))
    run(name, rest)


def run(name: str, arguments: Sequence[str]) -> NoReturn:
    """Run the command `name` with its own arguments, and say plainly what went wrong."""
    from deploy.folders import NotReady

    try:
        import_module(COMMANDS[name]).app(args=list(arguments), prog_name=f"bima {name}")
    except NotReady as failure:
        sys.exit(_complain(str(failure), 1))
    except KeyboardInterrupt:
        sys.exit(_complain("stopped", 130))
    except BrokenPipeError:  # the reader (`| head`) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except Exception as error:
        if (words := _outage(error)) is None:
            raise
        sys.exit(_complain(words, 1))
    sys.exit(0)


def _outage(error: Exception) -> str | None:
    """What to say where a server cannot be reached; None for a fault of our own."""
    told = {
        ("psycopg", "OperationalError"): "database",
        ("redis", "ConnectionError"): "queue server",
    }
    for (library, name), server in told.items():
        loaded = sys.modules.get(library)
        if loaded is not None and isinstance(error, getattr(loaded, name)):
            return f"the {server} does not answer: {error}\n`bima doctor` looks into it"
    return None


def _complain(text: str, code: int) -> int:
    print(f"bima: {text}", file=sys.stderr)
    return code
