"""What a treaty reads: the insured risk, and the losses and premiums that belong to it."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.money import Money


@dataclass(frozen=True, slots=True)
class Risk:
    """Whose cover it is. Scope rows select by these fields, risk levels group by them."""

    member: str = ""
    policy: str = ""
    account: str = ""
    group: str = ""
    portfolio: str = ""
    line_of_business: str = ""
    country: str = ""
    tag: str = ""
    grade: str = ""
    sum_insured: Money | None = None
    inception_on: date | None = None


UNKNOWN_RISK = Risk()


@dataclass(frozen=True, slots=True)
class Loss:
    """One amount to cede. `item` is its name in the result and unique in one calculation.

    `event` ties the losses of one occurrence; a loss without one is its own. `returned_from`
    names the treaty whose event limit gave the amount back: it belongs to the event, and no
    cover per risk reads it again. `exact` is set where an earlier treaty allocated its recovery
    without posting it: the amount in minor units before any rounding.
    """

    item: str
    amount: Money
    risk: Risk = UNKNOWN_RISK
    claim: str = ""
    expenses: Money | None = None
    event: str = ""
    loss_on: date | None = None
    returned_from: str = ""
    exact: Fraction | None = None

    @property
    def minor(self) -> Fraction:
        """The amount that the next treaty reads, in minor units."""
        return Fraction(self.amount.minor) if self.exact is None else self.exact

    @property
    def occurrence(self) -> str:
        return self.event or f"loss {self.item}"


@dataclass(frozen=True, slots=True)
class Premium:
    """One premium movement (a return is negative) on a risk."""

    item: str
    amount: Money
    risk: Risk = UNKNOWN_RISK
    effective_on: date | None = None
