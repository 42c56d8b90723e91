"""What we allow for cards: issue, print, activate, revoke."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from domain.card.events import (
    CardActivated,
    CardEvent,
    CardIssued,
    CardPrinted,
    CardRevoked,
    Medium,
)
from domain.card.state import Card, Issued, NotIssued, Stage
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class IssueCard:
    number: str
    member_id: UUID
    member_number: str
    medium: Medium
    issued_on: date
    expires_on: date
    issued_by: str
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class PrintCard:
    printed_by: str


@dataclass(frozen=True, slots=True)
class ActivateCard:
    day: date
    activated_by: str


@dataclass(frozen=True, slots=True)
class RevokeCard:
    reason: str
    revoked_by: str


CardCommand = IssueCard | PrintCard | ActivateCard | RevokeCard


def decide(card: Card, command: CardCommand) -> Sequence[CardEvent]:
    match command:
        case IssueCard():
            return issue(card, command)
        case PrintCard():
            return print_(live(card), command)
        case ActivateCard():
            return activate(live(card), command)
        case RevokeCard():
            known = issued(card)
            if known.stage is Stage.REVOKED:
                return []
            return [CardRevoked(command.reason, command.revoked_by)]
        case _:
            assert_never(command)


def issue(card: Card, command: IssueCard) -> Sequence[CardEvent]:
    if not isinstance(card, NotIssued):
        raise WrongStage("card.already_issued", "this card has been issued before")
    if command.expires_on <= command.issued_on:
        raise RuleBroken("card.counts_on_no_day", "it expires before it counts", field="expires_on")
    return [
        CardIssued(
            command.number, command.member_id, command.member_number, command.medium,
            command.expires_on, command.issued_by, command.replaces,
        )
    ]  # fmt: skip


def print_(card: Issued, command: PrintCard) -> Sequence[CardEvent]:
    if card.medium is not Medium.PHYSICAL:
        raise RuleBroken("card.not_to_be_printed", "a digital card is not printed")
    return [CardPrinted(command.printed_by)] if card.stage is Stage.ORDERED else []


def activate(card: Issued, command: ActivateCard) -> Sequence[CardEvent]:
    if card.stage is Stage.ACTIVE:
        return []
    if command.day >= card.expires_on:
        raise RuleBroken("card.expired", f"the card expired on {card.expires_on}")
    return [CardActivated(command.activated_by)]


def issued(card: Card) -> Issued:
    """The card if there is one; otherwise the refusal."""
    if isinstance(card, NotIssued):
        raise WrongStage("card.not_found", "there is no such card")
    return card


def live(card: Card) -> Issued:
    """The card if it was not revoked."""
    known = issued(card)
    if known.stage is Stage.REVOKED:
        raise WrongStage("card.revoked", "this card was revoked: issue another")
    return known
