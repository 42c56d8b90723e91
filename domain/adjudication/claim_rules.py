"""What may be done with a claim at each stage, under a number that is never used twice."""

from collections.abc import Iterable

# Stages of a claim in a scheme: entered (not yet submitted), checked, processed (waiting for the
# index), valuated, rejected.
MAY: dict[str, frozenset[str]] = {
    "edit": frozenset({"entered", "checked"}),
    "submit": frozenset({"entered"}),
    "delete": frozenset({"entered"}),
    "withdraw": frozenset({"entered", "checked"}),
    "review": frozenset({"checked"}),
    "process": frozenset({"checked"}),
    "restore": frozenset({"rejected"}),
    "reverse": frozenset({"processed", "valuated"}),
    "correct": frozenset({"processed", "valuated"}),
    "replace": frozenset({"processed", "valuated"}),
    "pay": frozenset({"valuated"}),
}


def may(command: str, stage: str) -> bool:
    """Whether a command may be carried out on a claim at a stage; an unknown one never."""
    return stage in MAY.get(command, frozenset())


def number_is_taken(number: str, used: Iterable[str]) -> bool:
    """A claim number is used once, whatever became of the claim that had it."""
    return number in set(used)


def refusal_to_delete_policy(claims_valued: int) -> str | None:
    """A policy on which claims have been valued stays; None = it may be deleted."""
    return "POLICY_USED_BY_CLAIMS" if claims_valued else None
