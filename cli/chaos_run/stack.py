"""The supervisor of a trial's stack: `python -m cli.chaos_run.stack`, as `bima up` runs it, with
the simulated bank as one more process, over HTTP.

With `BIMA_PLANTED` in its environment, its parts are started with that defect.
"""

import os
from dataclasses import replace
from pathlib import Path

import typer

from adapters.settings import get_settings
from deploy.folders import PROJECT
from deploy.parts import PARTS, Part, says
from deploy.supervisor import Supervisor

PLANTED = Path(__file__).parent / "planted"
BANK = Part("bank", ("cli", "simulator"), says("the simulated bank is open"))
ALL_PARTS = (BANK, *PARTS)


def parts() -> tuple[Part, ...]:
    """The parts as always; with a defect, Python finds what plants it on their path."""
    if "BIMA_PLANTED" not in os.environ:
        return ALL_PARTS
    path = {"PYTHONPATH": f"{PLANTED}{os.pathsep}{PROJECT}"}
    return tuple(replace(part, environment={**part.environment, **path}) for part in ALL_PARTS)


def main() -> None:
    settings = get_settings()

    def tell(part: str, what: str) -> None:
        typer.echo(f"{part:<11} {what}")

    Supervisor(settings.state_dir, "127.0.0.1", 0, tell, parts()).run()


if __name__ == "__main__":
    main()
