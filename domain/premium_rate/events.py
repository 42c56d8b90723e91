"""What can happen to a table of premium rates: versions of it, each in force from a day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.money import Money
from domain.rating.contribution import ContributionRates


class Whom(StrEnum):
    """Whom a price is for: the principal, a spouse, a child, or any of them."""

    ANY = "any"
    PRINCIPAL = "principal"
    SPOUSE = "spouse"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class AgePrice:
    """The premium of a year for one life from `age_from` up to and including `age_to` (None = of
    any age above). `sex` F or M; empty = whichever."""

    age_from: int
    premium: Money
    age_to: int | None = None
    sex: str = ""
    whom: Whom = Whom.ANY


@dataclass(frozen=True, slots=True)
class PremiumRatesPublished:
    """`version` counts from 1; holds for policies that start from `effective_from` on, until the
    next version. Priced life by life (`prices`) or as a household (`contribution`)."""

    code: str
    name: str
    product_id: UUID
    effective_from: date
    version: int
    currency: str
    prices: tuple[AgePrice, ...] = ()
    contribution: ContributionRates | None = None
