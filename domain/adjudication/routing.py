"""Who decides on an adjudicated claim: by what it pays, and by its fraud score."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.money import Money


class Route(StrEnum):
    AUTO_APPROVED = "auto_approved"
    PROCESSOR_REVIEW = "processor_review"
    MANAGER_APPROVAL = "manager_approval"
    SUSPENDED = "suspended_for_investigation"


@dataclass(frozen=True, slots=True)
class Bands:
    """Approval bands: below the first amount nobody looks, above the second a manager does.

    Both edges belong to the processor. A fraud score at `fraud_suspend_at` or above suspends.
    """

    auto_below: Money
    manager_above: Money
    fraud_suspend_at: Decimal


def route(payable: Money, fraud_score: Decimal | None, bands: Bands) -> Route:
    """The route of a claim; a suspicion goes before every amount."""
    if fraud_score is not None and fraud_score >= bands.fraud_suspend_at:
        return Route.SUSPENDED
    if payable < bands.auto_below:
        return Route.AUTO_APPROVED
    if payable > bands.manager_above:
        return Route.MANAGER_APPROVAL
    return Route.PROCESSOR_REVIEW
