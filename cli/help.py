"""List all commands with a line each, or tell more about one."""

import ast
import sys
from importlib.util import find_spec
from pathlib import Path


def summary(module: str) -> str:
    """The first line that a command says about itself, read without loading its libraries.

    It stands at the function that Typer calls; one with subcommands says it where `app` is made.
    """
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    commands = [node for node in tree.body if isinstance(node, ast.FunctionDef) and _is_run(node)]
    at_app = (help_ for node in tree.body if (help_ := _help_of_app(node)))
    at_function = ast.get_docstring(commands[0]) if len(commands) == 1 else None
    said = next(at_app, None) or at_function or ast.get_docstring(tree) or ""
    return said.split("\n\n", 1)[0].replace("\n", " ")


def overview() -> str:
    """The list of all commands."""
    from cli.main import COMMANDS

    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:<{width}}{summary(module)}" for name, module in COMMANDS.items()]
    head = "Bima keeps a health insurer's ledger.\n\nUsage: bima COMMAND [OPTIONS]\n\n"
    return head + "\n".join(lines) + "\n\n`bima COMMAND --help` tells more about one.\n"


def app(args: list[str], prog_name: str) -> None:
    """List all commands with a line each, or tell more about one."""
    from cli.main import COMMANDS, run

    if args and args[0] in COMMANDS and args[0] != "help":
        run(args[0], ["--help"])
    sys.stdout.write(overview())


def _is_run(node: ast.FunctionDef) -> bool:
    """Whether Typer calls this function: `@app.command(...)` or `@app.callback(...)`."""
    calls = (step for step in node.decorator_list if isinstance(step, ast.Call))
    return any(ast.unparse(call.func) in ("app.command", "app.callback") for call in calls)


def _help_of_app(node: ast.stmt) -> str:
    """The help in `app = typer.Typer(help="...")`; empty for any other statement."""
    match node:
        case ast.Assign(targets=[ast.Name(id="app")], value=ast.Call(keywords=keywords)):
            given = (word.value for word in keywords if word.arg == "help")
            return next((str(v.value) for v in given if isinstance(v, ast.Constant)), "")
        case _:
            return ""
