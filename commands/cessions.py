"""Use cases of cession: after a claim or a premium has moved, and when treaties change.

A claim brings its whole history; what was struck before is known by its version, so a reaction
that comes twice, late or out of order posts nothing twice and every movement on its own day.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.envelope import Change
from commands.claim_figures import ClaimFigures, figures_of
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out
from commands.treaties import versions_in_force
from domain.cession import CESSION
from domain.cession.decide import (
    CedeLosses,
    CedePremium,
    MovedClaim,
    RestrikeLife,
    StrikeYear,
)
from domain.cession.events import CessionEvent, CessionRestruck, LossCeded, PremiumCeded
from domain.cession.losses import Movement, retained
from domain.cession.programme import TreatyVersion, chosen_for
from domain.ids import cession_id, programme_id
from domain.money import Money
from domain.policy import POLICY
from domain.policy.events import PolicyIssued, PolicyRenewed
from domain.policy.state import Issued
from domain.reinsurance.currency import Conversion, RateRule, Rates, convert_by_terms
from domain.reinsurance.loss import Loss, Risk
from domain.treaty.administration import Administration
from domain.treaty.calendar import period_with

NOTHING = Outcome({}, None, None)
InForce = tuple[tuple[TreatyVersion, Administration], ...]


@dataclass(frozen=True, slots=True)
class CessionOf:
    """What moved: a claim, or a policy's premium."""

    what: UUID


def cede_claim(desk: Desk, context: Context, request: CessionOf) -> Outcome:
    """Strike the life of a claim again after every movement of the claim not yet struck."""
    return cede_claims(desk, context, (request.what,))


def cede_claims(desk: Desk, context: Context, claims: Sequence[UUID]) -> Outcome:
    """The same for claims of one member, struck together day by day."""
    in_force = versions_in_force(desk)
    if not in_force:
        return NOTHING
    found = [figures_of(desk.store.stream(claim)) for claim in claims]
    known = [figures for figures in found if figures is not None and figures.history]
    if not known:
        return NOTHING
    assert len({figures.member_id for figures in known}) == 1, "claims of several members"
    moved = tuple(
        MovedClaim(
            figures.claim_id,
            figures.number,
            _moved(figures, _risk(desk, figures), in_force, desk.currency),
        )
        for figures in known
    )
    versions = tuple(version for version, _ in in_force)

    def decide() -> Decision:
        life = desk.store.load(CESSION, cession_id(known[0].member_id))
        facts = tuple(CESSION.decide(life.state, CedeLosses(moved, versions)))
        answer = {"facts": len(facts)}
        return Decision((Change(life, facts, _days(facts)),) if facts else (), answer)

    return _if_anything(desk, context, decide)


def cede_policy(desk: Desk, context: Context, request: CessionOf) -> Outcome:
    """Cede every premium of a policy that was written and not yet ceded."""
    in_force = versions_in_force(desk)
    if not in_force:
        return NOTHING
    versions = tuple(version for version, _ in in_force)
    written = [
        (event.version, event.fact)
        for event in desk.store.stream(request.what)
        if isinstance(event.fact, PolicyIssued | PolicyRenewed)
    ]
    if not written:
        return NOTHING
    number = next(fact.number for _, fact in written if isinstance(fact, PolicyIssued))

    def decide() -> Decision:
        cession = desk.store.load(CESSION, cession_id(request.what))
        state = cession.state
        facts: list[PremiumCeded] = []
        days: list[date] = []
        for version, fact in written:
            start = fact.period.from_on
            risk = Risk(policy=str(request.what), inception_on=start)
            as_loss = Loss("", fact.premium, risk, loss_on=start)
            premium = _converted(fact.premium, in_force, as_loss, start, desk.currency)
            command = CedePremium(request.what, number, version, risk, start, premium, versions)
            more = CESSION.decide(state, command)
            state = CESSION.fold(more, state)
            facts += [f for f in more if isinstance(f, PremiumCeded) and f.lines]
            days += [start for f in more if isinstance(f, PremiumCeded) and f.lines]
        return Decision((Change(cession, tuple(facts), tuple(days)),) if facts else (), {})

    return _if_anything(desk, context, decide)


def restrike_life(desk: Desk, context: Context, request: CessionOf) -> Outcome:
    """Strike a member's claims again under the treaties as they stand now."""
    versions = tuple(version for version, _ in versions_in_force(desk))

    def decide() -> Decision:
        life = desk.store.load(CESSION, cession_id(request.what))
        facts = tuple(CESSION.decide(life.state, RestrikeLife(versions, context.reason)))
        return Decision((Change(life, facts, _days(facts)),) if facts else (), {})

    return _if_anything(desk, context, decide)


@dataclass(frozen=True, slots=True)
class YearStrike:
    """All lives (members) with losses, and the day as of which they are read."""

    on: date
    members: Sequence[UUID]


def strike_years(desk: Desk, context: Context, request: YearStrike) -> Outcome:
    """Strike the treaties whose limits go over events or years, on all losses as of a day."""
    versions = tuple(version for version, _ in versions_in_force(desk))

    def decide() -> Decision:
        years = desk.store.load(CESSION, cession_id(programme_id()))
        lives = desk.store.load_many(CESSION, [cession_id(m) for m in request.members])
        losses = [
            pair
            for life in lives.values()
            for pair in retained(life.state.claims.values(), versions, request.on)
        ]
        losses.sort(key=lambda pair: (pair[0].loss_on or date.min, pair[0].item))
        because = context.reason or f"struck for the year as of {request.on}"
        command = StrikeYear(request.on, tuple(losses), versions, because)
        facts = tuple(CESSION.decide(years.state, command))
        lines = sum(len(f.lines) for f in facts if isinstance(f, CessionRestruck))
        answer = {"lines": lines}
        return Decision((Change(years, facts, _days(facts)),) if facts else (), answer)

    return _if_anything(desk, context, decide)


def _days(facts: Sequence[CessionEvent]) -> tuple[date, ...]:
    """The day that each fact belongs to."""
    return tuple(fact.on for fact in facts if isinstance(fact, LossCeded | CessionRestruck))


def _if_anything(desk: Desk, context: Context, decide: Callable[[], Decision]) -> Outcome:
    """Record what there is; where nothing changed no receipt is needed either."""
    decided = [decide()]
    if not decided[0].changes:
        return Outcome(decided[0].answer, None, decided[0])
    # What is decided already is recorded; only after a lost race it is decided again.
    return carry_out(desk.store, context, lambda: decided.pop() if decided else decide())


def _risk(desk: Desk, figures: ClaimFigures) -> Risk:
    """Whose cover it is: the policy period that holds the day of service gives the inception."""
    member = str(figures.member_id)
    if figures.policy_id is None:
        return Risk(member=member)
    policy = desk.store.load(POLICY, figures.policy_id).state
    inception: date | None = None
    if isinstance(policy, Issued):
        held = (p.from_on for p in policy.periods if p.holds(figures.service_from))
        inception = next(held, None)
    return Risk(member=member, policy=str(figures.policy_id), inception_on=inception)


def _moved(
    figures: ClaimFigures, risk: Risk, in_force: InForce, ledger: str
) -> tuple[tuple[Movement, str], ...]:
    """What each event moved, in the treaties' currency, at the rate of the movement's own day."""
    zero = Money.zero(figures.currency)
    moved: list[tuple[Movement, str]] = []
    paid = incurred = zero
    for move in figures.history:
        loss = Loss("", zero, risk, loss_on=move.loss_on)
        changes = [
            _converted(amount, in_force, loss, move.on, ledger)
            for amount in (move.paid - paid, move.incurred - incurred)
        ]
        movement = Movement(move.version, move.on, move.loss_on, risk, changes[0], changes[1])
        moved.append((movement, move.because))
        paid, incurred = move.paid, move.incurred
    return tuple(moved)


def _converted(amount: Money, in_force: InForce, loss: Loss, on: date, ledger: str) -> Money:
    """The amount in the currency of the treaties that the loss attaches to."""
    chosen = chosen_for((version for version, _ in in_force), loss)
    if not chosen or chosen[0].terms.currency == amount.currency:
        return amount
    terms = chosen[0].terms
    administration = next(a for v, a in in_force if v == chosen[0])
    rule = administration.rate_rule
    day = {
        RateRule.LOSS_DATE: loss.loss_on,
        RateRule.PERIOD_END: period_with(on, administration.reports).last_day,
    }.get(rule, on)
    conversion = Conversion(terms.currency, rule, administration.fixed_rate)
    rates = Rates(administration.rates, administration.look_back_days)
    return convert_by_terms(conversion, amount, rates, day, terms.rounding)
