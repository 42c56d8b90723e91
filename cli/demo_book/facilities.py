"""Hospitals, clinics and pharmacies of every region, their contracts and prices."""

from dataclasses import dataclass
from random import Random

from cli.demo_book.places import REGIONS
from cli.demo_book.services import ITEMS
from domain.money import Money
from domain.provider.events import Level, TariffPrice

CURRENCY = "TZS"


@dataclass(frozen=True, slots=True)
class Facility:
    """`at` is how an illness names the place; an empty tariff means that there is no contract."""

    key: str
    name: str
    level: Level
    region: str
    at: str
    account: str
    tariff: tuple[TariffPrice, ...]

    @property
    def in_network(self) -> bool:
        return bool(self.tariff)

    def price(self, code: str) -> int:
        """The price of one unit in whole shillings; a facility without contract asks its own."""
        agreed = next((price for price in self.tariff if price.code == code), None)
        if agreed is not None:
            return agreed.unit_price.minor // 100
        return next(item.price for item in ITEMS if item.code == code) * 13 // 10


# Level, how an illness names the place, words of its name, prices in percent of the list.
KINDS = (
    (Level.HOSPITAL, "hospital", ("Referral Hospital", "Mission Hospital"), (98, 112)),
    (Level.HEALTH_CENTRE, "clinic", ("Health Centre", "Family Clinic"), (92, 104)),
    (Level.PHARMACY, "pharmacy", ("Pharmacy", "Duka la Dawa"), (95, 105)),
)
WORDS = (
    "Mwangaza", "Tumaini", "Baobab", "Jua Kali", "Mlimani", "Bahari", "Uzima", "Amani", "Mkoko",
    "Kisima", "Faraja", "Mwembe", "Nyota", "Upendo", "Maji Safi", "Mbuyu", "Rehema", "Machweo",
)  # fmt: skip


def facilities(random: Random) -> tuple[Facility, ...]:
    """For every region a hospital, two clinics and a pharmacy; one hospital is out of network."""
    made: list[Facility] = []
    for region in REGIONS:
        for level, at, kinds, usual in KINDS:
            for nth in range(2 if at == "clinic" else 1):
                # The very first of each kind keeps to the list: the worked examples go there.
                percent = (100, 100) if region is REGIONS[0] and nth == 0 else usual
                word = random.choice(WORDS)
                name = f"{word} {kinds[nth % len(kinds)]}, {region.name}"
                made.append(_facility(random, name, (level, at), region.name, percent))
    outside = _facility(
        random, "Bandari Private Hospital", (Level.HOSPITAL, "outside"), REGIONS[0].name, (0, 0)
    )
    return (*made, outside)


def _facility(
    random: Random, name: str, kind: tuple[Level, str], region: str, percent: tuple[int, int]
) -> Facility:
    level, at = kind
    per_cent = random.randint(*percent)
    # A tariff in whole hundreds of shillings, as price lists are printed.
    tariff = tuple(
        TariffPrice(
            item.code,
            item.description,
            item.category,
            Money.of(item.price * per_cent // 10_000 * 100, CURRENCY),
        )
        for item in ITEMS
        if per_cent and (level is not Level.PHARMACY or item.category == "medicine")
    )
    key = f"{at}-{region}-{name}".lower().replace(" ", "-")
    account = f"0150{random.randrange(10**8):08d}"
    return Facility(key, name, level, region, at, account, tariff)
