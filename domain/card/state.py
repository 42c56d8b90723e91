"""Where a card stands."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
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
from domain.changing import replace


class Stage(StrEnum):
    ORDERED = "ordered"
    PRINTED = "printed"
    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class NotIssued:
    pass


@dataclass(frozen=True, slots=True)
class Issued:
    number: str
    member_id: UUID
    member_number: str
    medium: Medium
    expires_on: date
    stage: Stage

    def counts_on(self, day: date) -> bool:
        """Whether somebody who shows it on a day may be believed."""
        return self.stage is Stage.ACTIVE and day < self.expires_on


Card = NotIssued | Issued


def evolve(card: Card, event: CardEvent) -> Card:
    if isinstance(event, CardIssued):
        stage = Stage.ACTIVE if event.medium is Medium.DIGITAL else Stage.ORDERED
        return Issued(
            event.number, event.member_id, event.member_number, event.medium, event.expires_on,
            stage,
        )  # fmt: skip
    if isinstance(card, NotIssued):
        return card
    match event:
        case CardPrinted():
            return replace(card, stage=Stage.PRINTED)
        case CardActivated():
            return replace(card, stage=Stage.ACTIVE)
        case CardRevoked():
            return replace(card, stage=Stage.REVOKED)
        case _:
            assert_never(event)
