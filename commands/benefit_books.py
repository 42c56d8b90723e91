"""The accumulators that a decision gives back to and takes from, changed in memory and told at the
end: several claims of a policy may be decided one after another before anything is recorded."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from adapters.envelope import Change, Loaded
from commands.adjudication import Gathered
from commands.context import Desk
from commands.handling import changed
from domain.accumulator import ACCUMULATOR
from domain.accumulator.decide import ReleaseBenefit, RestoreBenefit, UseBenefit
from domain.accumulator.state import Accumulator
from domain.adjudication.balances import LIFE, Balances
from domain.adjudication.determination import Determination
from domain.claim.state import Submitted
from domain.ids import accumulator_id


def streams_of(claim: Submitted) -> tuple[UUID, ...]:
    """The accumulators that a determination took from: of the benefit years that its entries name
    (whatever the terms say today), and the one for life."""
    if claim.determination is None:
        return ()
    years = dict.fromkeys(e.year for e in claim.determination.entries if e.year != LIFE)
    starts = [date.fromisoformat(year) for year in years]
    return (
        *(accumulator_id(claim.policy_id, start) for start in starts),
        accumulator_id(claim.policy_id, None),
    )


def restored(desk: Desk, claim_id: UUID, claim: Submitted) -> tuple[Change, ...]:
    """Give back what an adjudicated claim had taken; nothing where it took nothing."""
    books = Books(desk)
    books.give_back(claim_id, claim)
    return books.changes()


class Books:
    """Accumulators by their ids, as they stand once everything so far is recorded."""

    def __init__(self, desk: Desk) -> None:
        self._store = desk.store
        self._loaded: dict[UUID, Loaded[Accumulator]] = {}
        self._states: dict[UUID, Accumulator] = {}
        self._facts: dict[UUID, list[Any]] = {}

    def state(self, stream_id: UUID) -> Accumulator:
        if stream_id not in self._states:
            self._put(self._store.load(ACCUMULATOR, stream_id))
        return self._states[stream_id]

    def give_back(self, claim_id: UUID, claim: Submitted) -> None:
        """What the claim took leaves no trace."""
        for stream_id in streams_of(claim):
            facts = ACCUMULATOR.decide(self.state(stream_id), RestoreBenefit(claim_id))
            self._add(stream_id, facts)

    def release(self, preauthorisation_id: UUID, streams: Sequence[UUID]) -> None:
        """What was reserved for an approval is free."""
        for stream_id in streams:
            state = self.state(stream_id)
            self._add(stream_id, ACCUMULATOR.decide(state, ReleaseBenefit(preauthorisation_id)))

    def balances_for(self, found: Gathered, claim: Submitted) -> Balances:
        """What a decision reads: the benefit year of service and life, without what was reserved
        for this very claim."""
        for loaded in (found.yearly, found.lifetime):
            if loaded.stream_id not in self._states:
                self._put(loaded)
        yearly = self._states[found.yearly.stream_id].without(claim.preauthorisation_id)
        life = self._states[found.lifetime.stream_id].without(claim.preauthorisation_id)
        return Balances({**yearly.totals, **life.totals}, life.uses)

    def take(
        self, claim_id: UUID, number: str, found: Gathered, determination: Determination
    ) -> None:
        """What the new determination takes."""
        yearly = tuple(e for e in determination.entries if e.year != LIFE)
        for_life = tuple(e for e in determination.entries if e.year == LIFE)
        self._use(found.yearly.stream_id, UseBenefit(claim_id, number, yearly))
        uses = UseBenefit(claim_id, number, for_life, determination.uses)
        self._use(found.lifetime.stream_id, uses)

    def changes(self) -> tuple[Change, ...]:
        """What is to be recorded; streams to which nothing happened are left alone."""
        return tuple(
            changed(self._loaded[stream_id], facts)
            for stream_id, facts in self._facts.items()
            if facts
        )

    def _use(self, stream_id: UUID, command: UseBenefit) -> None:
        self._add(stream_id, ACCUMULATOR.decide(self.state(stream_id), command))

    def _add(self, stream_id: UUID, facts: Sequence[Any]) -> None:
        self._states[stream_id] = ACCUMULATOR.fold(facts, self._states[stream_id])
        self._facts.setdefault(stream_id, []).extend(facts)

    def _put(self, loaded: Loaded[Accumulator]) -> None:
        self._loaded[loaded.stream_id] = loaded
        self._states[loaded.stream_id] = loaded.state
