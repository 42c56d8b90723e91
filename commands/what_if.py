"""The claims of the whole book under other terms: which would be paid otherwise, and by how much.

The log is read once, in order. Members, policies, providers and products are folded on the way,
so that every claim is decided again from what stood when it was decided; what claims use up is
counted in memory, policy by policy, in the order of processing. Nothing is written.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from adapters.envelope import Recorded
from adapters.event_store import EventStore
from commands.adjudication import the_case
from commands.codes import entries_on, looks_at_codes
from domain.accumulator.events import BalanceBroughtForward
from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import Balances, Entry, Use
from domain.adjudication.case import Service
from domain.adjudication.determination import Determination
from domain.adjudication.product import Order, Terms
from domain.adjudication.product_check import check
from domain.claim import CLAIM
from domain.claim.decide import all_refused
from domain.claim.events import ClaimAdjudicated, ClaimDenied, ClaimReversed, ClaimSubmitted
from domain.claim.state import Submitted
from domain.code import CODE
from domain.decider import Decider
from domain.events import CATALOGUE
from domain.ids import code_id
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.money import Money, total
from domain.policy import POLICY
from domain.policy.decide import issued
from domain.product import PRODUCT
from domain.product.decide import terms_on
from domain.provider import PROVIDER
from domain.provider.decide import registered
from domain.refusals import RuleBroken

AT_ONCE = 5_000
BACKGROUND: Mapping[str, Decider[Any, Any, Any]] = {
    decider.name: decider for decider in (MEMBER, PROVIDER, PRODUCT, POLICY, CODE)
}
CLAIM_FACTS = (
    ClaimSubmitted, ClaimAdjudicated, ClaimDenied, ClaimReversed, BalanceBroughtForward
)  # fmt: skip
NAMES = tuple(
    entry.name
    for entry in CATALOGUE.entries
    if entry.name.partition(".")[0] in BACKGROUND or entry.type in CLAIM_FACTS
)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What is different: the terms of one product, or the order of steps, or both.

    `product_id` None = every product. `terms` hold for each claim of the product, whichever
    version decided it. Only claims with services from `from_on` and before `until_on` are
    decided again; the others keep what they took.
    """

    product_id: UUID | None = None
    terms: Terms | None = None
    order: tuple[str, ...] = ()
    from_on: date = date.min
    until_on: date = date.max

    def concerns(self, product_id: UUID, day: date) -> bool:
        return self.product_id in (None, product_id) and self.from_on <= day < self.until_on


@dataclass(frozen=True, slots=True)
class Change:
    """A claim that would be decided otherwise; amounts are what the plan pays."""

    claim_id: UUID
    number: str
    pays: Money
    would_pay: Money
    reasons: tuple[str, ...]

    @property
    def difference(self) -> Money:
        return self.would_pay - self.pays


@dataclass(frozen=True, slots=True)
class Answer:
    """`claims` counts those decided again; the totals are over these, changed or not."""

    claims: int
    pays: Money
    would_pay: Money
    changed: tuple[Change, ...]

    @property
    def difference(self) -> Money:
        return self.would_pay - self.pays


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


def what_if(
    store: EventStore, otherwise: Otherwise, currency: str, *, told: Callable[[int, int], None]
) -> Answer:
    """Decide the book again under other terms; `told` hears the position read and the last one.

    Raises RuleBroken `product.contradicts_itself` for terms or an order with faults, and
    `product.currency_differs`.
    """
    replaying = Replaying(otherwise)
    position, last = 0, store.safe_position()
    while position < last:
        # By stretches of the log: to look for the next so many events of these kinds instead
        # would have the database sort whatever is left of the log, time and again.
        until = min(position + AT_ONCE, last)
        replaying.go_on(store.read_after(position, AT_ONCE, until=until, names=NAMES))
        position = until
        told(position, last)
    return replaying.answer(currency)


@dataclass(slots=True)
class Replaying:
    """The book as far as the log has been read, with the balances that other terms leave."""

    otherwise: Otherwise
    known: dict[UUID, Any] = field(default_factory=dict)
    waiting: dict[UUID, Submitted] = field(default_factory=dict)
    standing: dict[UUID, _Standing] = field(default_factory=dict)
    balances: dict[UUID, Balances] = field(default_factory=dict)
    made: dict[tuple[str, int], Terms] = field(default_factory=dict)

    def go_on(self, events: Iterable[Recorded]) -> None:
        """Take in the next events of the log."""
        for event in events:
            fact = event.fact
            if isinstance(fact, ClaimSubmitted):
                claim = CLAIM.evolve(CLAIM.initial, fact)
                assert isinstance(claim, Submitted)
                self.waiting[event.stream_id] = claim
            elif isinstance(fact, ClaimAdjudicated):
                self._decide(event, fact)
            elif isinstance(fact, ClaimDenied | ClaimReversed):
                self._taken_back(event.stream_id)
            elif isinstance(fact, BalanceBroughtForward):
                before = self.balances.get(fact.policy_id, Balances())
                self.balances[fact.policy_id] = before.apply(fact.entries, fact.uses)
            else:
                decider = BACKGROUND[event.name.partition(".")[0]]
                state = self.known.get(event.stream_id, decider.initial)
                self.known[event.stream_id] = decider.evolve(state, fact)

    def _decide(self, event: Recorded, was: ClaimAdjudicated) -> None:
        claim = self.waiting.pop(event.stream_id)
        again = self.otherwise.concerns(was.product_id, claim.service_until)
        now = self._again(event, claim, was) if again else was.determination
        before = self.balances.get(claim.policy_id, Balances())
        self.balances[claim.policy_id] = before.apply(now.entries, now.uses)
        change = Change(event.stream_id, claim.number, was.payable, now.plan_pays, now.reasons)
        self.standing[event.stream_id] = _Standing(
            claim.policy_id, change, now.entries, now.uses, again, all_refused(was.determination)
        )

    def _again(self, event: Recorded, claim: Submitted, was: ClaimAdjudicated) -> Determination:
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
        return adjudicate(case, terms, self.balances.get(claim.policy_id, Balances()))

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
        self.waiting.pop(claim_id, None)
        found = self.standing.get(claim_id)
        if found is None or found.refused:
            return  # by the rules: that is what is decided again
        del self.standing[claim_id]
        before = self.balances[found.policy_id]
        given_back = (-entry for entry in found.entries), (-use for use in found.uses)
        self.balances[found.policy_id] = before.apply(*given_back)

    def answer(self, currency: str) -> Answer:
        """What came of it so far; `currency` is that of the totals where no claim was decided."""
        again = [it.change for it in self.standing.values() if it.again]
        currency = again[0].pays.currency if again else currency
        return Answer(
            len(again),
            total((change.pays for change in again), currency),
            total((change.would_pay for change in again), currency),
            tuple(change for change in again if change.difference),
        )


def made_otherwise(otherwise: Otherwise, in_force: Terms) -> Terms:
    """The terms that hold instead of those in force; raises RuleBroken for faults in them."""
    terms = otherwise.terms or in_force
    if terms.currency != in_force.currency:
        raise RuleBroken(
            "product.currency_differs",
            f"{in_force.product} is in {in_force.currency}, the other terms in {terms.currency}",
            field="terms.currency",
        )
    if otherwise.order:
        terms = replace(terms, orders=(Order("", otherwise.order),))
    terms = replace(terms, product=in_force.product, version=in_force.version)
    faults = check(terms)
    if faults:
        raise RuleBroken(
            "product.contradicts_itself",
            "; ".join(f"{fault.field}: {fault.detail}" for fault in faults),
            field="terms",
            faults=[{"field": fault.field, "reason": fault.detail} for fault in faults],
        )
    return terms
