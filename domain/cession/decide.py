"""How cessions are posted: strike on everything known, post the differences, never twice."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import assert_never
from uuid import UUID

from domain.cession.events import (
    CededLine,
    CededPremiumLine,
    CessionEvent,
    CessionRestruck,
    LossCeded,
    PremiumCeded,
    TracedStep,
)
from domain.cession.programme import (
    Chosen,
    Struck,
    Taken,
    TreatyVersion,
    by_life,
    by_year,
    chosen_for,
    strike,
)
from domain.cession.state import Cession, Figures, Key, StruckClaim, added
from domain.money import Money
from domain.ratio import Ratio
from domain.reinsurance.ceded_premium import cede_premiums
from domain.reinsurance.loss import Loss, Premium, Risk
from domain.reinsurance.scope import ceded_share


@dataclass(frozen=True, slots=True)
class MovedClaim:
    """A claim after one of its movements: gross figures to date in the treaties' currency."""

    claim_id: UUID
    number: str
    version: int
    risk: Risk
    loss_on: date
    paid: Money
    incurred: Money
    because: str


@dataclass(frozen=True, slots=True)
class CedeLosses:
    """Strike a life again after these movements, each with the treaties of the programme."""

    moved: tuple[MovedClaim, ...]
    treaties: tuple[TreatyVersion, ...]


@dataclass(frozen=True, slots=True)
class RestrikeLife:
    """Strike a life again under the treaties as they stand now, without a new movement."""

    treaties: tuple[TreatyVersion, ...]
    because: str


@dataclass(frozen=True, slots=True)
class StrikeYear:
    """Strike all losses of the years together, for treaties with limits over events or years.

    `losses` are what the treaties before them left of each claim: (claim, paid, incurred).
    """

    losses: tuple[StruckClaim, ...]
    treaties: tuple[TreatyVersion, ...]
    because: str


@dataclass(frozen=True, slots=True)
class CedePremium:
    """Cede one premium movement of a policy through the proportional sections."""

    policy_id: UUID
    policy_number: str
    policy_version: int
    risk: Risk
    effective_on: date
    premium: Money
    treaties: tuple[TreatyVersion, ...]


CessionCommand = CedeLosses | RestrikeLife | StrikeYear | CedePremium


def decide(cession: Cession, command: CessionCommand) -> Sequence[CessionEvent]:
    match command:
        case CedeLosses():
            return cede_losses(cession, command)
        case RestrikeLife():
            return restrike(cession, command)
        case StrikeYear():
            return strike_year(cession, command)
        case CedePremium():
            return cede_premium(cession, command)
        case _:
            assert_never(command)


def cede_losses(cession: Cession, command: CedeLosses) -> Sequence[CessionEvent]:
    """One fact a movement that was not struck yet, in the order of the claim's own history."""
    facts: list[CessionEvent] = []
    claims, posted = dict(cession.claims), cession.posted
    for moved in sorted(command.moved, key=lambda one: one.version):
        known = claims.get(moved.claim_id)
        if known is not None and known.version >= moved.version:
            continue
        claims[moved.claim_id] = _struck_claim(moved)
        paid, incurred = _of_life(claims.values(), command.treaties)
        lines = _differences(posted, paid, incurred)
        if not lines and not chosen_for(command.treaties, claims[moved.claim_id].loss(moved.paid)):
            continue  # no treaty covers it: nothing was ceded, and nothing needs to be said
        key = str(moved.claim_id)
        fact = LossCeded(
            moved.claim_id,
            moved.number,
            moved.version,
            moved.risk,
            moved.loss_on,
            moved.paid,
            moved.incurred,
            paid.retained[key],
            incurred.retained[key],
            lines,
            moved.because,
        )
        facts.append(fact)
        posted = added(posted, lines)
    return facts


def restrike(cession: Cession, command: RestrikeLife) -> Sequence[CessionEvent]:
    paid, incurred = _of_life(cession.claims.values(), command.treaties)
    lines = _differences(cession.posted, paid, incurred)
    return [CessionRestruck(lines, command.because)] if lines else []


def strike_year(cession: Cession, command: StrikeYear) -> Sequence[CessionEvent]:
    def struck(amount: Callable[[StruckClaim], Money]) -> Struck:
        losses = ((claim.loss(amount(claim)), claim) for claim in command.losses)
        return strike([(loss, by_year(chosen_for(command.treaties, loss))) for loss, _ in losses])

    paid = struck(lambda claim: claim.retained_paid)
    incurred = struck(lambda claim: claim.retained_incurred)
    lines = _differences(cession.posted, paid, incurred)
    return [CessionRestruck(lines, command.because)] if lines else []


def cede_premium(cession: Cession, command: CedePremium) -> Sequence[CessionEvent]:
    if cession.premium_version >= command.policy_version:
        return []
    item = f"{command.policy_number}:{command.policy_version}"
    as_loss = Loss(item, command.premium, command.risk, loss_on=command.effective_on)
    chosen = chosen_for(command.treaties, as_loss)
    premium = Premium(item, command.premium, command.risk, command.effective_on)
    lines = tuple(_premium_lines(chosen, premium)) if chosen else ()
    return [
        PremiumCeded(
            command.policy_id,
            command.policy_number,
            command.policy_version,
            command.risk,
            command.premium,
            lines,
        )
    ]


def _premium_lines(chosen: Chosen, premium: Premium) -> Iterable[CededPremiumLine]:
    result = cede_premiums([one.terms for one in chosen], [premium])
    version_of = {one.code: one for one in chosen}
    base, left, priority = premium.amount, premium.amount, None
    for line in result.lines:
        version = version_of[line.treaty_id]
        if version.terms.priority != priority:
            base, priority = left, version.terms.priority
        section = next(s for s in version.terms.sections if s.section_id == line.section_id)
        share: Fraction = ceded_share(section, premium.risk) * section.placed.exact
        left -= line.premium
        yield CededPremiumLine(
            version.treaty_id,
            version.code,
            version.number,
            line.section_id,
            version.terms.priority,
            Ratio.of(share),
            base,
            line.premium,
            line.commission,
        )


def _of_life(
    claims: Iterable[StruckClaim], treaties: tuple[TreatyVersion, ...]
) -> tuple[Struck, Struck]:
    """What is ceded of the paid and of the incurred amounts of one life."""
    ordered = sorted(claims, key=lambda one: (one.loss_on, one.number))

    def struck(amount: Callable[[StruckClaim], Money]) -> Struck:
        losses = [claim.loss(amount(claim)) for claim in ordered]
        return strike([(loss, by_life(chosen_for(treaties, loss))) for loss in losses])

    return struck(lambda claim: claim.paid), struck(lambda claim: claim.incurred)


def _struck_claim(moved: MovedClaim) -> StruckClaim:
    return StruckClaim(
        moved.claim_id,
        moved.number,
        moved.version,
        moved.risk,
        moved.loss_on,
        moved.paid,
        moved.incurred,
        moved.paid,
        moved.incurred,
    )


def _differences(
    posted: Mapping[Key, Figures], paid: Struck, incurred: Struck
) -> tuple[CededLine, ...]:
    """The lines that bring what is posted to what was struck; zeros are left out."""
    now_paid = {_key(one): one for one in paid.taken}
    now_incurred = {_key(one): one for one in incurred.taken}
    lines = []
    for key in sorted(now_incurred, key=lambda k: (now_incurred[k].version.terms.priority, k)):
        lines += _line(posted, key, now_paid.get(key), now_incurred[key])
    for key in sorted(posted.keys() - now_incurred.keys()):
        before = posted[key]
        if before[0] or before[1]:
            lines.append(_taken_back(key, before))
    return tuple(lines)


def _key(one: Taken) -> Key:
    return one.version.treaty_id, one.section, UUID(one.item)


def _line(
    posted: Mapping[Key, Figures], key: Key, paid: Taken | None, incurred: Taken
) -> list[CededLine]:
    zero = Money.zero(incurred.ceded.currency)
    before = posted.get(key, (zero, zero))
    ceded_paid = paid.ceded if paid else zero
    if before == (ceded_paid, incurred.ceded):
        return []
    return [
        CededLine(
            incurred.version.treaty_id,
            incurred.version.code,
            incurred.version.number,
            incurred.section,
            incurred.version.terms.priority,
            key[2],
            ceded_paid - before[0],
            incurred.ceded - before[1],
            paid.base if paid else zero,
            incurred.base,
            tuple(TracedStep(rule, amount) for rule, amount in incurred.why),
        )
    ]


def _taken_back(key: Key, before: Figures) -> CededLine:
    """A claim that no longer attaches to the treaty: what was ceded of it goes back whole."""
    zero = Money.zero(before[0].currency)
    return CededLine(key[0], "", 0, key[1], 0, key[2], -before[0], -before[1], zero, zero)
