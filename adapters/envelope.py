"""What stands around every fact in the log: who, when, why, on whose command, caused by what."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Meta:
    """Shared by all facts of one command.

    `recorded_at` (UTC) is when the ledger learnt it; `effective_on` is the day from which it
    holds in the world. `caused_by` is the log position of the event that led to this command.
    """

    recorded_at: datetime
    effective_on: date
    actor: str
    command_id: UUID
    correlation_id: UUID
    caused_by: int | None = None
    reason: str = ""


class Recorded(NamedTuple):
    """One event as it stands in the log. A tuple, because readers make a great many of them."""

    position: int
    stream_id: UUID
    version: int
    name: str
    fact: Any
    meta: Meta
    hash: bytes = b""


@dataclass(frozen=True, slots=True)
class Loaded(Generic[S]):
    """A stream folded to its state: what a command decides on and appends to."""

    stream_id: UUID
    version: int
    state: S
    last_hash: bytes = b""


@dataclass(frozen=True, slots=True)
class Change:
    """Facts to add to one stream, decided from the version that was loaded.

    `days`, where it is given, names for each fact the day from which it holds, instead of the
    day of the command: an account taken over from elsewhere has entries of many days.
    """

    loaded: Loaded[Any]
    facts: tuple[Any, ...]
    days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything that one command does: all of its changes take effect, or none.

    A command id is used for one batch only. `fingerprint` tells a repeated request from another
    one under the same id; `answer` is what a repeated request is told (plain JSON values).
    """

    changes: tuple[Change, ...]
    meta: Meta
    fingerprint: bytes = b""
    answer: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a command took effect: the last position it wrote and what was answered.

    `repeated` tells that the command had been carried out before and nothing new was written.
    """

    command_id: UUID
    position: int
    answer: dict[str, Any] = field(default_factory=dict)
    repeated: bool = False


class Conflict(Exception):
    """Somebody else appended to the stream first: load and decide again."""


class OtherKind(Exception):
    """The stream with this id is about another kind of thing than was asked for."""


class CommandReused(Exception):
    """The command id was used before for another request body."""
