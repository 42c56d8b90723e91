"""Which premium rates hold on a day."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.premium_rate.events import PremiumRatesPublished


@dataclass(frozen=True, slots=True)
class NotPublished:
    pass


@dataclass(frozen=True, slots=True)
class Published:
    code: str
    name: str
    product_id: UUID
    versions: tuple[PremiumRatesPublished, ...]

    def on(self, day: date) -> PremiumRatesPublished | None:
        """The version in force on a day: the one begun last; of several, the latest."""
        begun = [each for each in self.versions if each.effective_from <= day]
        return max(begun, key=lambda each: (each.effective_from, each.version), default=None)


PremiumRate = NotPublished | Published


def evolve(rate: PremiumRate, event: PremiumRatesPublished) -> PremiumRate:
    if isinstance(rate, Published):
        return replace(rate, name=event.name, versions=(*rate.versions, event))
    return Published(event.code, event.name, event.product_id, (event,))
