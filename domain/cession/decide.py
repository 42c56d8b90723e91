"""How cessions are posted: strike on everything known, post the differences, never twice."""

from collections.abc import Iterable, Mapping, Sequence
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
)
from domain.cession.life import NewMovement, ceded_line, posted_day_by_day, taken_back
from domain.cession.losses import Movement, struck
from domain.cession.premiums import premium_lines
from domain.cession.programme import (
    Struck,
    Taken,
    TreatyVersion,
    by_year,
    chosen_for,
)
from domain.cession.state import Cession, Figures, Key
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
            return cede_losses(cession, command)
        case RestrikeLife():
            return restrike_life(cession, command)
        case StrikeYear():
            return strike_year(cession, command)
        case CedePremium():
            return cede_premium(cession, command)
        case _:
            assert_never(command)


def cede_losses(cession: Cession, command: CedeLosses) -> Sequence[CessionEvent]:
    """One fact a movement that was not struck yet, in the order of the claim's own history.

    A movement of an earlier day than others that are known changes what was ceded on their days
    as well: that is posted beside it. A claim that no treaty covers is passed over.
    """
    claims = [claim for claim in command.claims if _concerned(cession, claim, command.treaties)]
    coming = [
        (claim, moved, because)
        for claim, moved, because in _day_by_day(claims)
        if claim.claim_id not in cession.claims
        or cession.claims[claim.claim_id].version < moved.version
    ]
    new = [NewMovement(claim.claim_id, claim.number, moved) for claim, moved, _ in coming]
    reasons = {(claim.claim_id, moved.version): because for claim, moved, because in coming}
    own: dict[tuple[UUID, int], tuple[CededLine, ...]] = {}
    later: list[CessionEvent] = []
    because = ""
    for day, one, lines in posted_day_by_day(cession, command.treaties, new):
        if one is None:
            later.append(CessionRestruck(day, lines, because))
        else:
            key = one.claim_id, one.moved.version
            own[key], because = lines, reasons[key]
    return [
        *(_ceded(claim, moved, own[claim.claim_id, moved.version], why)
          for claim, moved, why in coming),
        *later,
    ]  # fmt: skip


def _concerned(cession: Cession, claim: MovedClaim, treaties: tuple[TreatyVersion, ...]) -> bool:
    """Whether anything of it was ceded, or a treaty covers it on any day that it was given."""
    if claim.claim_id in cession.claims:
        return True
    days = {(moved.loss_on, moved.risk.inception_on): moved for moved, _ in claim.moved}
    return any(
        chosen_for(treaties, Loss("", moved.incurred, moved.risk, loss_on=moved.loss_on))
        for moved in days.values()
    )


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


def _ceded(
    claim: MovedClaim, moved: Movement, lines: tuple[CededLine, ...], because: str
) -> LossCeded:
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


def restrike_life(cession: Cession, command: RestrikeLife) -> Sequence[CessionEvent]:
    """The differences on every day on which a claim of the life has moved."""
    days = posted_day_by_day(cession, command.treaties, (), date.min)
    return [CessionRestruck(day, lines, command.because) for day, _, lines in days]


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
        incurred_now, paid_now = now_incurred[key], now_paid.get(key)
        nothing = Money.zero(incurred_now.ceded.currency)
        before = posted.get(key, (nothing, nothing))
        if before != (paid_now.ceded if paid_now else nothing, incurred_now.ceded):
            lines.append(ceded_line(key[2], before, paid_now, incurred_now))
    for key in sorted(posted.keys() - now_incurred.keys()):
        before = posted[key]
        if before[0] or before[1]:
            lines.append(taken_back(key, before))
    return tuple(lines)


def _key(one: Taken) -> Key:
    return one.version.treaty_id, one.section, UUID(one.item)
