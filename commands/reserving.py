"""A claim that was approved beforehand: it may be claimed, and takes what was reserved for it."""

from datetime import date
from uuid import UUID

from adapters.envelope import Change
from commands.adjudication import Gathered
from commands.benefit_books import Books
from commands.context import Desk
from commands.handling import changed
from domain.adjudication.balances import LIFE
from domain.adjudication.determination import Determination
from domain.claim.state import Submitted
from domain.ids import accumulator_id
from domain.preauthorisation import PREAUTHORISATION
from domain.preauthorisation.decide import UseApproval, may_be_claimed, requested
from domain.preauthorisation.state import Requested, Stage


def check_approval(
    desk: Desk, which: UUID | None, whose: tuple[UUID, UUID, UUID], service_from: date
) -> None:
    """Refuse a claim that names an approval which is not for its member, policy and provider
    (`whose`), or is no longer valid; a claim that names none may come."""
    if which is not None:
        asked = requested(desk.store.load(PREAUTHORISATION, which).state)
        may_be_claimed(asked, *whose, service_from)


def used(
    desk: Desk, claim_id: UUID, claim: Submitted, found: Gathered, determination: Determination
) -> tuple[Change, ...]:
    """What the claim takes of the benefit, in the place of what was reserved for it; its approval
    ends with it."""
    books = Books(desk)
    books.balances_for(found, claim)
    ended: tuple[Change, ...] = ()
    if claim.preauthorisation_id is not None:
        asked = desk.store.load(PREAUTHORISATION, claim.preauthorisation_id)
        standing = asked.state
        # Where it ended before its claim was decided, it gave everything back then.
        if isinstance(standing, Requested) and standing.stage is Stage.APPROVED:
            facts = PREAUTHORISATION.decide(standing, UseApproval(claim_id, claim.number))
            ended = (changed(asked, facts),)
            books.release(asked.stream_id, reserved_in(standing))
    books.take(claim_id, claim.number, found, determination)
    return (*books.changes(), *ended)


def released(desk: Desk, which: UUID, asked: Requested) -> tuple[Change, ...]:
    """Everything that was reserved, free again."""
    books = Books(desk)
    books.release(which, reserved_in(asked))
    return books.changes()


def reserved_in(asked: Requested) -> tuple[UUID, ...]:
    """The accumulators in which an approval keeps benefit, whatever the terms say today."""
    starts = [date.fromisoformat(year) for year in asked.years if year != LIFE]
    return (
        *(accumulator_id(asked.policy_id, start) for start in starts),
        accumulator_id(asked.policy_id, None),
    )
