"""What can happen to a member's data: it is asked to be erased, held by law, or erased for ever."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LegalHoldPlaced:
    """The data must be kept, for instance for a court; `hold` is the reference it is known by."""

    hold: str
    grounds: str
    placed_by: str


@dataclass(frozen=True, slots=True)
class LegalHoldLifted:
    hold: str
    lifted_by: str


@dataclass(frozen=True, slots=True)
class MemberErasureRequested:
    """The person, or the law on their behalf, asks for their data to be erased."""

    grounds: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class MemberErasureRefused:
    """The data was not erased, because these legal holds want it kept."""

    grounds: str
    refused_to: str
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberErased:
    """From here on nobody can read who the member was; what they were paid and why stays."""

    grounds: str
    requested_by: str
    approved_by: str


ErasingEvent = (
    LegalHoldPlaced | LegalHoldLifted | MemberErasureRequested | MemberErasureRefused | MemberErased
)
