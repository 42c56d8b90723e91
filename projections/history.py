"""The whole life of a thing in words: what happened, who did it, when, why and what followed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from adapters.envelope import Recorded
from adapters.postgres import Connection
from domain.claim.events import ClaimAdjudicated
from domain.money import Money
from projections.as_known import AsKnown, known
from projections.declaring import OWN, Column, Row
from projections.explaining import explained
from projections.related import Related, ids_in
from projections.subjects import BY_AGGREGATE, Kind, find, numbers
from projections.telling import plain, tell


class NotFound(LookupError):
    """There is no such thing, or the ledger did not know of it then."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event. `subject` is whose it is (`own`: the one that was asked for); `changed` what it
    changed of what is shown of it; `caused_by` the position of the event that led to it."""

    position: int
    subject: str
    own: bool
    stream_id: UUID
    version: int
    event: str
    recorded_at: datetime
    effective_on: date
    actor: str
    reason: str
    command_id: UUID
    correlation_id: UUID
    caused_by: int | None
    words: str
    changed: dict[str, str]
    fact: Any


@dataclass(frozen=True, slots=True)
class Life:
    """`events` are its own and those that belong to them, in the order of recording;
    `background` what was recorded of others that it names. `stands` is what is shown of it at
    the end, `explanation` how it was decided, line by line."""

    kind: str
    subject: str
    stream_id: UUID
    known_at: datetime | None
    effective_on: date | None
    stands: dict[str, str]
    events: list[Told]
    explanation: list[str] = field(default_factory=list)
    background: list[Told] = field(default_factory=list)


def life(
    conn: Connection,
    tenant: int,
    kind: Kind,
    asked: str,
    known_at: datetime | None = None,
    effective_on: date | None = None,
) -> Life:
    """Everything that was recorded of a thing, by its number or id; raises NotFound.

    `known_at` leaves out what was recorded later, `effective_on` what holds from a later day on.
    """
    related = Related(conn, tenant)
    stream_id = find(conn, tenant, kind, asked)
    everything = [] if stream_id is None else related.stream(stream_id)
    if stream_id is None or not everything or _aggregate(everything[0]) != kind.aggregate:
        raise NotFound(f"there is no {kind.name} {asked}")
    own = known(everything, known_at, effective_on)
    if not own:
        raise NotFound(f"{kind.name} {asked} was not known, or not in force, at that time")

    def then(events: Iterable[Recorded]) -> list[Recorded]:
        """Of other streams, each event is known or not by itself."""
        return [event for event in events if known([event], known_at, effective_on)]

    beside = then(related.beside(own))
    told_already = {event.position for event in beside}
    behind = [e for e in then(related.behind(own)) if e.position not in told_already]
    facts = [event.fact for event in (*own, *beside, *behind)]
    streams = {event.stream_id for event in (*own, *beside, *behind)}
    names = numbers(conn, tenant, streams | ids_in(facts))
    teller = _Teller(tenant, names, stream_id)
    events = [teller.told(event) for event in sorted([*own, *beside], key=_position)]
    return Life(
        kind=kind.name,
        subject=names.get(stream_id, f"{kind.name} {stream_id}"),
        stream_id=stream_id,
        known_at=known_at,
        effective_on=effective_on,
        stands=teller.stands(stream_id),
        events=events,
        explanation=explanation_of(own),
        background=[teller.told(event) for event in behind],
    )


def explanation_of(events: Iterable[Recorded]) -> list[str]:
    """The determinations among these events, line by line."""
    return [
        line
        for event in events
        if isinstance(event.fact, ClaimAdjudicated)
        for line in explained(event.fact.determination)
    ]


def _position(event: Recorded) -> int:
    return event.position


def _aggregate(event: Recorded) -> str:
    return event.name.partition(".")[0]


class _Teller:
    """Tells events one after another, and what each changed of what is shown."""

    def __init__(self, tenant: int, names: dict[UUID, str], own: UUID) -> None:
        self._tenant = tenant
        self._names = names
        self._own = own
        self._shown: dict[UUID, _Shown] = {}

    def told(self, event: Recorded) -> Told:
        meta = event.meta
        return Told(
            position=event.position,
            subject=self._names.get(event.stream_id, _aggregate(event)),
            own=event.stream_id == self._own,
            stream_id=event.stream_id,
            version=event.version,
            event=event.name,
            recorded_at=meta.recorded_at,
            effective_on=meta.effective_on,
            actor=meta.actor,
            reason=meta.reason,
            command_id=meta.command_id,
            correlation_id=meta.correlation_id,
            caused_by=meta.caused_by,
            words=tell(event.fact, self._names),
            changed=self._changed(event),
            fact=event.fact,
        )

    def stands(self, stream_id: UUID) -> dict[str, str]:
        """What is shown of it after all that was told."""
        shown = self._shown.get(stream_id)
        values = {} if shown is None else shown.values(self._names)
        return {name: text for name, (text, nought) in values.items() if not nought}

    def _changed(self, event: Recorded) -> dict[str, str]:
        kind = BY_AGGREGATE.get(_aggregate(event))
        if kind is None:
            return {}
        shown = self._shown.get(event.stream_id)
        if shown is None:
            if event.version != 1 and event.stream_id != self._own:
                return {}  # what it changed cannot be told from a part of its life
            shown = self._shown[event.stream_id] = _Shown(self._tenant, kind)
        return shown.after(event, self._names)


class _Shown:
    """What is shown of one thing, event by event."""

    def __init__(self, tenant: int, kind: Kind) -> None:
        self._table = kind.table
        self._rows = AsKnown(kind.projection, tenant, ())

    def after(self, event: Recorded, names: dict[UUID, str]) -> dict[str, str]:
        """What this event changed: the new values, after the old ones where there were any."""
        before = self.values(names)
        self._rows.apply(event)
        now = self.values(names)
        changed = {}
        for name in dict.fromkeys((*before, *now)):
            (old, _), (new, nought) = before.get(name, ("", True)), now.get(name, ("", True))
            if old and old != new:
                changed[name] = f"{old} → {new or 'nothing'}"
            elif old != new and not nought:
                changed[name] = new
        return changed

    def values(self, names: dict[UUID, str]) -> dict[str, tuple[str, bool]]:
        """Everything that is shown, and whether it is nought; personal contents are left out."""
        values = {}
        for row in self._rows.of(self._table):
            label = "" if len(self._table.key) == 1 else f"{_label(row, self._table.key)} "
            for column in self._table.columns:
                value = getattr(row, column.name)
                if column.name in OWN or column.name in self._table.key or _empty(value):
                    continue
                nought = isinstance(value, int | Decimal) and not value
                values[label + _title(column)] = _value(row, column, names), nought
        return values


def _empty(value: object) -> bool:
    return value is None or value is False or value in ("", ())


def _label(row: Row, key: tuple[str, ...]) -> str:
    return " ".join(str(getattr(row, name)) for name in key[1:])


def _title(column: Column) -> str:
    ending = "_minor" if column.mark.money else "_id"
    return column.name.removesuffix(ending).replace("_", " ")


def _value(row: Row, column: Column, names: dict[UUID, str]) -> str:
    value = getattr(row, column.name)
    if column.personal:
        return "(personal)"
    if column.mark.money:
        return str(Money(value, row.currency))  # type: ignore[attr-defined]  # amounts have one
    return plain(value, names).removeprefix(f"{_title(column)} ")
