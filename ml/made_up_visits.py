"""A year of honest visits in a made-up country: illness, courses, referrals, lasting conditions."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from domain.fraud.known import SeenClaim
from ml.made_up_world import (
    BY_DIAGNOSIS,
    COURSE,
    ILLNESSES,
    Member,
    Provider,
    World,
    bill,
)

START = date(2025, 1, 1)
DAYS = 365


def a_day(random: Random, room: int = 0) -> date:
    """Any day of the year with so many days after it."""
    return START + timedelta(days=random.randrange(DAYS - room))


def honest_year(random: Random, made: World, count: int) -> list[SeenClaim]:
    """About so many honest visits, in no order."""
    claims: list[SeenClaim] = []
    while len(claims) < count:
        member = random.choice(made.members)
        day = a_day(random)
        if member.chronic and random.random() < 0.6:
            claims += _monthly(random, member, day)
            continue
        weights = [_weight(illness.weight, illness.months, day) for illness in ILLNESSES]
        illness = random.choices(ILLNESSES, weights)[0]
        provider = _provider(random, made, member)
        claims.append(visit(random, member, provider, illness.diagnosis, day))
        if illness.diagnosis == COURSE and random.random() < 0.5:
            claims += _course(random, member, provider, day)
        elif random.random() < 0.07:
            claims += _referral(random, made, member, illness.diagnosis, day)
        elif random.random() < 0.004:
            claims.append(billed_again(random, claims[-1]))
    return claims[:count]


def _weight(weight: int, months: tuple[int, ...], day: date) -> float:
    return weight * (2.0 if day.month in months else 1.0)


def _provider(random: Random, made: World, member: Member) -> Provider:
    if random.random() < 0.06:  # away from home
        return random.choice(made.providers)
    at_home = random.random() < 0.75
    return random.choice(member.usual if at_home else made.near[member.home])


def _monthly(random: Random, member: Member, day: date) -> list[SeenClaim]:
    """Somebody with a lasting illness comes every month."""
    return [
        visit(random, member, member.usual[0], member.chronic, day + timedelta(days=30 * n))
        for n in range(random.randint(2, 5))
        if day + timedelta(days=30 * n) < START + timedelta(days=DAYS)
    ]


def _course(random: Random, member: Member, provider: Provider, day: date) -> list[SeenClaim]:
    """Sessions of one treatment, days apart."""
    return [
        visit(random, member, provider, COURSE, day + timedelta(days=random.randint(2, 4) * n))
        for n in range(1, random.randint(3, 7))
    ]


def _referral(
    random: Random, made: World, member: Member, diagnosis: str, day: date
) -> list[SeenClaim]:
    """Sent on to others for the same illness within days."""
    return [
        visit(random, member, random.choice(made.near[member.home]), diagnosis,
              day + timedelta(days=random.randint(0, 5)))
        for _ in range(random.randint(1, 3))
    ]  # fmt: skip


def billed_again(random: Random, claim: SeenClaim) -> SeenClaim:
    """The same visit under another invoice: by mistake, or not."""
    later = timedelta(days=random.randint(1, 25))
    return replace(claim, submitted_on=claim.submitted_on + later)


def visit(
    random: Random, member: Member, provider: Provider, diagnosis: str, day: date
) -> SeenClaim:
    """An honest visit, billed some days later or at the end of the month."""
    sent = day + timedelta(days=min(int(random.expovariate(1 / provider.lag)), 60))
    if provider.monthly:
        sent = max(sent, (day.replace(day=1) + timedelta(days=32)).replace(day=1))
    return SeenClaim(
        claim_id="",
        member=member.key,
        family=member.family,
        provider=provider.key,
        phone=member.phone,
        account=provider.account,
        home=member.home,
        place=provider.place,
        diagnosis=diagnosis,
        service_on=day,
        submitted_on=sent,
        lines=bill(random, BY_DIAGNOSIS[diagnosis], provider),
    )
