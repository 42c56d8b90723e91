"""Processes of a test's own, quickly: what nearly all of ours load is loaded once, by a process
from which each is then forked."""

from multiprocessing import get_context

LOADED = ["cli.main", "typer", "rich.console", "commands.desk", "migrations.apply", "projections"]
FORKED = get_context("forkserver")
FORKED.set_forkserver_preload(LOADED)
