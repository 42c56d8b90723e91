"""Taking over records of another system, many at a time: each once, and only what is new of it.

A record keeps its identity: its stream id follows from the id that the other system gave it, so
that a second run meets what the first one made. Dates of the other system become effective days;
the recorded instant is now.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from adapters.envelope import Batch, Change, CommandReused, Conflict, Loaded, Receipt
from commands.context import Context, Desk
from commands.members import NATIONAL_ID, normalised
from domain.decider import Decider
from domain.ids import numbered
from domain.refusals import Refused
from domain.register import REGISTER
from domain.register.decide import RegisterValue

ORIGINS = UUID("3c1a6c38-5f0e-5a39-a0fb-2f6f3a1de5b7")
TRIES = 3


def origin_id(origin: str, kind: str, native_id: str) -> UUID:
    """The stream id of a record of another system."""
    return uuid5(ORIGINS, f"{origin}|{kind}|{native_id}")


@dataclass(frozen=True, slots=True)
class Taking:
    """One record to take over.

    `commands` makes the commands to carry out, one after the other, from the number that a new
    record gets and from the state that stands. `day_of` tells from which day a fact holds.
    `source` says where the record stands, for messages.
    """

    decider: Decider[Any, Any, Any]
    stream_id: UUID
    commands: Callable[[str, Any], Sequence[Any]]
    day_of: Callable[[Any], date]
    series: str
    source: str
    national_id: str = ""


@dataclass(slots=True)
class Taken:
    """What became of a batch: new records, extended ones, known ones, and refusals by source."""

    new: int = 0
    extended: int = 0
    known: int = 0
    refused: list[tuple[str, Refused]] = field(default_factory=list)

    def add(self, other: "Taken") -> None:
        self.new += other.new
        self.extended += other.extended
        self.known += other.known
        self.refused += other.refused


def take_over(desk: Desk, context: Context, takings: Sequence[Taking]) -> Taken:
    """Take a batch over; each record is whole or not at all, and a refused one stops no other.

    Raises Conflict when others keep changing the same records.
    """
    taken = Taken()
    waiting = list(takings)
    for _ in range(TRIES):
        waiting = _once(desk, context, waiting, taken)
        if not waiting:
            return taken
    raise Conflict(f"{len(waiting)} records are being changed by somebody else")


def _once(desk: Desk, context: Context, takings: Sequence[Taking], taken: Taken) -> list[Taking]:
    """One round over the batch; answers what lost a race and must be decided again."""
    loaded = _load(desk, takings)
    fresh = [t for t in takings if not loaded[t.stream_id].version]
    numbers = _numbers(desk, context, fresh)
    registers = _registers(desk, takings)
    batches: list[tuple[Taking, Batch]] = []
    for taking in takings:
        standing = loaded[taking.stream_id]
        try:
            changes = _changes(desk, taking, standing, numbers, registers)
        except Refused as refusal:
            taken.refused.append((taking.source, refusal))
            continue
        if not any(change.facts for change in changes):
            taken.known += 1
            continue
        batches.append((taking, Batch(changes, _meta(context, taking, standing))))
    return _record(desk, batches, loaded, taken)


def _load(desk: Desk, takings: Sequence[Taking]) -> dict[UUID, Loaded[Any]]:
    found: dict[UUID, Loaded[Any]] = {}
    for decider in {t.decider.name: t.decider for t in takings}.values():
        wanted = [t.stream_id for t in takings if t.decider is decider]
        found |= desk.store.load_many(decider, wanted)
    return found


def _numbers(desk: Desk, context: Context, fresh: Sequence[Taking]) -> dict[UUID, str]:
    """A number for each new record, taken in one block for each series."""
    year = context.recorded_at.year
    given: dict[UUID, str] = {}
    for series in sorted({t.series for t in fresh if t.series}):
        wanted = [t for t in fresh if t.series == series]
        block = desk.numbers.take(f"{series}|{year}", len(wanted))
        given |= {
            t.stream_id: numbered(series, year, n) for t, n in zip(wanted, block, strict=True)
        }
    return given


def _registers(desk: Desk, takings: Sequence[Taking]) -> dict[UUID, Loaded[Any]]:
    ids = [_entry(desk, t.national_id) for t in takings if normalised(t.national_id)]
    return dict(desk.store.load_many(REGISTER, ids)) if ids else {}


def _entry(desk: Desk, national_id: str) -> UUID:
    return desk.blind.of(NATIONAL_ID, normalised(national_id))


def _changes(
    desk: Desk,
    taking: Taking,
    standing: Loaded[Any],
    numbers: dict[UUID, str],
    registers: dict[UUID, Loaded[Any]],
) -> tuple[Change, ...]:
    facts: list[Any] = []
    state = standing.state
    for command in taking.commands(numbers.get(taking.stream_id, ""), state):
        decided = taking.decider.decide(state, command)
        state = taking.decider.fold(decided, state)
        facts += decided
    change = Change(standing, tuple(facts), tuple(taking.day_of(fact) for fact in facts))
    if not normalised(taking.national_id) or standing.version:
        return (change,)
    entry = registers[_entry(desk, taking.national_id)]
    mine = RegisterValue(NATIONAL_ID, taking.stream_id)
    return (change, Change(entry, tuple(REGISTER.decide(entry.state, mine))))


def _meta(context: Context, taking: Taking, standing: Loaded[Any]) -> Any:
    """Its own command id for each record and version: a repeated batch is one effect."""
    command_id = uuid5(taking.stream_id, f"taken over|{standing.version}")
    return replace(context.meta(), command_id=command_id)


def _record(
    desk: Desk,
    batches: Sequence[tuple[Taking, Batch]],
    loaded: dict[UUID, Loaded[Any]],
    taken: Taken,
) -> list[Taking]:
    answers = desk.store.append_many([batch for _, batch in batches])
    again: list[Taking] = []
    for (taking, _), answer in zip(batches, answers, strict=True):
        match answer:
            case Receipt(repeated=True):
                taken.known += 1
            case Receipt() if loaded[taking.stream_id].version:
                taken.extended += 1
            case Receipt():
                taken.new += 1
            case Conflict() | CommandReused():
                again.append(taking)
    return again
