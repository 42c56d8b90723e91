"""A ledger of very many claims to read from: four years of them, of many members and providers.

Every claim is decided and recorded, as one that is taken over from another system; the read models
that are asked are filled afterwards in the way of a rebuild, which is quicker than following.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from uuid import UUID, uuid4

from adapters.postgres import connect
from cli.benches.ledger import TOGETHER, Book, issued
from domain.claim import CLAIM
from domain.claim.events import BilledLine
from domain.claim.taking_over import TakeOverClaim
from domain.member.events import MemberDetails, MemberEnrolled, Sex
from domain.money import Money
from domain.provider.events import Level, ProviderRegistered
from projections import PROJECTIONS, members, policies
from projections import claims as of_claims
from projections import providers as of_providers
from projections.rebuilding import Rebuild
from projections.running import catch_up

FIRST, DAYS = date(2023, 1, 1), 4 * 365  # of service
OF_MEMBER, OF_PROVIDER = 20, 2_000  # claims of each
FEWEST_MEMBERS, FEWEST_PROVIDERS = 500, 20
KNOWN = 20_000  # claims that are read afterwards
KINDS = ("outpatient", "outpatient", "outpatient", "inpatient", "dental", "optical")
DIAGNOSES = ("B54", "J06.9", "I10", "E11.9", "A09", "K02.1", "H52.1", "N39.0", "M54.5", "J18.9")
NAMES = ("Asha", "Juma", "Neema", "Baraka", "Rehema", "Hamisi", "Upendo", "Emmanuel")
FAMILIES = ("Mushi", "Kimaro", "Mwakyusa", "Shayo", "Massawe", "Lyimo", "Mrema", "Ngowi")
REGIONS = ("Mwanza", "Arusha", "Dodoma", "Mbeya", "Tanga", "Morogoro")
SHOWN = (members.PROJECTION, of_providers.PROJECTION, policies.PROJECTION, of_claims.PROJECTION)
Stream = tuple[UUID, tuple[object, ...]]
Said = Callable[[str, float], None]  # what is being done, and which part of it is done (0 to 1)


@dataclass(frozen=True, slots=True)
class Filled:
    """What is asked for: some claims from all over the ledger, their numbers, all providers."""

    claims: list[UUID]
    numbers: list[str]
    providers: list[UUID]


def fill(book: Book, url: str, claims: int, said: Said) -> Filled:
    """Store so many claims and fill what shows them."""
    catch_up(url, PROJECTIONS)  # every table is there
    draw = random.Random(2026)  # noqa: S311  # the same data every time
    providers = _people(book, claims, draw)
    numbers = iter(range(claims))
    while some := list(islice(numbers, TOGETHER)):
        said(f"storing {claims:,} claims", some[0] / claims)
        streams = [_claim(number, book, providers, draw) for number in some]
        book.write(streams)
    fill_read_models(url, said)
    return known(url)


def known(url: str) -> Filled:
    """Some of the claims that a filled ledger shows."""
    with connect(url, application="bench") as conn:
        found = conn.execute(
            "SELECT claim_id, number FROM claims ORDER BY claim_id LIMIT %s", (KNOWN,)
        ).fetchall()
        providers = conn.execute("SELECT provider_id FROM providers").fetchall()
    return Filled(
        [one for one, _ in found], [number for _, number in found], [p for (p,) in providers]
    )


def fill_read_models(url: str, said: Said) -> None:
    """Those of claims and of whom they name; raises AssertionError where one stops."""

    def report(done: int, of: int) -> None:
        said("filling the read models", done / max(of, 1))

    stopped = Rebuild(url, SHOWN, report=report).run()
    assert not any(stopped.values()), stopped
    with connect(url, application="bench") as conn:
        conn.execute("SET statement_timeout = 0")
        conn.execute("VACUUM ANALYZE")  # as the server does by itself after some minutes
        conn.execute("CHECKPOINT")


def _people(book: Book, claims: int, draw: random.Random) -> list[UUID]:
    """Members, a policy for each, and providers; the latter's ids."""
    book.members = [uuid4() for _ in range(max(FEWEST_MEMBERS, claims // OF_MEMBER))]
    book.policies = [uuid4() for _ in book.members]
    providers = [uuid4() for _ in range(max(FEWEST_PROVIDERS, claims // OF_PROVIDER))]
    _write(book, ((one, (_enrolled(n, draw),)) for n, one in enumerate(book.members)))
    pairs = zip(book.policies, book.members, strict=True)
    _write(book, ((one, (issued(n, member),)) for n, (one, member) in enumerate(pairs)))
    _write(book, ((one, (_registered(n, draw),)) for n, one in enumerate(providers)))
    return providers


def _write(book: Book, streams: Iterable[Stream]) -> None:
    waiting: Iterator[Stream] = iter(streams)
    while some := list(islice(waiting, TOGETHER)):
        book.write(some)


def _enrolled(number: int, draw: random.Random) -> MemberEnrolled:
    born = date(1950, 1, 1) + timedelta(days=draw.randrange(25_000))
    details = MemberDetails(
        draw.choice(NAMES), draw.choice(FAMILIES), born, draw.choice(tuple(Sex)),
        region=draw.choice(REGIONS),
    )  # fmt: skip
    return MemberEnrolled(f"MB-2023-{number:06d}", details)


def _registered(number: int, draw: random.Random) -> ProviderRegistered:
    name = f"{draw.choice(FAMILIES)} Hospital {number}"
    return ProviderRegistered(
        f"PRV-2023-{number:05d}", name, Level.HOSPITAL, draw.choice(REGIONS), "0150"
    )


def _claim(number: int, book: Book, providers: list[UUID], draw: random.Random) -> Stream:
    """A claim of one to three lines of some member, at some provider, on some day."""
    who = draw.randrange(len(book.members))
    kind, day = draw.choice(KINDS), FIRST + timedelta(days=draw.randrange(DAYS))
    lines = tuple(_line(n, kind, draw) for n in range(1, draw.randint(1, 3) + 1))
    command = TakeOverClaim(
        number=f"CLM-{day.year}-{number:07d}",
        member_id=book.members[who],
        policy_id=book.policies[who],
        provider_id=draw.choice(providers),
        kind=kind,
        service_from=day,
        service_until=day,
        diagnoses=(draw.choice(DIAGNOSES),),
        lines=lines,
        billed=Money(sum(line.billed.minor for line in lines), "TZS"),
        origin="bench",
        origin_id=str(number),
    )
    return uuid4(), tuple(CLAIM.decide(CLAIM.initial, command))


def _line(line: int, kind: str, draw: random.Random) -> BilledLine:
    code = draw.randrange(200)
    billed = Money(100 * draw.randint(5_000, 500_000), "TZS")
    return BilledLine(line, f"S{code:03d}", f"Service {code}", kind, Decimal(1), billed)
