"""A claim as it is looked at for fraud when it comes in, and what is known beside it.

Neither holds anything that was learnt later: no decision, no payment, no finding. Rules and models
read these two and nothing else, whether a claim has just come in, is scored again years later, or
is learnt from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from domain.fraud.alike import Alike

Bill = tuple[tuple[str, int], ...]

AROUND = timedelta(days=90)
"""Services of the member so long before or after the claim's are looked at."""
LATEST_HERE = 60
"""Claims of the provider; a scheme shows in what it sends of late, not in what it sent long ago."""
LATEST_PRICES = 100
FEWEST_PRICES = 20
"""Below that nobody can say what is usual."""
SAME_PLACES = 3
"""Two places are often the same by chance; three hardly ever."""


@dataclass(frozen=True, slots=True)
class ClaimedLine:
    """One service or good; `billed` is for the whole quantity, in minor units."""

    code: str
    quantity: Decimal
    billed: int

    @property
    def unit(self) -> Decimal:
        """The price of one, in minor units with the fraction that remains; of nothing, zero."""
        return round(self.billed / self.quantity, 6) if self.quantity > 0 else Decimal(0)


@dataclass(frozen=True)
class SeenClaim:
    """`home` and `place` are the regions of member and provider; `family` are those who are covered
    through one another. `phone` and `account` are marks that tell a number from another one, and
    empty where none is known. `diagnosis` is the main one. Names are opaque keys."""

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


@dataclass(frozen=True, slots=True)
class Known:
    """What the log held beside a claim, at the claim's own position.

    Every list is in the order of recording. `recent` are the member's other claims for services
    within 90 days, `here` the provider's latest ones, `like` what is usual for the same diagnosis.
    `usual_prices` are medians by service, where enough are known. The counts are of other families
    who gave the same phone, of their claims at this provider, of other providers paid to the same
    account, and of other people who were at three of the same places of late. `flagged` names
    findings that stand against the member or the provider.
    """

    recent: tuple[SeenClaim, ...] = ()
    here: tuple[SeenClaim, ...] = ()
    like: Alike = field(default_factory=Alike)
    usual_prices: Mapping[str, Decimal] = field(default_factory=dict)
    families_on_phone: int = 0
    phone_here: int = 0
    providers_on_account: int = 0
    companions: int = 0
    flagged: tuple[str, ...] = ()
