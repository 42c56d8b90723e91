"""Which terms a product has on a day."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from domain.adjudication.product import Terms
from domain.product.events import ProductEvent, ProductVersionPublished, ProductWithdrawn


@dataclass(frozen=True, slots=True)
class NotPublished:
    pass


@dataclass(frozen=True, slots=True)
class Version:
    effective_from: date
    terms: Terms


@dataclass(frozen=True, slots=True)
class Published:
    code: str
    name: str
    versions: tuple[Version, ...]
    withdrawn_from: date | None = None

    def on(self, day: date) -> Terms | None:
        """The terms in force on a day: the version begun last; of several, the latest."""
        begun = [v for v in self.versions if v.effective_from <= day]
        if not begun:
            return None
        return max(begun, key=lambda v: (v.effective_from, v.terms.version)).terms


Product = NotPublished | Published


def evolve(product: Product, event: ProductEvent) -> Product:
    match event, product:
        case ProductVersionPublished(), Published():
            version = Version(event.effective_from, event.terms)
            return replace(product, name=event.name, versions=(*product.versions, version))
        case ProductVersionPublished(), _:
            version = Version(event.effective_from, event.terms)
            return Published(event.code, event.name, (version,))
        case ProductWithdrawn(), Published():
            return replace(product, withdrawn_from=event.from_on)
        case ProductWithdrawn(), _:
            return product
        case _:
            assert_never(event)
