"""A ledger for measuring the log: members, and policies with their premiums, by the thousand.

The streams come in two lengths: most have ten events, a few have a hundred, as the contract of a
large household has after some years.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from uuid import UUID

from adapters.envelope import Batch, Change, Loaded, Meta, Receipt
from adapters.event_store import EventStore
from commands.context import Context, Desk
from domain.claim.events import BilledLine, ClaimSubmitted, Payee
from domain.member.events import MemberDetails, MemberEnrolled, Sex
from domain.money import Money
from domain.periods import Period
from domain.policy import POLICY
from domain.policy.decide import ReceivePremium
from domain.policy.events import Covered, Instalment, PolicyIssued

DAY = date(2026, 1, 1)
YEAR = Period(DAY, date(2027, 1, 1))
PREMIUM = Money.of(120_000, "TZS")
PART = Money.of(1_000, "TZS")
FEE = Money.of(25_000, "TZS")
RECEIVE = ReceivePremium(PART, DAY, "bank transfer")
USUAL, LONG, LONG_STREAMS, MEMBERS = 10, 100, 20, 500
TOGETHER = 1_000  # streams written or loaded in one call


@dataclass
class LogBook:
    """A desk, its store, and the ids of what it holds."""

    desk: Desk
    members: list[UUID] = field(default_factory=list)
    policies: list[UUID] = field(default_factory=list)
    long: list[UUID] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def store(self) -> EventStore:
        return self.desk.store

    def prepare(
        self, events: int, said: Callable[[int, int], None] = lambda done, of: None
    ) -> None:
        """Members, and policies with premiums, until about `events` events are stored."""
        self.members = self.enrol(MEMBERS)
        self.long = self.issue(LONG_STREAMS)
        for _ in range(LONG - 1):
            self.receive(self.long)
        usual = max(TOGETHER, (events - LONG * LONG_STREAMS) // USUAL)
        for begin in range(0, usual, TOGETHER):
            policies = self.issue(min(TOGETHER, usual - begin))
            for _ in range(USUAL - 1):
                self.receive(policies)
            self.policies += policies
            said(begin, usual)

    def enrol(self, number: int) -> list[UUID]:
        people = [self.desk.ids.new() for _ in range(number)]
        self.write([self.alone(person, enrolled(next(self.numbers))) for person in people])
        return people

    def issue(self, number: int) -> list[UUID]:
        policies = [self.desk.ids.new() for _ in range(number)]
        self.write(
            [
                self.alone(policy, issued(next(self.numbers), self.member(n)))
                for n, policy in enumerate(policies)
            ]
        )
        return policies

    def receive(self, policies: list[UUID]) -> int:
        """One premium for each: load them all, decide on each, append all in one transaction."""
        loaded = self.store.load_many(POLICY, policies)
        return self.write(
            [
                Batch((Change(policy, tuple(POLICY.decide(policy.state, RECEIVE))),), self.meta())
                for policy in loaded.values()
            ]
        )

    def alone(self, stream: UUID, fact: object) -> Batch:
        """A new stream with its first fact."""
        return Batch((Change(Loaded(stream, 0, None), (fact,)),), self.meta())

    def write(self, batches: list[Batch]) -> int:
        for answer in self.store.append_many(batches):
            assert isinstance(answer, Receipt), answer
        return len(batches)

    def member(self, number: int) -> UUID:
        return self.members[number % len(self.members)]

    def claim(self, number: int) -> ClaimSubmitted:
        """A claim of one line for one of the members; its diagnosis is sealed with the person."""
        return ClaimSubmitted(
            number=f"CLM-2026-{number:05d}",
            member_id=self.member(number),
            policy_id=self.policies[number % len(self.policies)],
            provider_id=self.member(0),
            kind="outpatient",
            invoice_no=str(number),
            service_from=DAY,
            service_until=DAY,
            diagnoses=("B54",),
            lines=(BilledLine(1, "CONS", "Consultation", "outpatient", Decimal(1), FEE),),
            billed=FEE,
            payee=Payee.PROVIDER,
            submitted_by="bench",
            submitted_on=DAY,
        )

    def meta(self) -> Meta:
        new = self.desk.ids.new
        return Meta(self.desk.clock.now(), DAY, "bench", new(), new())

    def context(self) -> Context:
        command = self.desk.ids.new()
        return Context("bench", command, command, self.desk.clock.now(), DAY, fingerprint=b"bench")


def enrolled(number: int) -> MemberEnrolled:
    details = MemberDetails("Asha", "Mushi", date(1990, 5, 17), Sex.FEMALE, region="Mwanza")
    return MemberEnrolled(f"MB-2026-{number:05d}", details)


def issued(number: int, member: UUID) -> PolicyIssued:
    return PolicyIssued(
        f"POL-2026-{number:05d}", member, member, YEAR, (Covered(member, YEAR),), PREMIUM,
        (Instalment(DAY, PREMIUM),),
    )  # fmt: skip
