"""The ledger's own work: appends, whole commands, and read models kept up to date."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID, uuid4

from adapters.envelope import Batch, Change, Loaded, Meta, Receipt
from cli.benches.measuring import Work, side_by_side
from cli.benches.yardsticks import BATCHED, PGBENCH, PLAIN
from commands.context import Context, Desk
from commands.policies import receive_premium
from domain.claim import CLAIM
from domain.claim.events import BilledLine
from domain.claim.taking_over import TakeOverClaim
from domain.member.events import MemberDetails, MemberEnrolled, Sex
from domain.money import Money
from domain.periods import Period
from domain.policy.events import Covered, Instalment, PolicyIssued
from projections import PROJECTIONS
from projections.running import catch_up

DAY = date(2026, 1, 1)
YEAR = Period(DAY, date(2027, 1, 1))
POLICIES = 2_000
PREMIUM = Money.of(120_000, "TZS")
PART = Money.of(10_000, "TZS")
TOGETHER = 500  # commands a transaction, where many are written at once
CLAIMS_A_ROUND = 4_000


@dataclass
class Book:
    """A desk over the throw-away database, with policies to work on."""

    desk: Desk
    policies: list[UUID] = field(default_factory=list)
    members: list[UUID] = field(default_factory=list)
    number: Iterator[int] = field(default_factory=lambda: count(1))

    def prepare(self) -> None:
        """Enrol members, each with a policy, so that commands have streams of usual length."""
        for _ in range(0, POLICIES, TOGETHER):
            people = [uuid4() for _ in range(TOGETHER)]
            policies = [uuid4() for _ in range(TOGETHER)]
            self.write([(person, (enrolled(next(self.number)),)) for person in people])
            self.write(
                [
                    (policy, (issued(next(self.number), person),))
                    for policy, person in zip(policies, people, strict=True)
                ]
            )
            self.members += people
            self.policies += policies

    def write(self, streams: list[tuple[UUID, tuple[object, ...]]]) -> None:
        """New streams with their first facts, each a command of its own, in one transaction."""
        batches = [
            Batch((Change(Loaded(stream, 0, None), facts),), self.meta())
            for stream, facts in streams
        ]
        for answer in self.desk.store.append_many(batches):
            assert isinstance(answer, Receipt), answer

    def meta(self) -> Meta:
        return Meta(self.desk.clock.now(), DAY, "bench", uuid4(), uuid4())

    def context(self) -> Context:
        command = uuid4()
        return Context("bench", command, command, self.desk.clock.now(), DAY)


def enrolled(number: int) -> MemberEnrolled:
    details = MemberDetails("Asha", "Mushi", date(1990, 5, 17), Sex.FEMALE, region="Mwanza")
    return MemberEnrolled(f"MB-2026-{number:05d}", details)


def issued(number: int, member: UUID) -> PolicyIssued:
    return PolicyIssued(
        f"POL-2026-{number:05d}", uuid4(), member, YEAR, (Covered(member, YEAR),), PREMIUM,
        (Instalment(DAY, PREMIUM),),
    )  # fmt: skip


def appends(book: Book, callers: int, seconds: float) -> Work:
    """One fact to a stream of its own, durable before the caller goes on."""
    store = book.desk.store

    @contextmanager
    def caller(number: int) -> Iterator[Callable[[], int]]:
        fact = enrolled(number)

        def once() -> int:
            store.append(Loaded(uuid4(), 0, None), (fact,), book.meta())
            return 1

        yield once

    return Work(
        f"append one event, {callers} callers", "events/s",
        lambda: side_by_side(callers, seconds, caller), (PLAIN, PGBENCH),
    )  # fmt: skip


def commands(book: Book, callers: int, seconds: float) -> Work:
    """Book a premium payment: load the policy, decide, append the fact and the receipt."""

    @contextmanager
    def caller(number: int) -> Iterator[Callable[[], int]]:
        mine = book.policies[number::callers]
        turn = count()

        def once() -> int:
            policy = mine[next(turn) % len(mine)]
            receive_premium(book.desk, book.context(), policy, PART, "bench")
            return 1

        yield once

    return Work(
        f"command: load, decide, append, {callers} callers", "commands/s",
        lambda: side_by_side(callers, seconds, caller), (PLAIN, PGBENCH),
    )  # fmt: skip


def bulk(book: Book, seconds: float) -> Work:
    """Take over claims of three lines: decide each, append many in one transaction."""

    @contextmanager
    def caller(_: int) -> Iterator[Callable[[], int]]:
        def once() -> int:
            take_over(book, TOGETHER)
            return TOGETHER

        yield once

    return Work(
        f"commands in bulk, {TOGETHER} a transaction", "commands/s",
        lambda: side_by_side(1, seconds, caller), (BATCHED,),
    )  # fmt: skip


def projecting(book: Book, url: str) -> Work:
    """Bring every read model up to date with claims that were recorded a moment ago."""

    def rate() -> float:
        catch_up(url, PROJECTIONS)
        before = book.desk.store.safe_position()
        for _ in range(0, CLAIMS_A_ROUND, TOGETHER):
            take_over(book, TOGETHER)
        started = time.perf_counter()
        reached = catch_up(url, PROJECTIONS)
        return (reached - before) / (time.perf_counter() - started)

    return Work(f"{len(PROJECTIONS)} read models kept up to date", "events/s", rate, (BATCHED,))


def take_over(book: Book, claims: int) -> None:
    """Record claims of another system for members of the book."""
    streams: list[tuple[UUID, tuple[object, ...]]] = []
    for _ in range(claims):
        number = next(book.number)
        member = book.members[number % len(book.members)]
        policy = book.policies[number % len(book.members)]
        lines = tuple(
            BilledLine(
                n, f"CODE-{n}", "A service", "outpatient", Decimal(1), Money(1_000_000 * n, "TZS")
            )
            for n in (1, 2, 3)
        )
        day = DAY + timedelta(days=number % 360)
        command = TakeOverClaim(
            number=f"CLM-2026-{number:05d}",
            member_id=member,
            policy_id=policy,
            provider_id=policy,
            kind="outpatient",
            service_from=day,
            service_until=day,
            diagnoses=("B54",),
            lines=lines,
            billed=Money(6_000_000, "TZS"),
            origin="bench",
            origin_id=str(number),
        )
        streams.append((uuid4(), tuple(CLAIM.decide(CLAIM.initial, command))))
    book.write(streams)
