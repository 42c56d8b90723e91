"""A health claim as fraud models see it when it comes in: what was asked, by whom, for whom.

It holds nothing that was learnt later: no decision, no payment, no finding.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

Bill = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ClaimedLine:
    """One service or good; `billed` is for the whole quantity, in minor units."""

    code: str
    quantity: int
    billed: int

    @property
    def unit(self) -> float:
        """The price of one, in minor units."""
        return self.billed / self.quantity


@dataclass(frozen=True)
class HealthClaim:
    """`home` and `place` are the regions of member and provider; `phone` is the member's and
    `account` the one that the provider is paid to. Names of people and places are opaque keys."""

    claim_id: str
    member: str
    family: str
    provider: str
    phone: str
    account: str
    home: str
    place: str
    diagnosis: str
    service_on: date
    submitted_on: date
    lines: tuple[ClaimedLine, ...]

    @cached_property
    def billed(self) -> int:
        return sum(line.billed for line in self.lines)

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(line.code for line in self.lines)

    @cached_property
    def bill(self) -> Bill:
        """What was asked for, to the last cent: two visits are seldom billed quite alike."""
        return tuple(sorted((line.code, line.billed) for line in self.lines))
