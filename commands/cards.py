"""Use cases of cards: issue, print, activate, revoke. A member has one card of each medium."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from adapters.envelope import Change
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.card import CARD
from domain.card.decide import (
    ActivateCard,
    CardCommand,
    IssueCard,
    PrintCard,
    RevokeCard,
    issued,
)
from domain.card.events import Medium
from domain.ids import CARD as CARD_SERIES
from domain.ids import numbered
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.refusals import RuleBroken
from domain.register import REGISTER
from domain.register.decide import RegisterValue, ReleaseValue

REGISTERED_AS = "member_card"
YEARS = 2  # for which a card is good where nothing else is said


@dataclass(frozen=True, slots=True)
class NewCard:
    """`expires_on` is two years ahead where it is left out."""

    member_id: UUID
    medium: Medium = Medium.DIGITAL
    expires_on: date | None = None
    card_id: UUID | None = None


def issue_card(desk: Desk, context: Context, request: NewCard) -> Outcome:
    """Issue a card; an earlier one of the same medium is revoked, because this one replaces it."""

    def decide() -> Decision:
        card = desk.store.load(CARD, request.card_id or desk.ids.new())
        member = enrolled(desk.store.load(MEMBER, request.member_id).state)
        if not member.active:
            raise RuleBroken("card.member_inactive", "the member's record is set aside")
        earlier, changes = place_taken(desk, context, request, card.stream_id)
        year = context.effective_on.year
        command = IssueCard(
            number="",
            member_id=request.member_id,
            member_number=member.number,
            medium=request.medium,
            issued_on=context.effective_on,
            expires_on=request.expires_on or years_later(context.effective_on, YEARS),
            issued_by=context.actor,
            replaces=earlier,
        )
        CARD.decide(card.state, command)  # refuse before a number is used up
        number = numbered(CARD_SERIES, year, desk.numbers.take(f"{CARD_SERIES}|{year}")[0])
        facts = CARD.decide(card.state, replace(command, number=number))
        answer = {"id": str(card.stream_id), "number": number}
        return Decision((changed(card, facts), *changes), answer)

    return carry_out(desk.store, context, decide)


def years_later(day: date, years: int) -> date:
    """The same day some years on; the last of February stays in February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def place_taken(
    desk: Desk, context: Context, request: NewCard, card_id: UUID
) -> tuple[UUID | None, tuple[Change, ...]]:
    """The card that stands in the member's place for this medium, and the changes that free it."""
    name = desk.blind.of(REGISTERED_AS, f"{request.member_id}|{request.medium}")
    entry = desk.store.load(REGISTER, name)
    taken = RegisterValue(REGISTERED_AS, card_id)
    earlier_id = entry.state.owner_id
    if earlier_id is None or earlier_id == card_id:
        return None, (changed(entry, REGISTER.decide(entry.state, taken)),)
    earlier = desk.store.load(CARD, earlier_id)
    revoke = RevokeCard("replaced by a new card", context.actor)
    released = REGISTER.decide(entry.state, ReleaseValue(earlier_id))
    freed = REGISTER.fold(released, entry.state)
    return earlier_id, (
        changed(earlier, CARD.decide(earlier.state, revoke)),
        changed(entry, (*released, *REGISTER.decide(freed, taken))),
    )


def print_card(desk: Desk, context: Context, card_id: UUID) -> Outcome:
    """Say that a physical card was made: it leaves the queue."""
    return _change(desk, context, card_id, PrintCard(context.actor))


def activate_card(desk: Desk, context: Context, card_id: UUID) -> Outcome:
    """The member has it: from now on it counts."""
    return _change(desk, context, card_id, ActivateCard(context.effective_on, context.actor))


def revoke_card(desk: Desk, context: Context, card_id: UUID) -> Outcome:
    """It counts no longer: lost, stolen, or the member left."""
    return _change(desk, context, card_id, RevokeCard(context.reason, context.actor))


def _change(desk: Desk, context: Context, card_id: UUID, command: CardCommand) -> Outcome:
    def decide() -> Decision:
        card = desk.store.load(CARD, card_id)
        number = issued(card.state).number
        facts = CARD.decide(card.state, command)
        return Decision((changed(card, facts),), {"id": str(card_id), "number": number})

    return carry_out(desk.store, context, decide)
