"""What can happen to the shares of a member's beneficiaries. Shares are basis points of 10,000."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Held:
    """A beneficiary and the share that is theirs."""

    beneficiary_id: UUID
    share_bps: int


@dataclass(frozen=True, slots=True)
class SharePlanned:
    """A share is asked for, and not approved yet."""

    member_id: UUID
    beneficiary_id: UUID
    share_bps: int


@dataclass(frozen=True, slots=True)
class ShareConfirmed:
    beneficiary_id: UUID


@dataclass(frozen=True, slots=True)
class ShareDropped:
    """The beneficiary was rejected or removed: the share is free again."""

    beneficiary_id: UUID


@dataclass(frozen=True, slots=True)
class DesignationInForce:
    """All shares are approved and make the whole; they take the place of the earlier ones."""

    shares: tuple[Held, ...]


DesignationEvent = SharePlanned | ShareConfirmed | ShareDropped | DesignationInForce
