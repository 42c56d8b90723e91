"""Puts an export into the ledger, batch by batch, with a bar that tells how far it is."""

from collections.abc import Iterator
from itertools import islice
from uuid import uuid4

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.importing.records import Export
from cli.importing.rejects import Reject
from commands.context import Context, Desk
from commands.taking_over import Taken, Taking, take_over

BATCH = 500
ACTOR = "import"


def record(desk: Desk, export: Export, *, show: bool) -> dict[str, dict[str, int]]:
    """Take over every section; counts by kind of record. Refused records join the rejects."""
    counts: dict[str, dict[str, int]] = {}
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not show) as bars:
        for section in export.sections:
            bar = bars.add_task(section.title, total=section.count)
            taken = Taken()
            for batch in batches(section.takings()):
                taken.add(take_over(desk, context(desk, export), batch))
                bars.advance(bar, len(batch))
            export.rejects += [refused(source, reason) for source, reason in taken.refused]
            counts[section.title] = {
                "read": section.count,
                "new": taken.new,
                "extended": taken.extended,
                "known": taken.known,
                "refused": len(taken.refused),
            }
    return counts


def batches(takings: Iterator[Taking]) -> Iterator[list[Taking]]:
    while batch := list(islice(takings, BATCH)):
        yield batch


def context(desk: Desk, export: Export) -> Context:
    """Recorded now, by the import; every fact brings its own day with it."""
    run = uuid4()
    return Context(
        actor=f"{ACTOR}:{export.origin}",
        command_id=run,
        correlation_id=run,
        recorded_at=desk.clock.now(),
        effective_on=desk.clock.today(),
        reason="taken over from another system",
    )


def refused(source: str, refusal: Exception) -> Reject:
    """A record that the ledger refused, as a rejected row."""
    file, _, line = source.rpartition(":")
    code = getattr(refusal, "code", "")
    return Reject(file, int(line) if line.isdigit() else 0, "", code, "", str(refusal))
