"""Programs that a machine lacks: Debian's packages, fetched and unpacked, never installed."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest


def unpack(
    into: Path, fetching: Callable[[Path], Sequence[str]], otherwise: str, seconds: float
) -> None:
    """Fetch packages by the command that `fetching` gives for a folder, and unpack them.

    Skips the test loudly, with what to do `otherwise`, where they cannot be fetched in so many
    seconds. Several processes may do it at once.
    """
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        pytest.skip(otherwise)
    with tempfile.TemporaryDirectory(prefix=f"{into.name}-") as text:
        folder = Path(text)
        (folder / "partial").mkdir()
        try:
            _run(fetching(folder), folder, seconds)
            for package in folder.glob("*.deb"):
                _run(["dpkg", "-x", str(package), str(folder / "root")], folder, seconds)
        except (subprocess.SubprocessError, OSError):
            pytest.skip(f"Debian's packages cannot be fetched; {otherwise}")
        with suppress(OSError):  # another process of the run was first
            (folder / "root").rename(into)


def _run(command: Sequence[str], folder: Path, seconds: float) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=seconds)
