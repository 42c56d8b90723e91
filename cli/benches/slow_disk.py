"""A server whose disk takes a millisecond longer for every flush, as a disk in a cloud does.

Two ways. With a C compiler at hand a small library is put in front of the server's `fsync` and
`fdatasync`. Without one the server's own `commit_delay` waits before the flush of each commit,
which is gentler: whoever comes during the wait is flushed with the others.
"""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

DELAY_US = 1_000
WITH_COMPILER = "every fsync and fdatasync of the server takes 1 ms longer"
WITHOUT_COMPILER = "commit_delay is 1 ms: without a C compiler, and gentler than a slow disk"
SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
static int late(const char *name, int file) {
    int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, name);
    usleep(%d);
    return real(file);
}
int fsync(int file) { return late("fsync", file); }
int fdatasync(int file) { return late("fdatasync", file); }
"""


class Slower(NamedTuple):
    """What makes a server slow, and how that is told to whoever reads the figures."""

    settings: Mapping[str, str]
    environment: Mapping[str, str]
    told: str


def slower(folder: Path) -> Slower:
    """The first way where a compiler is there, else the second; files go to `folder`."""
    made = _library(folder)
    if made is not None:
        return Slower({}, {"LD_PRELOAD": str(made)}, WITH_COMPILER)
    waits = {"commit_delay": str(DELAY_US), "commit_siblings": "0"}
    return Slower(waits, {}, WITHOUT_COMPILER)


def told() -> str:
    """How `slower` does it on this machine."""
    return WITH_COMPILER if _compiler() else WITHOUT_COMPILER


def _compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def _library(folder: Path) -> Path | None:
    compiler = _compiler()
    if compiler is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    source, made = folder / "slow_disk.c", folder / "slow_disk.so"
    source.write_text(SOURCE % DELAY_US)
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(made), str(source), "-ldl"]
    subprocess.run(command, capture_output=True, check=True)
    return made
