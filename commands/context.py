"""Who asks, when, why and on whose behalf: what surrounds one command."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from adapters.envelope import Meta
from adapters.event_store import EventStore
from commands.ports import (
    Bank,
    BlindIndex,
    ClaimsKnown,
    Clock,
    FraudJudge,
    Ids,
    Numbers,
    Post,
    Texts,
)
from domain.adjudication.routing import Bands
from domain.money import Money


@dataclass(frozen=True, slots=True)
class Context:
    """One command's surroundings. `command_id` is made by the caller before the first try.

    `fingerprint` is a hash of the request, so that an id cannot be reused for another one.
    `known_from` is the log position of the event that led to this command. A dry run decides
    and explains, and records nothing.
    """

    actor: str
    command_id: UUID
    correlation_id: UUID
    recorded_at: datetime
    effective_on: date
    roles: frozenset[str] = frozenset()
    caused_by: int | None = None
    reason: str = ""
    fingerprint: bytes = b""
    dry_run: bool = False
    expected_version: int | None = None

    def meta(self) -> Meta:
        return Meta(
            recorded_at=self.recorded_at,
            effective_on=self.effective_on,
            actor=self.actor,
            command_id=self.command_id,
            correlation_id=self.correlation_id,
            caused_by=self.caused_by,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """Which claims of at least `floor_minor` a medical reviewer sees before they are decided.

    `variance_percent` above the average bill of the diagnosis; 0 = nobody looks for it.
    """

    all: bool = False
    share_percent: Decimal = Decimal(0)
    variance_percent: Decimal = Decimal(0)
    floor_minor: int = 0


@dataclass(frozen=True, slots=True)
class PaymentRules:
    """Payments above `approval_above_minor` wait for a second person (0: none does), with
    `duties_apart` one who has not entered or approved the claim; with `in_batches` all wait until
    they are sent together."""

    approval_above_minor: int = 0
    in_batches: bool = False
    duties_apart: bool = False


@dataclass(frozen=True, slots=True)
class Couriers:
    """Who delivers what members are told; `insurer` is the name that it is signed with."""

    insurer: str = ""
    texts: Texts | None = None
    mail: Post | None = None

    @property
    def any(self) -> bool:
        return self.texts is not None or self.mail is not None


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a use case works with."""

    store: EventStore
    clock: Clock
    ids: Ids
    numbers: Numbers
    blind: BlindIndex
    claims_known: ClaimsKnown
    judge: FraudJudge
    bank: Bank
    bands: Bands
    currency: str
    underwriting_auto_up_to: Money
    settings: dict[str, str] = field(default_factory=dict)
    review: ReviewRules = ReviewRules()
    payments: PaymentRules = PaymentRules()
    couriers: Couriers = Couriers()
