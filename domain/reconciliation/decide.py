"""What we allow for reconciliations: a statement that says something, of the right account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.reconciliation.events import Differing, StatementReconciled
from domain.reconciliation.state import Reconciled, Reconciliation
from domain.refusals import RuleBroken

MOST_DIFFERENCES = 2_000
"""More of them tell that it is another account's statement, not what to do line by line."""


@dataclass(frozen=True, slots=True)
class ReconcileStatement:
    """`number` is that of a statement which is compared for the first time."""

    number: str
    statement: str
    digest: str
    from_on: date
    until_on: date
    lines: int
    matched: int
    differences: tuple[Differing, ...]
    reconciled_by: str


def decide(before: Reconciliation, command: ReconcileStatement) -> Sequence[StatementReconciled]:
    """Raises RuleBroken `reconciliation.another_account`."""
    if len(command.differences) > MOST_DIFFERENCES:
        raise RuleBroken(
            "reconciliation.another_account",
            f"{len(command.differences)} differences: is it the statement of another account?",
            field="content",
        )
    known = before if isinstance(before, Reconciled) else None
    return [
        StatementReconciled(
            number=known.number if known else command.number,
            run=known.runs + 1 if known else 1,
            statement=command.statement,
            digest=command.digest,
            from_on=command.from_on,
            until_on=command.until_on,
            lines=command.lines,
            matched=command.matched,
            differences=command.differences,
            reconciled_by=command.reconciled_by,
        )
    ]
