"""Plants fraud of five kinds among honest claims, careful and careless, and remembers where.

Each kind is done in the way that investigators describe; none of them is marked in the claim.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TypeVar

from domain.fraud.known import ClaimedLine, SeenClaim
from ml.made_up_visits import a_day, billed_again, visit
from ml.made_up_world import (
    BY_DIAGNOSIS,
    DEARER,
    PACKAGES,
    Provider,
    World,
    bill,
    priced,
)

FREQUENCY, PHANTOM, RING = "frequency", "phantom", "ring"
UPCODING, UNBUNDLING = "upcoding", "unbundling"
KINDS = (FREQUENCY, PHANTOM, RING, UNBUNDLING, UPCODING)

T = TypeVar("T")
Labelled = tuple[SeenClaim, str]
ORDINARY = ("B54", "J06.9", "A09", "N39.0", "R51")


def plant(random: Random, made: World, honest: Sequence[SeenClaim], each: int) -> list[Labelled]:
    """The honest claims and about `each` frauds of every kind, in no order."""
    claims = list(honest)
    changed: list[Labelled] = []
    for kind, worse in ((UPCODING, _upcoded), (UNBUNDLING, _unbundled)):
        changed += _dishonestly_billed(random, made, claims, each, kind, worse)
    told: list[Labelled] = [(claim, "") for claim in claims] + changed
    makers: tuple[tuple[str, Callable[[], list[SeenClaim]]], ...] = (
        (FREQUENCY, lambda: _frequent(random, made)),
        (PHANTOM, lambda: _phantoms(random, made, claims)),
        (RING, lambda: _ring(random, made)),
    )
    for kind, make in makers:
        own: list[SeenClaim] = []
        while len(own) < each:
            own += make()
        told += [(claim, kind) for claim in own[:each]]
    return told


def _frequent(random: Random, made: World) -> list[SeenClaim]:
    """One member collects the same treatment from one provider after the other."""
    member = random.choice(made.members)
    near = made.near[member.home]
    day, diagnosis = a_day(random, 15), random.choice(ORDINARY)
    visits = random.randint(5, 9)
    return [
        visit(random, member, provider, diagnosis, day + timedelta(days=random.randint(0, 13)))
        for provider in _few(random, near, visits)
    ]


def _phantoms(random: Random, made: World, honest: Sequence[SeenClaim]) -> list[SeenClaim]:
    """A provider bills visits that never happened, from a template, a day's worth at a time;
    the careful one bills them singly, or real visits twice."""
    provider = random.choice(made.providers)
    listed = [member for member in made.members if provider in member.usual]
    if random.random() < 0.15:
        real = [claim for claim in honest if claim.provider == provider.key]
        return [billed_again(random, claim) for claim in _few(random, real, 4)]
    if random.random() < 0.2:
        return [
            visit(random, member, provider, random.choice(ORDINARY), a_day(random))
            for member in _few(random, listed, 4)
        ]
    claims = []
    for _ in range(random.randint(1, 3)):
        day, diagnosis = a_day(random, 30), random.choice(ORDINARY)
        template = bill(random, BY_DIAGNOSIS[diagnosis], provider)
        sent = day + timedelta(days=random.randint(3, 25))
        for _ in range(random.randint(3, 7)):
            by_list = listed and random.random() < 0.6
            member = random.choice(listed if by_list else made.members)
            claim = visit(random, member, provider, diagnosis, day)
            claims.append(replace(claim, lines=template, submitted_on=sent))
    return claims


def _ring(random: Random, made: World) -> list[SeenClaim]:
    """Members and providers who work together: the same people go round the same places."""
    region = random.choice(tuple(made.near))
    places = _few(random, made.near[region], random.randint(3, 4))
    one_account = random.random() < 0.6
    number = f"phone-ring-{random.randrange(10**6)}"
    neighbours = [member for member in made.members if member.home == region]
    start = a_day(random, 121)
    claims = []
    for person in _few(random, neighbours, random.randint(5, 9)):
        phone = number if random.random() < 0.5 else person.phone
        for place in random.choices(places, k=random.randint(2, 5)):
            day = start + timedelta(days=random.randint(0, 120))
            made_claim = visit(random, person, place, random.choice(ORDINARY), day)
            account = places[0].account if one_account else place.account
            dearer = _dearer(random, made_claim.lines, 1.0, 1.25)
            claims.append(replace(made_claim, phone=phone, account=account, lines=dearer))
    return claims


def _dishonestly_billed(
    random: Random,
    made: World,
    claims: list[SeenClaim],
    each: int,
    kind: str,
    worse: Callable[[Random, SeenClaim, Provider], list[SeenClaim]],
) -> list[Labelled]:
    """Providers who, for some weeks, bill more than they did in most claims where they could."""
    by_key = {provider.key: provider for provider in made.providers}
    where: dict[str, list[int]] = {}
    for place, claim in enumerate(claims):
        where.setdefault(claim.provider, []).append(place)
    told: list[Labelled] = []
    gone: set[int] = set()
    for key in random.sample(sorted(where), len(where)):
        most = random.randint(10, 25)
        mine = sorted(where[key], key=lambda place: claims[place].submitted_on)
        for place in mine[random.randrange(len(mine)) :]:  # it goes on for some weeks
            if len(told) >= each or most <= 0:
                break
            if random.random() < 0.6 and (more := worse(random, claims[place], by_key[key])):
                gone.add(place)
                most -= 1
                told += [(claim, kind) for claim in more]
    claims[:] = [claim for place, claim in enumerate(claims) if place not in gone]
    return told


def _upcoded(random: Random, claim: SeenClaim, provider: Provider) -> list[SeenClaim]:
    """Dearer services than were given; nothing where there is nothing dearer."""
    could = [line for line in claim.lines if line.code in DEARER]
    if not could:
        return []
    dear = set(random.sample([line.code for line in could], min(len(could), random.randint(1, 2))))
    lines: dict[str, ClaimedLine] = {}
    for line in claim.lines:
        code = DEARER[line.code] if line.code in dear else line.code
        lines[code] = priced(random, code, int(line.quantity), provider)
    return [replace(claim, lines=tuple(lines.values()))]


def _unbundled(random: Random, claim: SeenClaim, provider: Provider) -> list[SeenClaim]:
    """The parts of a package in its place, sometimes over two claims; nothing without a package."""
    package = next((line.code for line in claim.lines if line.code in PACKAGES), None)
    if package is None:
        return []
    rest = [line for line in claim.lines if line.code != package]
    known = {line.code for line in rest}
    parts = [priced(random, code, 1, provider) for code in PACKAGES[package] if code not in known]
    if random.random() < 0.7 or not rest:
        return [replace(claim, lines=(*rest, *parts))]
    later = timedelta(days=random.randint(1, 2))
    second = replace(
        claim,
        lines=tuple(parts),
        service_on=claim.service_on + later,
        submitted_on=claim.submitted_on + later,
    )
    return [replace(claim, lines=tuple(rest)), second]


def _dearer(
    random: Random, lines: tuple[ClaimedLine, ...], least: float, most: float
) -> tuple[ClaimedLine, ...]:
    above = random.uniform(least, most)
    return tuple(
        replace(line, billed=round(line.billed * above / 10_000) * 10_000) for line in lines
    )


def _few(random: Random, of: Sequence[T], count: int) -> list[T]:
    return random.sample(list(of), min(count, len(of)))
