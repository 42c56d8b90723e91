"""How cessions are posted: strike on everything known, post the differences, never twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from domain.cession.events import (
    CededLine,
    CessionEvent,
    CessionRestruck,
    LossCeded,
    PremiumCeded,
    TracedStep,
)
from domain.cession.losses import Movement, of_life, struck
from domain.cession.premiums import premium_lines
from domain.cession.programme import (
    Struck,
    Taken,
    TreatyVersion,
    by_year,
    chosen_for,
)
from domain.cession.state import Cession, Figures, Key, evolve
from domain.money import Money
from domain.reinsurance.loss import Loss, Premium, Risk


@dataclass(frozen=True, slots=True)
class MovedClaim:
    """The movements of a claim in the order of its versions, each with the event behind it."""

    claim_id: UUID
    number: str
    moved: tuple[tuple[Movement, str], ...]


@dataclass(frozen=True, slots=True)
class CedeLosses:
    """Strike a life again after the movements of some of its claims."""

    claims: tuple[MovedClaim, ...]
    treaties: tuple[TreatyVersion, ...]


@dataclass(frozen=True, slots=True)
class RestrikeLife:
    """Strike a life again under the treaties as they stand now, without a new movement."""

    treaties: tuple[TreatyVersion, ...]
    because: str


@dataclass(frozen=True, slots=True)
class StrikeYear:
    """Strike all losses as of a day together, for treaties with limits over events or years.

    `losses` are what the treaties before them left of the paid and the incurred amounts.
    """

    on: date
    losses: tuple[tuple[Loss, Loss], ...]
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
            return cedelosses_as_of(cession, command)
        case RestrikeLife():
            return list(_restruck(cession, command.treaties, date.min, command.because))
        case StrikeYear():
            return strike_year(cession, command)
        case CedePremium():
            return cede_premium(cession, command)
        case _:
            assert_never(command)


def cedelosses_as_of(cession: Cession, command: CedeLosses) -> Sequence[CessionEvent]:
    """One fact a movement that was not struck yet, in the order of the claim's own history.

    Several claims go day by day. A movement of an earlier day than others that are known changes
    what was ceded on their days as well: that is posted beside it.
    """
    facts: list[CessionEvent] = []
    for claim, moved, because in _day_by_day(command.claims):
        known = cession.claims.get(claim.claim_id)
        if known is not None and known.version >= moved.version:
            continue
        for fact in _after(cession, command.treaties, claim, moved, because):
            facts.append(fact)
            cession = evolve(cession, fact)
    return facts


def _day_by_day(claims: Iterable[MovedClaim]) -> list[tuple[MovedClaim, Movement, str]]:
    """All movements, earlier days first, but never against the order of a claim's versions."""
    keyed: list[tuple[tuple[date, str, int], MovedClaim, Movement, str]] = []
    for claim in claims:
        latest = date.min
        for moved, because in sorted(claim.moved, key=lambda one: one[0].version):
            latest = max(latest, moved.on)
            keyed.append(((latest, claim.number, moved.version), claim, moved, because))
    keyed.sort(key=lambda one: one[0])
    return [(claim, moved, because) for _, claim, moved, because in keyed]


def _after(
    cession: Cession,
    treaties: tuple[TreatyVersion, ...],
    claim: MovedClaim,
    moved: Movement,
    because: str,
) -> Iterator[CessionEvent]:
    def fact(lines: tuple[CededLine, ...]) -> LossCeded:
        return LossCeded(
            claim.claim_id,
            claim.number,
            moved.version,
            moved.risk,
            moved.loss_on,
            moved.on,
            moved.paid,
            moved.incurred,
            lines,
            because,
        )

    item = str(claim.claim_id)
    loss = Loss(item, moved.incurred, moved.risk, claim=item, loss_on=moved.loss_on)
    known = claim.claim_id in cession.claims
    if not known and not chosen_for(treaties, loss):
        return  # no treaty covers it: nothing was ceded, and nothing needs to be said
    after = evolve(cession, fact(()))
    lines = _differences(
        after.posted_by(moved.on), *of_life(after.claims.values(), treaties, moved.on)
    )
    own = fact(lines)
    yield own
    yield from _restruck(evolve(cession, own), treaties, moved.on, because)


def _restruck(
    cession: Cession, treaties: tuple[TreatyVersion, ...], after: date, because: str
) -> Iterator[CessionRestruck]:
    """The differences on every later day on which a claim of the life has moved."""
    days = {one.on for claim in cession.claims.values() for one in claim.moved}
    for day in sorted(day for day in days if day > after):
        struck = of_life(cession.claims.values(), treaties, day)
        lines = _differences(cession.posted_by(day), *struck)
        if lines:
            fact = CessionRestruck(day, lines, because)
            yield fact
            cession = evolve(cession, fact)


def strike_year(cession: Cession, command: StrikeYear) -> Sequence[CessionEvent]:
    paid, incurred = struck(
        command.losses, lambda loss: by_year(chosen_for(command.treaties, loss))
    )
    lines = _differences(cession.posted_by(command.on), paid, incurred)
    return [CessionRestruck(command.on, lines, command.because)] if lines else []


def cede_premium(cession: Cession, command: CedePremium) -> Sequence[CessionEvent]:
    if cession.premium_version >= command.policy_version:
        return []
    item = f"{command.policy_number}:{command.policy_version}"
    as_loss = Loss(item, command.premium, command.risk, loss_on=command.effective_on)
    chosen = chosen_for(command.treaties, as_loss)
    premium = Premium(item, command.premium, command.risk, command.effective_on)
    lines = tuple(premium_lines(chosen, premium)) if chosen else ()
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
