"""Families: a principal, often a spouse, some children, and the plan that they chose."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from cli.demo_book.places import FAMILY_NAMES, MEN, REGIONS, WOMEN, Region
from domain.member.events import MemberDetails, Relationship, Sex


@dataclass(frozen=True, slots=True)
class Person:
    """`key` names the person within the book, before the ledger has given a number."""

    key: str
    details: MemberDetails
    relationship: Relationship
    principal: str | None


@dataclass(frozen=True, slots=True)
class Family:
    """`instalments` a year; `stops_paying_after` of them, None where all are paid."""

    key: str
    region: str
    people: tuple[Person, ...]
    plan: str
    instalments: int
    stops_paying_after: int | None

    @property
    def principal(self) -> Person:
        return self.people[0]


# Plans by how many of a hundred families choose them.
PLANS = {"MSINGI": 40, "FAMILIA": 45, "PLUS": 15}
LAPSES_ONE_IN = 16


def families(random: Random, members: int, until_on: date) -> tuple[Family, ...]:
    """Families of together `members` people; ages are counted on `until_on`."""
    made: list[Family] = []
    left = members
    while left:
        family = _family(random, len(made) + 1, left, until_on)
        made.append(family)
        left -= len(family.people)
    return tuple(made)


def _family(random: Random, number: int, most: int, until_on: date) -> Family:
    first = number == 1  # the family of the worked examples: in the first region, fully paid
    region = random.choices(REGIONS, [region.weight for region in REGIONS])[0]
    region = REGIONS[0] if first else region
    key = f"family-{number}"
    surname = random.choice(FAMILY_NAMES)
    age = random.randint(24, 62)
    sex = random.choice((Sex.MALE, Sex.FEMALE))
    kin: list[tuple[Relationship, int, Sex]] = [(Relationship.SELF, age, sex)]
    if random.random() < 0.65:
        other = Sex.FEMALE if sex is Sex.MALE else Sex.MALE
        spouse_age = min(64, max(20, age + random.randint(-7, 5)))
        kin.append((Relationship.SPOUSE, spouse_age, other))
    oldest_child = min(18, age - 20)
    for _ in range(random.choices((0, 1, 2, 3, 4), (18, 22, 30, 20, 10))[0]):
        child_sex = random.choice((Sex.MALE, Sex.FEMALE))
        kin.append((Relationship.CHILD, random.randint(1, oldest_child), child_sex))
    people = tuple(
        _person(random, f"{key}-{place}", key, surname, region, one, until_on)
        for place, one in enumerate(kin[:most], 1)
    )
    plan = "FAMILIA" if first else random.choices(list(PLANS), list(PLANS.values()))[0]
    instalments = random.choices((1, 4, 12), (35, 40, 25))[0]
    if number % LAPSES_ONE_IN == 3:  # pays a first quarter, or two, and then no more
        return Family(key, region.name, people, plan, 4, random.randint(1, 2))
    return Family(key, region.name, people, plan, instalments, None)


def _person(
    random: Random,
    key: str,
    family: str,
    surname: str,
    region: Region,
    kin: tuple[Relationship, int, Sex],
    until_on: date,
) -> Person:
    relationship, age, sex = kin
    born_on = until_on - timedelta(days=round(age * 365.25) + random.randint(1, 364))
    adult = relationship is not Relationship.CHILD
    first = random.choice(WOMEN if sex is Sex.FEMALE else MEN)
    details = MemberDetails(
        first_name=first,
        last_name=surname,
        born_on=born_on,
        sex=sex,
        national_id=_national_id(random, born_on) if adult else "",
        phone=f"+255700{random.randrange(10**6):06d}" if adult else "",
        region=region.name,
        district=random.choice(region.districts),
    )
    principal = None if relationship is Relationship.SELF else f"{family}-1"
    return Person(key, details, relationship, principal)


def _national_id(random: Random, born_on: date) -> str:
    """A number of the form of a national id. Its place code 00000 is no place: nobody has it."""
    return f"{born_on:%Y%m%d}-00000-{random.randrange(10**5):05d}-{random.randrange(100):02d}"
