"""A made-up country of members, providers and illnesses: what honest claims look like.

Honest life is untidy on purpose: courses of treatment, referrals, families on one phone, chains on
one account, dear hospitals and busy malaria weeks look a little like fraud.
"""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from domain.fraud.known import ClaimedLine

REGIONS = ("Arusha", "Dar es Salaam", "Dodoma", "Mbeya", "Mwanza", "Tanga")
PRICES = {
    "CON-GEN": 10_000, "CON-SPE": 25_000, "LAB-MRDT": 5_000, "LAB-FBC": 12_000, "LAB-URI": 6_000,
    "LAB-GLU": 5_000, "LAB-LFT": 14_000, "LAB-CUL": 9_000, "LAB-PNL": 24_000, "IMG-XRY": 25_000,
    "IMG-USS": 35_000, "IMG-CT": 180_000, "PRO-WND": 12_000, "PRO-PHY": 20_000, "MED-ALU": 10_000,
    "MED-AMX": 6_000, "MED-PCM": 2_000, "MED-ORS": 3_000, "MED-CIP": 9_000, "MED-AHT": 18_000,
    "MED-MET": 12_000, "MED-INJ": 22_000, "INP-BED": 45_000, "INP-NUR": 30_000,
    "SUR-PKG": 780_000, "SUR-SRG": 420_000, "SUR-ANA": 190_000, "SUR-THE": 260_000,
    "MAT-ANC": 15_000, "DEN-EXT": 30_000, "DEN-FIL": 45_000,
}  # fmt: skip
"""List prices in whole shillings; invented."""

PACKAGES = {
    "LAB-PNL": ("LAB-FBC", "LAB-GLU", "LAB-URI", "LAB-LFT"),
    "SUR-PKG": ("SUR-SRG", "SUR-ANA", "SUR-THE", "INP-BED"),
}
"""A package, and what it is made of when somebody bills its parts instead."""

DEARER = {
    "CON-GEN": "CON-SPE", "LAB-FBC": "LAB-PNL", "LAB-GLU": "LAB-PNL", "LAB-URI": "LAB-PNL",
    "LAB-MRDT": "LAB-CUL", "MED-AMX": "MED-INJ", "MED-CIP": "MED-INJ", "MED-PCM": "MED-AMX",
    "IMG-XRY": "IMG-CT", "IMG-USS": "IMG-CT", "PRO-WND": "PRO-PHY",
}  # fmt: skip
"""What may be given in place of a service, with good reason or without."""

ELSE_FOUND = (
    "LAB-FBC",
    "LAB-GLU",
    "LAB-URI",
    "IMG-XRY",
    "IMG-USS",
    "PRO-WND",
    "MED-INJ",
    "CON-SPE",
)
FEWEST_PROVIDERS = 48
"""Eight to a region: with fewer nobody could go to five of them."""
WITH_REASON = 0.05
PARTS_WITH_REASON = 0.06


@dataclass(frozen=True, slots=True)
class Illness:
    """`lines` are (code, how often it is needed, fewest, most)."""

    diagnosis: str
    lines: tuple[tuple[str, float, int, int], ...]
    weight: int
    months: tuple[int, ...] = ()


ILLNESSES = (
    Illness("B54", (("CON-GEN", 1, 1, 1), ("LAB-MRDT", 0.95, 1, 1), ("MED-ALU", 0.9, 1, 1),
                    ("MED-PCM", 0.4, 1, 2)), 200, (3, 4, 5, 11, 12)),
    Illness("J06.9", (("CON-GEN", 1, 1, 1), ("MED-AMX", 0.6, 1, 1), ("MED-PCM", 0.7, 1, 2)), 190),
    Illness("A09", (("CON-GEN", 1, 1, 1), ("LAB-CUL", 0.4, 1, 1), ("MED-ORS", 0.9, 1, 3)), 100,
            (3, 4, 5)),
    Illness("N39.0", (("CON-GEN", 1, 1, 1), ("LAB-URI", 0.9, 1, 1), ("MED-CIP", 0.9, 1, 1)), 80),
    Illness("T14.1", (("CON-GEN", 0.9, 1, 1), ("PRO-WND", 1, 1, 3), ("MED-PCM", 0.5, 1, 1)), 60),
    Illness("I10", (("CON-SPE", 0.6, 1, 1), ("MED-AHT", 0.9, 1, 2), ("LAB-PNL", 0.3, 1, 1)), 90),
    Illness("E11.9", (("CON-SPE", 0.5, 1, 1), ("MED-MET", 0.9, 1, 2), ("LAB-PNL", 0.45, 1, 1)), 60),
    Illness("M54.5", (("CON-SPE", 0.4, 1, 1), ("PRO-PHY", 0.9, 1, 1), ("IMG-XRY", 0.15, 1, 1)), 50),
    Illness("R10.4", (("CON-SPE", 0.7, 1, 1), ("IMG-USS", 0.7, 1, 1), ("LAB-PNL", 0.6, 1, 1)), 60),
    Illness("R51", (("CON-GEN", 0.9, 1, 1), ("MED-PCM", 0.8, 1, 2), ("LAB-FBC", 0.3, 1, 1)), 70),
    Illness("Z34.9", (("MAT-ANC", 1, 1, 1), ("IMG-USS", 0.35, 1, 1), ("LAB-URI", 0.5, 1, 1)), 50),
    Illness("K08.1", (("DEN-EXT", 0.9, 1, 2), ("MED-AMX", 0.3, 1, 1)), 35),
    Illness("K02.9", (("DEN-FIL", 0.95, 1, 2),), 35),
    Illness("J18.9", (("CON-SPE", 0.8, 1, 1), ("IMG-XRY", 0.8, 1, 1), ("INP-BED", 0.7, 2, 5),
                      ("INP-NUR", 0.7, 2, 5), ("MED-INJ", 0.6, 1, 3)), 22),
    Illness("K35.8", (("SUR-PKG", 0.97, 1, 1), ("INP-BED", 0.9, 1, 3), ("INP-NUR", 0.8, 1, 3)), 12),
    Illness("S06.0", (("CON-SPE", 0.9, 1, 1), ("IMG-CT", 0.5, 1, 1), ("MED-PCM", 0.5, 1, 1)), 10),
)  # fmt: skip
CHRONIC = ("I10", "E11.9")
COURSE = "M54.5"
BY_DIAGNOSIS = {illness.diagnosis: illness for illness in ILLNESSES}


@dataclass(frozen=True, slots=True)
class Provider:
    """`level` is what it asks beside the list price; `lag` how many days it sends bills late."""

    key: str
    place: str
    account: str
    level: float
    lag: int
    monthly: bool


@dataclass(frozen=True, slots=True)
class Member:
    key: str
    family: str
    phone: str
    home: str
    usual: tuple[Provider, ...]
    chronic: str


@dataclass(frozen=True, slots=True)
class World:
    providers: tuple[Provider, ...]
    near: dict[str, tuple[Provider, ...]]
    members: tuple[Member, ...]


def world(random: Random, claims: int) -> World:
    """A country that makes about so many claims a year."""
    providers = _providers(random, max(FEWEST_PROVIDERS, claims // 220))
    near = {r: tuple(p for p in providers if p.place == r) for r in REGIONS}
    members: list[Member] = []
    while len(members) < claims // 4:
        members += _family(random, len(members), near)
    return World(providers, near, tuple(members))


def _providers(random: Random, count: int) -> tuple[Provider, ...]:
    made: list[Provider] = []
    for number in range(count):
        chain = made and random.random() < 0.08
        account = random.choice(made[-4:]).account if chain else f"acc-{number}"
        dear = 1.35 if random.random() < 0.12 else 1.0
        made.append(
            Provider(
                key=f"prv-{number}",
                place=REGIONS[number % len(REGIONS)],
                account=account,
                level=dear * random.lognormvariate(0, 0.08),
                lag=random.randint(1, 6),
                monthly=random.random() < 0.15,
            )
        )
    return tuple(made)


def _family(random: Random, first: int, near: dict[str, tuple[Provider, ...]]) -> list[Member]:
    home = random.choice(REGIONS)
    number = f"phone-{first}"
    if random.random() < 0.05:  # who has no phone of one's own gives that of a shop
        number = f"phone-shop-{home}-{random.randrange(5)}"
    usual = tuple(random.sample(near[home], min(2, len(near[home]))))
    return [
        Member(
            key=f"mbr-{first + n}",
            family=f"fam-{first}",
            phone=number if random.random() < 0.85 else f"phone-{first + n}-own",
            home=home,
            usual=usual,
            chronic=random.choice(CHRONIC) if random.random() < 0.1 else "",
        )
        for n in range(random.choice((1, 1, 2, 3, 4, 5)))
    ]


def bill(random: Random, illness: Illness, provider: Provider) -> tuple[ClaimedLine, ...]:
    """What an honest provider bills for an illness; each code once."""
    given: dict[str, int] = {}
    for code, often, fewest, most in illness.lines:
        if random.random() < often:
            for used in _needed(random, code):
                given[used] = random.randint(fewest, most)
    if not given:
        given[illness.lines[0][0]] = 1
    if random.random() < 0.02:  # every now and then something else is found
        given.setdefault(random.choice(ELSE_FOUND), 1)
    return tuple(priced(random, code, quantity, provider) for code, quantity in given.items())


def _needed(random: Random, code: str) -> tuple[str, ...]:
    """The service, or, with good reason, a dearer one or some parts of a package."""
    if code in DEARER and random.random() < WITH_REASON:
        return (DEARER[code],)
    if code in PACKAGES and random.random() < PARTS_WITH_REASON:
        return tuple(random.sample(PACKAGES[code], 2))
    return (code,)


def priced(random: Random, code: str, quantity: int, provider: Provider) -> ClaimedLine:
    """A line at the provider's price, to whole hundreds of shillings."""
    unit = PRICES[code] * provider.level * random.choice((0.95, 1, 1, 1, 1.05))
    return ClaimedLine(code, Decimal(quantity), quantity * round(unit / 100) * 10_000)
