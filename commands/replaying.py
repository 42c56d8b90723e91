"""Reads the log once, in order, and decides its claims again under other terms, in memory.

A part of the book is the policies that fall to it: everybody reads what stands behind the claims,
and only its own claims are read whole and decided.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from adapters.envelope import Recorded
from adapters.event_store import EventStore
from commands.adjudication import the_case
from commands.as_reviewed import reviewed
from commands.codes import entries_on, looks_at_codes
from commands.what_if import Answer, Change, Otherwise, answered, made_otherwise
from domain.accumulator.events import BalanceBroughtForward
from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import Balances, Entry, Use
from domain.adjudication.case import Service
from domain.adjudication.determination import Determination
from domain.adjudication.product import Terms
from domain.claim import CLAIM
from domain.claim.decide import all_refused
from domain.claim.desk_events import ClaimReviewed
from domain.claim.events import (
    ClaimAdjudicated,
    ClaimCorrected,
    ClaimDenied,
    ClaimReadjudicated,
    ClaimReversed,
    ClaimSubmitted,
)
from domain.claim.state import Submitted
from domain.code import CODE
from domain.decider import Decider
from domain.events import CATALOGUE
from domain.ids import code_id
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.policy import POLICY
from domain.policy.decide import issued
from domain.product import PRODUCT
from domain.product.decide import terms_on
from domain.provider import PROVIDER
from domain.provider.decide import registered

AT_ONCE = 5_000
BACKGROUND: Mapping[str, Decider[Any, Any, Any]] = {
    decider.name: decider for decider in (MEMBER, PROVIDER, PRODUCT, POLICY, CODE)
}
# What everybody reads, and what only those read to whom the claim falls.
FIRST = (ClaimSubmitted, BalanceBroughtForward)
LATER = (
    ClaimCorrected, ClaimReviewed, ClaimAdjudicated, ClaimReadjudicated, ClaimDenied, ClaimReversed,
)  # fmt: skip
READ_BY_ALL = tuple(
    entry.name
    for entry in CATALOGUE.entries
    if entry.name.partition(".")[0] in BACKGROUND or entry.type in FIRST
)
READ_IN_PART = tuple(entry.name for entry in CATALOGUE.entries if entry.type in LATER)


@dataclass(frozen=True, slots=True)
class Part:
    """The policies that fall to one of several processes."""

    number: int = 0
    of: int = 1

    def holds(self, policy_id: UUID) -> bool:
        return policy_id.int % self.of == self.number


def what_if(
    store: EventStore, otherwise: Otherwise, currency: str, *, told: Callable[[int, int], None]
) -> Answer:
    """Decide the book again under other terms; `told` hears the position read and the last one.

    Raises RuleBroken `product.contradicts_itself` for terms or an order with faults, and
    `product.currency_differs`.
    """
    return answered(decided_again(store, otherwise, Part(), told), currency)


def decided_again(
    store: EventStore, otherwise: Otherwise, part: Part, told: Callable[[int, int], None]
) -> list[Change]:
    """Every claim of a part of the book that was decided again, changed or not."""
    replaying = Replaying(otherwise, part)
    position, last = 0, store.safe_position()
    while position < last:
        # By stretches of the log: to look for the next so many events of these kinds instead
        # would have the database sort whatever is left of the log, time and again.
        until = min(position + AT_ONCE, last)
        replaying.go_on(stretch(store, replaying, position, until))
        position = until
        told(position, last)
    return replaying.again()


def stretch(
    store: EventStore, replaying: "Replaying", position: int, until: int
) -> Iterator[Recorded]:
    """The events of a stretch in order; of claims that fall to others, only what tells so."""
    by_all = store.read_after(position, AT_ONCE, until=until, names=READ_BY_ALL)
    for event in by_all:
        if isinstance(event.fact, ClaimSubmitted):
            replaying.take_in(event)
    mine = replaying.claims
    in_part = store.read_after(
        position, AT_ONCE, until=until, names=READ_IN_PART, wanted=lambda one: one in mine
    )
    return iter(sorted((*by_all, *in_part), key=lambda event: event.position))


@dataclass(frozen=True, slots=True)
class _Standing:
    """A claim that no person has denied: what it takes now, and whether it was decided again.

    `refused` tells that the rules had refused it in the first place.
    """

    policy_id: UUID
    change: Change
    entries: tuple[Entry, ...]
    uses: tuple[Use, ...]
    again: bool
    refused: bool


@dataclass(slots=True)
class Replaying:
    """The book as far as the log has been read, with the balances that other terms leave."""

    otherwise: Otherwise
    part: Part
    known: dict[UUID, Any] = field(default_factory=dict)
    claims: dict[UUID, Submitted] = field(default_factory=dict)
    standing: dict[UUID, _Standing] = field(default_factory=dict)
    balances: dict[UUID, Balances] = field(default_factory=dict)
    made: dict[tuple[str, int], Terms] = field(default_factory=dict)

    def take_in(self, event: Recorded) -> None:
        """A claim that has come in, where it falls to this part."""
        claim = CLAIM.evolve(CLAIM.initial, event.fact)
        assert isinstance(claim, Submitted)
        if self.part.holds(claim.policy_id):
            self.claims[event.stream_id] = claim

    def go_on(self, events: Iterable[Recorded]) -> None:
        """Take in the next events of the log."""
        for event in events:
            fact = event.fact
            if isinstance(fact, ClaimSubmitted):
                continue  # taken in before
            if isinstance(fact, ClaimAdjudicated | ClaimReadjudicated):
                self._decide(event, fact)
            elif isinstance(fact, ClaimCorrected | ClaimReviewed):
                claim = CLAIM.evolve(self.claims[event.stream_id], fact)
                assert isinstance(claim, Submitted)
                self.claims[event.stream_id] = claim
            elif isinstance(fact, ClaimDenied | ClaimReversed):
                self._taken_back(event.stream_id)
            elif isinstance(fact, BalanceBroughtForward):
                before = self.balances.get(fact.policy_id, Balances())
                self.balances[fact.policy_id] = before.apply(fact.entries, fact.uses)
            else:
                decider = BACKGROUND[event.name.partition(".")[0]]
                state = self.known.get(event.stream_id, decider.initial)
                self.known[event.stream_id] = decider.evolve(state, fact)

    def _decide(self, event: Recorded, was: ClaimAdjudicated | ClaimReadjudicated) -> None:
        self._give_back(event.stream_id)
        claim = self.claims[event.stream_id]
        again = self.otherwise.concerns(was.product_id, claim.service_until)
        now = self._again(event, claim) if again else was.determination
        before = self.balances.get(claim.policy_id, Balances())
        self.balances[claim.policy_id] = before.apply(now.entries, now.uses)
        change = Change(
            event.position,
            event.stream_id,
            claim.number,
            was.payable,
            now.plan_pays,
            now.reasons,
        )
        self.standing[event.stream_id] = _Standing(
            claim.policy_id, change, now.entries, now.uses, again, all_refused(was.determination)
        )

    def _again(self, event: Recorded, claim: Submitted) -> Determination:
        policy = issued(self._known(POLICY, claim.policy_id))
        product = self._known(PRODUCT, policy.product_id)
        terms = self._terms(terms_on(product, claim.service_until))
        provider = registered(self._known(PROVIDER, claim.provider_id))
        case = the_case(
            event.stream_id,
            claim,
            policy,
            terms,
            enrolled(self._known(MEMBER, claim.member_id)),
            provider,
            event.meta.effective_on,
            self._services(terms, claim),
        )
        case, terms = reviewed(case, terms, claim)
        before = self.balances.get(claim.policy_id, Balances())
        return adjudicate(case, terms, before, traced=False)

    def _known(self, decider: Decider[Any, Any, Any], stream_id: UUID) -> Any:
        return self.known.get(stream_id, decider.initial)

    def _services(self, terms: Terms, claim: Submitted) -> Mapping[str, Service]:
        """The catalogue entries of the claim's codes, for products that look at them."""
        if not looks_at_codes(terms):
            return {}
        codes = {li.code: self._known(CODE, code_id("service", li.code)) for li in claim.lines}
        return entries_on(claim.service_until, codes)

    def _terms(self, in_force: Terms) -> Terms:
        """The other terms in the place of those in force; made and checked once for each."""
        key = in_force.product, in_force.version
        if key not in self.made:
            self.made[key] = made_otherwise(self.otherwise, in_force)
        return self.made[key]

    def _taken_back(self, claim_id: UUID) -> None:
        """What a person denies or reverses is paid under no terms, and gives back what it took."""
        found = self.standing.get(claim_id)
        if found is None or found.refused:
            return  # by the rules: that is what is decided again
        self._give_back(claim_id)

    def _give_back(self, claim_id: UUID) -> None:
        found = self.standing.pop(claim_id, None)
        if found is None:
            return
        before = self.balances[found.policy_id]
        given_back = (-entry for entry in found.entries), (-use for use in found.uses)
        self.balances[found.policy_id] = before.apply(*given_back)

    def again(self) -> list[Change]:
        """What was decided again so far."""
        return [it.change for it in self.standing.values() if it.again]
