"""How every command is carried out: once per id, decided again when a race was lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from adapters.envelope import Change, Conflict, Loaded, Receipt
from adapters.event_store import EventStore
from adapters.postgres import Connection
from adapters.sitting import holds_any, load_anew
from commands.context import Context
from domain.decider import Decider
from domain.refusals import Refused

TRIES = 3
Command = TypeVar("Command")
UseCase = TypeVar("UseCase", bound=Callable[..., Any])
_brief: set[Callable[..., Any]] = set()


class LostRace(Refused):
    """Others kept changing the same records; the caller may try again."""


class StaleVersion(Refused):
    """The caller decided on an older version than the one that stands now."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a use case wants recorded, and what it answers. The first change is the main one.

    `also` is what must be stored beside the events in the same transaction and never in them,
    such as a password's hash.
    """

    changes: tuple[Change, ...]
    answer: dict[str, Any] = field(default_factory=dict)
    also: Callable[[Connection], None] | None = None

    @property
    def facts(self) -> tuple[tuple[UUID, Any], ...]:
        """Every new fact with the id of its stream, in the order of recording."""
        return tuple((c.loaded.stream_id, fact) for c in self.changes for fact in c.facts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command; a dry run has a decision and no receipt."""

    answer: dict[str, Any]
    receipt: Receipt | None
    decision: Decision | None


def brief(use_case: UseCase) -> UseCase:
    """Marks a use case that waits for the ledger alone and decides within milliseconds.

    A loop that answers many can carry it along with others; whatever is not marked has a thread.
    """
    _brief.add(use_case)
    return use_case


def is_brief(use_case: Callable[..., Any]) -> bool:
    return use_case in _brief


def changed(loaded: Loaded[Any], facts: Sequence[Any]) -> Change:
    return Change(loaded, tuple(facts))


def carry_out(store: EventStore, context: Context, decide: Callable[[], Decision]) -> Outcome:
    """Decide and record; a repeated command answers what it answered the first time.

    Raises what `decide` refuses, `CommandReused` for an id with another body, `LostRace` after
    three lost races, `StaleVersion` when `expected_version` names another version.
    """
    for _ in range(TRIES):
        held = holds_any()
        try:
            decision = decide()
            at_expected_version(decision, context.expected_version)
        except Refused:
            # Carried out before, it is refused now: the first answer is the right one.
            earlier = store.receipt(context.command_id, context.fingerprint)
            if earlier is not None:
                return Outcome(earlier.answer, earlier, None)
            if not held:
                raise
            load_anew()  # others may have changed meanwhile what it was decided on
            continue
        if context.dry_run:
            return Outcome(decision.answer, None, decision)
        try:
            receipt = store.append_together(
                decision.changes,
                context.meta(),
                fingerprint=context.fingerprint,
                answer=decision.answer,
                also=decision.also,
            )
        except Conflict:
            continue
        return Outcome(receipt.answer, receipt, decision)
    raise LostRace("command.lost_race", "others changed the same records; please try again")


def carry_out_on(
    store: EventStore,
    context: Context,
    decider: Decider[Any, Command, Any],
    stream_id: UUID,
    command: Command,
    *,
    answer: dict[str, Any] | None = None,
) -> Outcome:
    """Carry out one command to one stream; without `answer`, its id is the answer."""

    def decide() -> Decision:
        loaded = store.load(decider, stream_id)
        facts = decider.decide(loaded.state, command)
        return Decision((changed(loaded, facts),), answer or {"id": str(stream_id)})

    return carry_out(store, context, decide)


def at_expected_version(decision: Decision, expected: int | None) -> None:
    if expected is None or not decision.changes:
        return
    stands = decision.changes[0].loaded.version
    if stands != expected:
        raise StaleVersion(
            "command.stale_version",
            f"you decided on version {expected}; version {stands} stands now",
            version=stands,
        )
