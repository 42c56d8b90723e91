"""What can happen to a value that may belong to one owner only (a national id, an invoice)."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ValueRegistered:
    """The value now belongs to `owner_id`; the value itself is never stored, only its stream."""

    kind: str
    owner_id: UUID


@dataclass(frozen=True, slots=True)
class ValueReleased:
    owner_id: UUID


RegisterEvent = ValueRegistered | ValueReleased
