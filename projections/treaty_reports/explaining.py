"""From a line of a report to the events that it follows from, and from an event to its lines."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol
from uuid import UUID

from adapters.envelope import Recorded
from adapters.event_store import EventStore
from domain.cession.events import CededLine
from domain.money import Money
from domain.refusals import RuleBroken
from projections.canonical import cell
from projections.telling import tell
from projections.treaty_reports.building import Built


class Reporting(Protocol):
    """What explaining needs of the desk of reports."""

    def made(self, wanted: Any) -> Built: ...

    @property
    def store(self) -> EventStore: ...


def explained(
    desk: Reporting, wanted: Any, line: str = "", event: str = ""
) -> list[dict[str, Any]]:
    """The lines asked for (by id, by claim or policy number, or by an event that went into them),
    each with its amounts and the events behind them; raises RuleBroken where there is none."""
    built = desk.made(wanted)
    chosen = [
        row
        for row in built.rows
        if (not line and not event)
        or (line and line in (row["line_id"], row.get("claim_ref"), row["policy_ref"]))
        or (event and event in _events(row))
    ]
    if not chosen:
        raise RuleBroken(
            "report.no_such_line",
            f"no line of {built.asked.report_id} is {line or 'made of ' + event}",
            field="line",
        )
    known = _recorded(desk.store, {one for row in chosen for one in _events(row)})
    return [
        {
            "line_id": cell(row["line_id"]),
            "cells": {
                column: cell(row[column])
                for column in built.asked.layout.columns
                if isinstance(row[column], Money) and row[column]
            },
            "events": [_told(known[one], built, row) for one in _events(row) if one in known],
        }
        for row in chosen
    ]


def _events(row: Any) -> tuple[str, ...]:
    named = row["source_event_ids"]
    return tuple(named) if isinstance(named, tuple | list) else ()


def _recorded(store: EventStore, wanted: Iterable[str]) -> dict[str, Recorded]:
    streams: dict[UUID, set[int]] = {}
    for one in wanted:
        stream, _, version = one.rpartition(":")
        streams.setdefault(UUID(stream), set()).add(int(version))
    return {
        f"{stream}:{event.version}": event
        for stream, versions in streams.items()
        for event in store.stream(stream)
        if event.version in versions
    }


def _told(event: Recorded, built: Built, row: Any) -> dict[str, Any]:
    return {
        "event": f"{event.stream_id}:{event.version}",
        "position": event.position,
        "name": event.name,
        "on": event.meta.effective_on.isoformat(),
        "recorded_at": cell(event.meta.recorded_at),
        "actor": event.meta.actor,
        "words": tell(event.fact),
        "why": list(_why(event, built, row)),
    }


def _why(event: Recorded, built: Built, row: Any) -> Iterator[str]:
    """The way of the incurred loss through the section of the row, where this event posted it."""
    for line in getattr(event.fact, "lines", ()):
        if not isinstance(line, CededLine) or line.treaty_id != built.asked.treaty_id:
            continue
        if line.section != row.get("layer_id"):
            continue
        yield f"{line.section}: {line.base_incurred} reached it; {line.incurred} posted now"
        for step in line.why:
            yield f"  {step.rule}: {step.amount}"
