"""The whole book: facilities, families, a year of visits and three applications for cover."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from random import Random

from cli.demo_book import planted
from cli.demo_book.applications import APPLICATIONS, Applied
from cli.demo_book.facilities import Facility, facilities
from cli.demo_book.people import Family, families
from cli.demo_book.visits import Surroundings, Visit, visits_of
from domain.periods import Period, add_months

GRACE_DAYS = 30
FEWEST_MEMBERS = 10


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that the demo tells the ledger. `year` is the policy year of all families.

    `examples` are submitted first of all, then `visits` in the order of their service days.
    `lapses` names the first day without cover of every family that stopped paying.
    """

    seed: int
    today: date
    year: Period
    facilities: tuple[Facility, ...]
    families: tuple[Family, ...]
    examples: tuple[Visit, ...]
    visits: tuple[Visit, ...]
    applications: tuple[Applied, ...]
    lapses: Mapping[str, date]

    @property
    def members(self) -> int:
        return sum(len(family.people) for family in self.families)


def make_book(members: int, seed: int, today: date, edition: int = 0) -> Book:
    """The book of a seed: the same members, seed and day give the same book to the last shilling.

    Another `edition` is another book, for a ledger that holds one already. Raises ValueError
    for fewer than ten members, too few to plant what the demo shows.
    """
    if members < FEWEST_MEMBERS:
        raise ValueError(f"a book needs at least {FEWEST_MEMBERS} members")
    random = Random(f"{seed}|{edition}")  # noqa: S311  # a made-up book, nothing secret
    year = policy_year(today)
    places = facilities(random)
    people = families(random, members, today)
    around = surroundings(random, people, places)
    lapses = {f.key: day for f in people if (day := lapses_on(f, year)) and day <= today}
    first = people[0]
    examples = (
        planted.outpatient_example(first, around[first.key], today - timedelta(days=9)),
        planted.surgery_example(first, around[first.key], today - timedelta(days=30)),
    )
    abusers = people[1 : 2 + len(people) // 40]
    visits: list[Visit] = []
    for family in people:
        found = visits_of(random, family, around[family.key], year.from_on, today)
        if family in abusers:  # one of them goes from clinic to clinic, and has no other visits
            found = [visit for visit in found if visit.person != family.principal.key]
        visits += until_turned_away(found, lapses.get(family.key))
    visits = with_oddities(visits, around)
    clinics = [place for place in places if place.at == "clinic"]
    for family in abusers:
        last_on = min(today, lapses.get(family.key, today)) - timedelta(days=1)
        visits += planted.frequent(random, family, around[family.key], clinics, last_on)
    visits.sort(key=lambda visit: (visit.service_from, visit.key))
    return Book(
        seed, today, year, places, people, examples, tuple(visits), APPLICATIONS, lapses
    )  # fmt: skip


def policy_year(today: date) -> Period:
    """The twelve months that end with the current one, so that cover still holds today."""
    until_on = add_months(today.replace(day=1), 1)
    return Period(add_months(until_on, -12), until_on)


def lapses_on(family: Family, year: Period) -> date | None:
    """The first day without cover of a family that stops paying: its due day and the grace."""
    if family.stops_paying_after is None:
        return None
    months = 12 // family.instalments * family.stops_paying_after
    return add_months(year.from_on, months) + timedelta(days=GRACE_DAYS)


def surroundings(
    random: Random, people: tuple[Family, ...], places: tuple[Facility, ...]
) -> dict[str, Surroundings]:
    """Every family's own clinic, hospital and pharmacy of its region; nobody uses more than four.

    The first family goes to the first of each kind, whose prices are those of the list.
    """
    outside = next(place for place in places if not place.in_network)
    invoices: dict[str, int] = {}
    found = {}
    for family in people:
        near = [p for p in places if p.region == family.region and p.in_network]
        usual = {"outside": outside}
        for at in ("clinic", "hospital", "pharmacy"):
            choice = [place for place in near if place.at == at]
            usual[at] = choice[0] if family is people[0] else random.choice(choice)
        found[family.key] = Surroundings(usual, invoices)
    return found


def until_turned_away(found: list[Visit], lapsed_on: date | None) -> list[Visit]:
    """Visits in cover, and the first two after it ended: then the family knows."""
    if lapsed_on is None:
        return found
    found = sorted(found, key=lambda visit: visit.service_from)
    covered = [visit for visit in found if visit.service_until < lapsed_on]
    late = (visit for visit in found if visit.service_until >= lapsed_on)
    return covered + [replace(visit, planted=planted.LAPSED) for visit in islice(late, 2)]


def with_oddities(visits: list[Visit], around: Mapping[str, Surroundings]) -> list[Visit]:
    """One in 120 is overpriced, one in 150 is billed again, one in 250 is sent twice."""
    made: list[Visit] = []
    ordinary = 0
    for visit in visits:
        if visit.planted:
            made.append(visit)
            continue
        ordinary += 1
        made.append(planted.overpriced(visit) if ordinary % 120 == 7 else visit)
        if ordinary % 150 == 3:
            made.append(planted.duplicated(visit, around[visit.family]))
        if ordinary % 250 == 5:
            made.append(planted.sent_twice(visit))
    return made
