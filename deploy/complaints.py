"""What an installer's complaints mean, in plain words, and what to do about them."""

from pathlib import Path
from typing import NamedTuple


class Complaint(NamedTuple):
    """Words by which a cause is known, and the remedy."""

    signs: tuple[str, ...]
    remedy: str


COMPLAINTS = (
    Complaint(
        ("no space left", "disk quota", "disk is full"),
        "the disk is full: make room where {folder} lies, then start again.",
    ),
    Complaint(
        ("hash mismatch", "do not match the hashes"),
        "a fetched file is not the one that was locked; nothing of it was installed. "
        "Check what stands between you and the package index.",
    ),
    Complaint(
        (
            "failed to fetch",
            "dns error",
            "connection",
            "timed out",
            "network",
            "name resolution",
            "no matching distribution",
            "could not find a version",
            "client error",
        ),
        "the packages could not be fetched: is there a network, and does pip reach its package "
        "index? PIP_INDEX_URL and UV_INDEX_URL name an index of your own. What was fetched so far "
        "is kept.",
    ),
    Complaint(
        ("permission denied", "read-only file system"),
        "no right to write: copy the project to a folder of yours, or set BIMA_VENV and "
        "BIMA_HOME to folders that you may write.",
    ),
)


def explain(said: str, venv: Path) -> str:
    """The remedy for what an installer said, followed by the end of its own words."""
    words = said.lower()
    known = (c.remedy for c in COMPLAINTS if any(sign in words for sign in c.signs))
    unknown = "the installation failed; removing {venv} and starting again may help."
    remedy = next(known, unknown).format(folder=venv.parent, venv=venv)
    lines = [line for line in said.splitlines() if not line.startswith("WARNING: Retrying")]
    return "\n".join([remedy, "", *lines[-12:]])
