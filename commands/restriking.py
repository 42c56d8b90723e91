"""Use case after a treaty was endorsed or cancelled: what it covers is struck again.

Each life is a command of its own, named after the one that asked. What is done twice, or goes on
where it was interrupted, posts the differences once: there is nothing left to post.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from commands.cessions import CessionOf, YearStrike, restrike_life, strike_years
from commands.context import Context, Desk
from commands.handling import Outcome
from commands.treaties import versions_in_force
from domain.cession import CESSION
from domain.cession.events import LossCeded
from domain.cession.programme import TreatyVersion, chosen_for, struck_by_life
from domain.ids import cession_id, programme_id
from domain.reinsurance.loss import Loss

_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class RestrikeOf:
    """The treaty whose terms have changed."""

    treaty_id: UUID


def restrike_treaty(desk: Desk, context: Context, request: RestrikeOf) -> Outcome:
    """Strike every life with losses that the treaty covers or has covered, and then the days on
    which treaties with limits over a year were struck; only differences are posted.

    Premiums that were ceded stay as they are, and claims that no treaty has covered so far are
    struck by `bima treaty strike`.
    """
    reason = context.reason or "the terms of a treaty were changed"
    own = [one for one, _ in versions_in_force(desk) if one.treaty_id == request.treaty_id]
    posted = 0
    for member in lives_ceded(desk, request.treaty_id, own):
        outcome = restrike_life(desk, _for(context, str(member), reason), CessionOf(member))
        posted += outcome.receipt is not None
    if not all(struck_by_life(one.terms) for one, _ in versions_in_force(desk)):
        members = lives_ceded(desk)
        for day in sorted(desk.store.load(CESSION, cession_id(programme_id())).state.posted):
            strike = YearStrike(day, members)
            outcome = strike_years(desk, _for(context, day.isoformat(), reason), strike)
            posted += outcome.receipt is not None
    return Outcome({"posted": posted}, None, None)


def lives_ceded(
    desk: Desk, treaty: UUID | None = None, versions: list[TreatyVersion] | None = None
) -> list[UUID]:
    """The members of whom anything was ceded; with a `treaty`, those with a loss that one of its
    `versions` covers or of which it has taken something."""
    found = {
        UUID(fact.risk.member)
        for fact in _ceded(desk)
        if treaty is None
        or any(line.treaty_id == treaty for line in fact.lines)
        or chosen_for(versions or (), Loss("", fact.incurred, fact.risk, loss_on=fact.loss_on))
    }
    return sorted(found, key=str)


def _ceded(desk: Desk) -> Iterator[LossCeded]:
    position = 0
    while page := desk.store.read_after(position, _PAGE, names=["cession.loss_ceded"]):
        yield from (event.fact for event in page)
        position = page[-1].position


def _for(context: Context, part: str, reason: str) -> Context:
    """The command of one part, the same whenever the whole is asked for again."""
    return replace(context, command_id=uuid5(context.command_id, part), reason=reason)
