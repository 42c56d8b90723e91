"""Renewing the locked versions of everything that Bima is built on."""

import subprocess
from typing import Annotated

import typer

from deploy.bootstrap import DEVELOPER_LOCK, PROJECT, RUNTIME_LOCK, environment_folder
from deploy.install import INSTALLER_LOCK, installer

app = typer.Typer(add_completion=False)

# Every platform and Python in one file, hashes, and no address of any package index.
COMPILE = (
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--generate-hashes",
    "--python-version=3.11",
    "--no-header",
    "--no-emit-index-url",
    "--no-emit-find-links",
)


@app.command()
def lock(
    upgrade: Annotated[bool, typer.Option(help="Take the newest allowed versions.")] = False,
) -> None:
    """Renew the locked versions of the libraries from pyproject.toml (needs a network)."""
    uv = installer(environment_folder())
    newer = ["--upgrade"] if upgrade else []
    compile_ = [uv, *COMPILE, *newer]
    own_version = INSTALLER_LOCK.read_text().split(" ", 1)[0]
    wanted = "uv" if upgrade else own_version
    _run([*compile_, f"--output-file={INSTALLER_LOCK}", "-"], wanted)
    _run([*compile_, f"--output-file={RUNTIME_LOCK}", "pyproject.toml"])
    # The developers' versions must be those that run: one environment serves both.
    both = [f"--constraint={RUNTIME_LOCK}", "--group=dev", f"--output-file={DEVELOPER_LOCK}"]
    _run([*compile_, *both, "pyproject.toml"])
    typer.echo(
        "The locks are renewed. `bima test` installs them and tells whether all still works."
    )


def _run(command: list[object], given: str = "") -> None:
    done = subprocess.run(list(map(str, command)), cwd=PROJECT, input=given, text=True, check=False)
    if done.returncode != 0:
        raise typer.Exit(1)
