"""Texts that occur nowhere else; what they may turn into is the trial's own (`traces`, `found`)."""

from hashlib import sha256

from cli.chaos_run.traces import found, traces

__all__ = ["canary", "found", "marker", "traces"]


def marker(group: str) -> str:
    """What all texts of a group begin with; it is written differently in every encoding."""
    return f"é{sha256(group.encode()).hexdigest()[:12]}/ß"


def canary(group: str, person: int, field: str) -> str:
    """A text of its own for a person and a field."""
    return f"{marker(group)} {field} {person:03d}"
