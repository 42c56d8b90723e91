"""`python -m tests.support.small_stack FOLDER`: run it under the real supervisor."""

import sys
from dataclasses import replace
from pathlib import Path

from deploy.folders import NotReady
from deploy.parts import PARTS, Part, runs_for
from deploy.supervisor import Supervisor

HERE = "tests.support.small_stack"


def _small(part: Part) -> Part:
    """The same part with a small program behind it."""
    words = {"workers.actors": f"{HERE}.tasks", "api.serving": f"{HERE}.web"}
    arguments = tuple(words.get(word, word) for word in part.arguments)
    return replace(part, arguments=arguments)


def main() -> None:
    real = {part.name: _small(part) for part in PARTS}
    table = (Part("waits", (f"{HERE}.waits",), runs_for(0.1)), real["workers"], real["api"])
    try:
        Supervisor(Path(sys.argv[1]), "127.0.0.1", 0, print, table).run()
    except NotReady as failure:
        sys.exit(str(failure))


main()
