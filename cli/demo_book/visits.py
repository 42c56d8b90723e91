"""A year of visits: who falls ill when, where they go, and what the provider writes on the bill."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cli.demo_book.facilities import CURRENCY, Facility
from cli.demo_book.people import Family, Person
from cli.demo_book.services import BY_CODE, ILLNESSES, RAINY_MONTHS, Illness
from domain.claim.events import BilledLine, Payee
from domain.member.events import Sex
from domain.money import Money, total
from domain.periods import age_on

VISITS_EACH = Decimal("7.6")


@dataclass(frozen=True, slots=True)
class Visit:
    """One claim to submit. `planted` names the oddity it was made for; empty = an ordinary one."""

    key: str
    family: str
    person: str
    facility: str
    kind: str
    visit_type: str
    service_from: date
    service_until: date
    diagnoses: tuple[str, ...]
    lines: tuple[BilledLine, ...]
    invoice_no: str
    payee: Payee = Payee.PROVIDER
    planted: str = ""

    @property
    def billed(self) -> Money:
        return total((line.billed for line in self.lines), CURRENCY)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a family goes: its own clinic, hospital and pharmacy, and the one out of network."""

    places: Mapping[str, Facility]
    invoices: dict[str, int] = field(default_factory=dict)

    def invoice(self, facility: str) -> str:
        """The facility's next invoice number."""
        self.invoices[facility] = self.invoices.get(facility, 0) + 1
        return f"INV-{self.invoices[facility]:05d}"


def visits_of(
    random: Random, family: Family, around: Surroundings, first_on: date, until_on: date
) -> list[Visit]:
    """The ordinary visits of a family on days from `first_on` up to, without, `until_on`."""
    made = []
    days = (until_on - first_on).days
    for person in family.people:
        age = age_on(person.details.born_on, until_on)
        for nth in range(_how_many(random, age)):
            illness = _illness(random, person, age)
            service_from = _day(random, illness, first_on, days)
            key = f"{person.key}-visit-{nth + 1}"
            made.append(visit(random, key, family, person, illness, around, service_from, until_on))
    return made


def _how_many(random: Random, age: int) -> int:
    """Visits a year: small children and older people come more often, and some people never."""
    usual = VISITS_EACH * (Decimal("1.25") if age < 6 or age > 49 else Decimal("0.9"))
    return max(0, round(random.gauss(float(usual), 2.8)))


def _illness(random: Random, person: Person, age: int) -> Illness:
    fitting = [
        illness
        for illness in ILLNESSES
        if illness.ages[0] <= age <= illness.ages[1]
        and (not illness.women or person.details.sex is Sex.FEMALE)
    ]
    return random.choices(fitting, [illness.weight for illness in fitting])[0]


def _day(random: Random, illness: Illness, first_on: date, days: int) -> date:
    """A day of the year; illnesses of the rains fall into a rainy month two times out of three."""
    last = max(1, days - illness.nights[1])
    drawn = [first_on + timedelta(days=random.randrange(last)) for _ in range(6)]
    if illness.rains and random.random() < 2 / 3:
        return next((day for day in drawn if day.month in RAINY_MONTHS), drawn[0])
    return drawn[0]


def visit(
    random: Random,
    key: str,
    family: Family,
    person: Person,
    illness: Illness,
    around: Surroundings,
    service_from: date,
    until_on: date,
) -> Visit:
    """One visit at the family's usual place, now and then at the hospital out of network."""
    at = illness.at
    if at == "hospital" and random.random() < 0.02:
        at = "outside"
    facility = around.places[at]
    nights = random.randint(*illness.nights)
    return Visit(
        key=key,
        family=family.key,
        person=person.key,
        facility=facility.key,
        kind=illness.kind,
        visit_type="emergency" if nights and random.random() < 0.4 else "ordinary",
        service_from=service_from,
        service_until=min(service_from + timedelta(days=nights), until_on - timedelta(days=1)),
        diagnoses=illness.diagnoses,
        lines=lines(random, illness, facility),
        invoice_no=around.invoice(facility.key),
        payee=Payee.PROVIDER if facility.in_network else Payee.MEMBER,
        planted="" if facility.in_network else "out_of_network",
    )


def lines(random: Random, illness: Illness, facility: Facility) -> tuple[BilledLine, ...]:
    """What is billed: mostly the agreed price, one time in eight somewhat more."""
    made: list[BilledLine] = []
    for code, fewest, most in illness.lines:
        quantity = random.randint(fewest, most)
        if quantity:
            asked_bps = 10_000 if random.random() < 7 / 8 else random.randint(10_300, 12_500)
            made.append(line(len(made) + 1, code, quantity, facility.price(code), asked_bps))
    return tuple(made)


def line(number: int, code: str, quantity: int, unit_price: int, asked_bps: int) -> BilledLine:
    """`asked_bps` of the unit price, in whole hundreds of shillings for one unit."""
    asked = quantity * (unit_price * asked_bps // 1_000_000 * 100)
    item = BY_CODE[code]
    return BilledLine(
        number, code, item.description, item.category, Decimal(quantity), Money.of(asked, CURRENCY)
    )
