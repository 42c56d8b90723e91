"""Makes Bima ready on a machine that has only Python: an environment of its own in `.venv`,
filled from locked, hashed versions. Standard library only, and quick when nothing is to do.
"""

import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

PROJECT = Path(__file__).resolve().parent.parent
RUNTIME_LOCK = "requirements.lock"
DEVELOPER_LOCK = "requirements-dev.lock"
STAMP = "bima-stamp"
DEVELOPER_COMMANDS = frozenset({"test", "check", "lock"})


def run(arguments: Sequence[str]) -> NoReturn:
    """Make the environment ready if it is not, then become the command line inside it."""
    developer = bool(arguments) and arguments[0] in DEVELOPER_COMMANDS
    venv = environment_folder()
    if not is_ready(venv, developer):
        from deploy.install import InstallFailed, install  # needed once, so loaded only then

        try:
            install(venv, developer)
        except InstallFailed as failure:
            sys.exit(f"bima: {failure}")
        except KeyboardInterrupt:
            sys.exit("\nbima: stopped; the next start goes on from here")
    python = str(venv / "bin" / "python")
    os.environ.update(child_environment(venv))
    # -P: a folder named `cli` where the user happens to stand must not be taken for ours.
    os.execv(python, [python, "-P", "-m", "cli", *arguments])  # noqa: S606


def environment_folder() -> Path:
    """`BIMA_VENV`, or `.venv` beside the source."""
    return Path(os.environ.get("BIMA_VENV") or PROJECT / ".venv").expanduser().absolute()


def is_ready(venv: Path, developer: bool) -> bool:
    """Whether the environment holds exactly what the lock says, for a Python that still runs.

    The developer's environment holds the runtime's versions too, and serves both.
    """
    try:
        found = (venv / STAMP).read_text()
        python = (venv / "bin" / "python").resolve(strict=True)
    except OSError:
        return False
    locks = [DEVELOPER_LOCK] if developer else [RUNTIME_LOCK, DEVELOPER_LOCK]
    return any(found == stamp(lock, python) for lock in locks)


def stamp(lock: str, python: Path) -> str:
    """What identifies an environment: the locked versions, and the Python that its link leads to
    (after an upgrade of the system's Python it leads to another one)."""
    digest = hashlib.sha256((PROJECT / lock).read_bytes()).hexdigest()
    return f"{lock} {digest} {python}\n"


def child_environment(venv: Path) -> dict[str, str]:
    """What the command line's process needs in its environment.

    Where Python is told not to write compiled files beside the source, they go into `.venv`
    instead: compiling every library anew at each start would cost seconds.
    """
    wanted = {"PYTHONPATH": str(PROJECT)}
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        wanted["PYTHONPYCACHEPREFIX"] = str(venv / "pycache")
    return wanted
