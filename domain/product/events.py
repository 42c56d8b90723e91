"""What can happen to a product: versions of its terms, each in force from a day."""

from dataclasses import dataclass
from datetime import date

from domain.adjudication.product import Terms


@dataclass(frozen=True, slots=True)
class ProductVersionPublished:
    """`terms.version` counts from 1; the terms hold from `effective_from` until the next."""

    code: str
    name: str
    effective_from: date
    terms: Terms
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ProductWithdrawn:
    """No policy starts on or after this day; policies that run keep their terms."""

    from_on: date
    reason: str


ProductEvent = ProductVersionPublished | ProductWithdrawn
