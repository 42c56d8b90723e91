"""A retroactive change of cover, terms or prices carried through the claims that came after it.

Every decided claim of a policy is decided again from what is known now, in the order in which the
claims were decided (or of their service days), on what was used before the first of them. Where
something comes out differently, the differences are posted policy by policy: claims, accumulators
and payments in one append, once for each change id. A dry run lists them and records nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import UUID, uuid5

from adapters.envelope import Change, Loaded
from commands.adjudication import Gathered, gather
from commands.as_reviewed import as_reviewed
from commands.benefit_books import Books
from commands.context import Context, Desk
from commands.deciding_again import may_manage, readjudication
from commands.handling import Decision, Outcome, carry_out, changed
from commands.payments_of_claims import payments_of, stopped
from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.determination import Determination
from domain.adjudication.history import InOrder
from domain.claim import CLAIM
from domain.claim.deciding_again import may_be_decided_again
from domain.claim.events import Again, ClaimAdjudicated, ClaimReadjudicated
from domain.claim.state import Claim, Submitted
from domain.money import Money, total
from domain.policy import POLICY
from domain.policy.decide import issued
from domain.refusals import Refused, RuleBroken


class Book(Protocol):
    """Which claims there are; a read model, asked once it shows what is recorded."""

    def claims_of(self, policy_id: UUID, shown_at: int) -> Sequence[UUID]:
        """The claims of a policy; raises TimeoutError where the position is not shown in time."""
        ...

    def policies_of(self, product_id: UUID | None) -> Iterator[UUID]:
        """The policies of a product (None = of all) that have claims, in a steady order."""
        ...


@dataclass(frozen=True, slots=True)
class CascadeOfPolicy:
    """`change_id` names the change that is carried through: each is posted once for a policy.

    Claims are taken in as the ledger had them at `shown_at`, by default now.
    """

    policy_id: UUID
    change_id: UUID
    order: InOrder = InOrder.PROCESSING
    shown_at: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A decided claim, and the log position of the decision that gave it its place."""

    loaded: Loaded[Claim]
    claim: Submitted
    position: int


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A claim that comes out differently."""

    standing: Standing
    found: Gathered
    now: Determination

    @property
    def claim_id(self) -> UUID:
        return self.standing.loaded.stream_id


def cascade_policy(desk: Desk, context: Context, request: CascadeOfPolicy, book: Book) -> Outcome:
    """Decide the claims of one policy again and post what differs; empty where nothing does.

    Raises RuleBroken `cascade.needs_manager` and `cascade.without_reason`.
    """
    if not may_manage(context):
        raise RuleBroken("cascade.needs_manager", "it is for a manager to run a cascade")
    if not context.reason.strip() and not context.dry_run:
        raise RuleBroken("cascade.without_reason", "say what has changed", field="reason")
    once = uuid5(request.change_id, f"cascade|{request.policy_id}")
    context = replace(context, command_id=once, fingerprint=once.bytes, expected_version=None)

    def decide() -> Decision:
        policy = issued(desk.store.load(POLICY, request.policy_id).state)
        shown_at = request.shown_at
        ids = book.claims_of(
            request.policy_id, desk.store.safe_position() if shown_at is None else shown_at
        )
        live = in_order(desk, ids, request.order)
        different = decided_again(desk, live)
        currency = live[0].claim.billed.currency if live else desk.currency
        answer = {
            "id": str(request.policy_id),
            "number": policy.number,
            "change_id": str(request.change_id),
            "claims": len(live),
            "changed": [told(one) for one in different],
            "difference": str(_sum((_difference(one) for one in different), currency)),
        }
        return Decision(tuple(_changes(desk, context, request.change_id, different)), answer)

    return carry_out(desk.store, context, decide)


def cascade_book(
    desk: Desk,
    contexts: Callable[[], Context],
    request: CascadeOfPolicy,
    book: Book,
    policies: Sequence[UUID],
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Iterator[dict[str, Any]]:
    """The same for many policies, one command each; answers those in which a claim changes."""
    shown_at = desk.store.safe_position()
    for done, policy_id in enumerate(policies, 1):
        asked = replace(request, policy_id=policy_id, shown_at=shown_at)
        answer = cascade_policy(desk, contexts(), asked, book).answer
        progress(done, len(policies))
        if answer["changed"]:
            yield answer


def in_order(desk: Desk, ids: Sequence[UUID], order: InOrder) -> list[Standing]:
    """The decided claims that a cascade goes over. A claim that a person denied, that waits for
    somebody or was taken back keeps what it holds."""
    found = []
    for claim_id in ids:
        loaded = desk.store.load(CLAIM, claim_id)
        if isinstance(loaded.state, Submitted) and _goes_over(loaded.state):
            position = _decided_at(desk, claim_id)
            found.append(Standing(loaded, loaded.state, position))
    found.sort(key=lambda one: one.position)
    if order is InOrder.SERVICE_DATE:
        found.sort(key=lambda one: one.claim.service_until)
    return found


def _goes_over(claim: Submitted) -> bool:
    try:
        may_be_decided_again(claim, Again.CASCADE, may_manage=True)
    except Refused:
        return False
    return True


def _decided_at(desk: Desk, claim_id: UUID) -> int:
    """Where the claim got its place among the others: a cascade leaves it there."""
    return max(
        event.position
        for event in desk.store.stream(claim_id)
        if isinstance(event.fact, ClaimAdjudicated)
        or (isinstance(event.fact, ClaimReadjudicated) and event.fact.why is not Again.CASCADE)
    )


def decided_again(desk: Desk, live: Sequence[Standing]) -> list[Otherwise]:
    """Those that come out differently, when all are decided again one after another."""
    books = Books(desk)
    for one in live:
        books.give_back(one.loaded.stream_id, one.claim)
    different = []
    for one in live:
        claim_id, claim = one.loaded.stream_id, one.claim
        found = as_reviewed(gather(desk, claim_id, claim, claim.submitted_on), claim)
        now = adjudicate(found.case, found.terms, books.balances_for(found, claim))
        books.take(claim_id, claim.number, found, now)
        assert claim.determination is not None
        if figures(now) != figures(claim.determination):
            different.append(Otherwise(one, found, now))
    return different


def figures(determination: Determination) -> tuple[object, ...]:
    """What a decision comes to, apart from how it was reached and under which version."""
    lines = tuple(
        (
            line.line, line.status, line.billed, line.allowed, line.write_off, line.balance_bill,
            line.deductible, line.copay, line.coinsurance, line.over_limit, line.not_covered,
            line.plan_pays,
        )
        for line in determination.lines
    )  # fmt: skip
    entries = frozenset((e.key, e.amount_minor, e.count) for e in determination.entries)
    return determination.status, lines, entries, determination.uses


def _changes(
    desk: Desk, context: Context, change_id: UUID, different: Sequence[Otherwise]
) -> Iterator[Change]:
    books = Books(desk)
    for one in different:
        books.give_back(one.claim_id, one.standing.claim)
    year = context.effective_on.year
    for one in different:
        claim, why = one.standing.claim, context.reason or "a cascade"
        books.balances_for(one.found, claim)
        books.take(one.claim_id, claim.number, one.found, one.now)
        command = readjudication(desk, context, one.found, one.now, Again.CASCADE, change_id)
        yield changed(one.standing.loaded, CLAIM.decide(claim, command))
        payments = payments_of(desk, one.claim_id)
        yield from stopped(desk, one.claim_id, claim, payments, why, year)
    yield from books.changes()


def told(one: Otherwise) -> dict[str, Any]:
    """A claim that changes, as a caller is answered."""
    claim = one.standing.claim
    return {
        "claim_id": str(one.claim_id),
        "number": claim.number,
        "service_on": claim.service_until.isoformat(),
        "pays": str(_pays(claim).amount),
        "would_pay": str(one.now.plan_pays.amount),
        "difference": str(_difference(one).amount),
        "reasons": list(one.now.reasons),
    }


def _pays(claim: Submitted) -> Money:
    assert claim.determination is not None
    return claim.determination.plan_pays


def _difference(one: Otherwise) -> Money:
    return one.now.plan_pays - _pays(one.standing.claim)


def _sum(amounts: Iterator[Money], currency: str) -> object:
    return total(amounts, currency).amount
