"""Commands of ours as a user gives them: each in a process of its own, with what it printed.

What they load takes longer than what most of them do, so they are forked from one that has loaded
it; `tests/cli` starts them from nothing.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.folders import PROJECT
from tests.support.forked import FORKED


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def bima(database_url: str, home: Path, *words: str) -> Done:
    """`./bima WORDS…` over this database, with `home` as its folder."""
    own = {"DATABASE_URL": database_url, "BIMA_HOME": str(home), "COLUMNS": "120"}
    with TemporaryDirectory(prefix="bima-test-told-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = FORKED.Process(target=_carry_out, args=(words, os.environ | own, out, err))
        process.start()
        process.join()
        assert process.exitcode is not None
        return Done(process.exitcode, out.read_text(), err.read_text())


def _carry_out(
    words: tuple[str, ...], environment: Mapping[str, str], out: Path, err: Path
) -> None:
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(PROJECT)
    from cli.main import main

    main(words)
