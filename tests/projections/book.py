"""A small made-up insurer in the log: every kind of event occurs, and the same seed writes the
same facts in the same order."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import polars as pl

from adapters.command_rows import Group
from adapters.envelope import Batch, Change, Loaded, Meta, Receipt
from adapters.event_store import EventStore
from domain import ids
from domain.accumulator.events import BenefitReserved, BenefitRestored, BenefitUsed
from domain.adjudication.balances import Entry, Use
from domain.adjudication.determination import (
    ClaimStatus,
    Determination,
    LineDetermination,
    LineStatus,
    Step,
)
from domain.adjudication.product import Benefit, Terms
from domain.adjudication.routing import Route
from domain.claim import events as claim
from domain.document.events import MemberDocumentAdded
from domain.ids import MOVEMENT_BOOK_ID, accumulator_id, payment_id
from domain.member import events as member
from domain.money import Money
from domain.movement_book.events import MonthClosed
from domain.payment import events as payment
from domain.periods import Period
from domain.personal import PersonId, person_named
from domain.policy import events as policy
from domain.preauthorisation.events import PreauthorisationRequested
from domain.product import events as product
from domain.provider import events as provider
from domain.register import events as register
from domain.underwriting import events as underwriting
from projections.movement_layout import LAYOUT, SCHEMA, rows_digest
from tests.support.sample_facts import SAMPLES
from tests.support.sample_treaties import samples as treaty_samples

YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
CODES = ("CONS", "LAB1", "XRAY", "PHARM", "SURG")
COPAY = 1_500
FATES = ("auto", "manager", "processor", "suspended", "denied", "withdrawn", "free", "open")


def tzs(amount: int | str) -> Money:
    return Money.of(str(amount), "TZS")


@dataclass(frozen=True, slots=True)
class Of:
    person_id: PersonId


AROUND = (
    "beneficiary", "biometric", "card", "code", "designation", "dispute", "document",
    "emergency_contact", "fraud_case", "lead", "notice", "notice_template", "permission",
    "premium_rate", "reconciliation", "role", "user",
)  # fmt: skip


@dataclass
class Book:
    """Appends facts with a clock of its own and remembers the ids of what it wrote."""

    store: EventStore
    rng: random.Random
    now: datetime = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
    stands: dict[UUID, tuple[int, bytes]] = field(default_factory=dict)
    about: dict[UUID, UUID] = field(default_factory=dict)  # stream: whose it is
    waiting: list[Group] = field(default_factory=list)
    running: int = 0
    members: list[UUID] = field(default_factory=list)
    policies: dict[UUID, UUID] = field(default_factory=dict)  # member: policy
    providers: list[UUID] = field(default_factory=list)
    claims: list[UUID] = field(default_factory=list)
    product: UUID = field(default_factory=uuid4)

    def tell(
        self,
        *changes: tuple[UUID, Sequence[Any]],
        on: date | None = None,
        actor: str = "desk",
        correlation: UUID | None = None,
    ) -> None:
        """Record the facts of one command, a minute after the last one."""
        self.now += timedelta(minutes=1, microseconds=self.rng.randrange(1_000_000))
        command = self.uuid()
        meta = Meta(self.now, on or self.now.date(), actor, command, correlation or command)
        batch = Batch(tuple(self._change(*change) for change in changes), meta)
        group = self.store.writer.group(batch)
        for change in batch.changes:
            stream = change.loaded.stream_id
            self.stands[stream] = change.loaded.version + len(change.facts), group.ends[stream]
        self.waiting.append(group)
        if len(self.waiting) >= 500:
            self.flush()

    def _change(self, stream: UUID, facts: Sequence[Any]) -> Change:
        """The facts after what stands; of its state only the person is known here."""
        version, last = self.stands.get(stream, (0, b""))
        for fact in facts:
            self.about[stream] = person_named(fact) or self.about.get(stream, stream)
        return Change(Loaded(stream, version, Of(self.about[stream]), last), tuple(facts))

    def flush(self) -> None:
        """Send what was told; each command must have been accepted."""
        for answer in self.store.writer.write(self.waiting):
            assert isinstance(answer, Receipt), answer
        self.waiting = []

    def reinsure(self) -> None:
        """One fact of every event of reinsurance, in the streams where they belong."""
        member = self.members[0]
        policy, claim = self.policies[member], self.claims[0]
        code = ids.treaty_id("QS-2025")
        of = {
            "treaty": code,
            "programme": ids.programme_id(),
            "cession": ids.cession_id(member),
            "treaty_account": ids.cession_id(code),
            "report": ids.report_id(code, "claims", "2025-Q1"),
        }
        for fact in treaty_samples(claim, policy, member):
            aggregate = type(fact).__module__.split(".")[1]
            self.tell((of[aggregate], [fact]))
        self.flush()

    def uuid(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def number(self, series: str) -> str:
        self.running += 1
        return f"{series}-2025-{self.running:05d}"

    # Who and what there is

    def open(self, members: int = 12) -> None:
        """Product, providers, members in families, policies, one underwriting case each way."""
        self.sell_product()
        for _ in range(6):
            self.register_provider()
        for _ in range(members // 3):
            self.enrol_family(3)
        for outcome in ("approved", "offered", "declined"):
            self.underwrite(outcome)
        self.flush()

    def sell_product(self) -> None:
        self.product, old = self.uuid(), self.uuid()
        for version in (1, 2):
            care = Benefit(category=("outpatient", "surgery")[version % 2])  # one ends, one begins
            terms = Terms("FAMILY", version, benefits=(care,))
            day = date(2025, version, 1)
            fact = product.ProductVersionPublished("FAMILY", "Family cover", day, terms)
            self.tell((self.product, [fact]))
        self.tell(
            (old, [product.ProductVersionPublished("OLD", "Old", YEAR.from_on, Terms("OLD"))])
        )
        self.tell((old, [product.ProductWithdrawn(date(2025, 6, 1), "replaced")]))

    def register_provider(self) -> UUID:
        stream, number = self.uuid(), self.number("PRV")
        facts: list[Any] = [
            provider.ProviderRegistered(
                number, f"Clinic {number}", provider.Level.HOSPITAL, "Arusha", "0152-77"
            ),
            provider.ProviderContractAgreed(f"C-{number}", YEAR),
        ]
        prices = tuple(
            provider.TariffPrice(code, f"Service {code}", "outpatient", tzs(5_000 * i))
            for i, code in enumerate(CODES, 1)
        )
        facts.append(provider.ProviderTariffPublished(1, YEAR, prices))
        self.tell((stream, facts))
        if len(self.providers) == 5:
            self.tell((stream, [provider.ProviderSuspended("licence ran out")]))
            self.tell((stream, [provider.ProviderReinstated("licence shown")]))
        self.providers.append(stream)
        return stream

    def enrol_family(self, size: int) -> None:
        principal, family = None, []
        for place in range(size):
            stream, number = self.uuid(), self.number("MB")
            details = member.MemberDetails(
                f"Asha{place}", f"Mollel {number}", date(1990 + place, 3, 4), member.Sex.FEMALE,
                national_id=f"1990-{number}", phone=f"+25571{self.running:07d}", region="Arusha",
            )  # fmt: skip
            relation = member.Relationship.CHILD if principal else member.Relationship.SELF
            enrolled = member.MemberEnrolled(number, details, relation, principal)
            entry = register.ValueRegistered("national_id", stream)
            self.tell((stream, [enrolled]), (self.uuid(), [entry]))
            principal = principal or stream
            family.append(stream)
        assert principal is not None
        self.members += family
        self.change_members(family)
        self.issue_policy(principal, family)

    def change_members(self, family: list[UUID]) -> None:
        details = member.MemberDetails(
            "Asha", "Mollel-Kimaro", date(1990, 3, 4), member.Sex.FEMALE, email="a@example.org"
        )
        self.tell((family[0], [member.MemberDetailsCorrected(details)]))
        self.tell((family[1], [member.MemberDeactivated("away")]))
        self.tell((family[1], [member.MemberReactivated("back")]))
        gone = self.uuid()
        enrolled = member.MemberEnrolled(self.number("MB"), details)
        entry = self.uuid()
        registered = register.ValueRegistered("national_id", gone)
        self.tell((gone, [enrolled]), (entry, [registered]))
        withdrawn = member.MemberWithdrawn("entered twice")
        self.tell((gone, [withdrawn]), (entry, [register.ValueReleased(gone)]))

    def issue_policy(self, holder: UUID, family: list[UUID]) -> None:
        stream = self.uuid()
        halves = (
            policy.Instalment(date(2025, 1, 1), tzs(300_000)),
            policy.Instalment(date(2025, 7, 1), tzs(300_000)),
        )
        covered = tuple(policy.Covered(m, YEAR) for m in family[:-1])
        issued = policy.PolicyIssued(
            self.number("POL"), self.product, holder, YEAR, covered, tzs(600_000), halves
        )
        self.tell((stream, [issued]))
        self.tell((stream, [policy.MemberAddedToPolicy(policy.Covered(family[-1], YEAR))]))
        received = policy.PremiumReceived(tzs(300_000), self.now.date(), "MPESA-1")
        self.tell((stream, [received]))
        self.change_policy(stream, family)
        for covered_member in family:
            self.policies[covered_member] = stream

    def change_policy(self, stream: UUID, family: list[UUID]) -> None:
        fate = len(self.policies) % 4
        if fate == 1:
            self.tell((stream, [policy.PolicyLapsed(date(2025, 8, 1), tzs(300_000))]))
            self.tell((stream, [policy.PolicyRevived(date(2025, 9, 1))]))
        elif fate == 2:
            self.tell((stream, [policy.PolicySuspended(date(2025, 8, 1), "address unknown")]))
            self.tell((stream, [policy.PolicyResumed(date(2025, 8, 9))]))
            self.tell((stream, [policy.MemberRemovedFromPolicy(family[-1], date(2025, 10, 1))]))
        elif fate == 3:
            following = Period(date(2026, 1, 1), date(2027, 1, 1))
            self.tell((stream, [policy.PolicyRenewed(following, tzs(650_000))]))
            self.tell((stream, [policy.PolicyTerminated(date(2026, 6, 1), "moved away")]))

    def underwrite(self, outcome: str) -> None:
        stream = self.uuid()
        declared = underwriting.Declaration(
            41, True, 281, ("asthma",), underwriting.Occupation.MEDIUM_RISK
        )
        opened = underwriting.UnderwritingCaseOpened(
            self.number("UWC"), self.members[0], tzs(5_000_000), tzs(200_000), declared
        )
        factors = ("smoker",)
        assessed = underwriting.RiskAssessed(61, underwriting.RiskCategory.MEDIUM, factors, 2_500)
        self.tell((stream, [opened, assessed]))
        self.tell((stream, [underwriting.UnderwritingReferred("above the limit")]))
        if outcome == "approved":
            fact: Any = underwriting.UnderwritingApproved(tzs(250_000), 2_500, (), "senior")
            self.tell((stream, [fact]))
        elif outcome == "offered":
            fact = underwriting.CounterOfferMade(tzs(260_000), 3_000, ("J45",), "senior")
            self.tell((stream, [fact]))
            self.tell((stream, [underwriting.CounterOfferAccepted()]))
        else:
            self.tell((stream, [underwriting.UnderwritingDeclined(("RISK_TOO_HIGH",), "note")]))

    def around(self) -> None:
        """One fact of every event of what stands around claims, and of access: one stream each."""
        streams = {name: self.uuid() for name in AROUND}
        for fact in SAMPLES:
            aggregate = type(fact).__module__.split(".")[1]
            if isinstance(fact, MemberDocumentAdded):
                self.tell((self.uuid(), [fact]))
            elif aggregate in streams:
                self.tell((streams[aggregate], [fact]))
        requested = next(fact for fact in SAMPLES if isinstance(fact, PreauthorisationRequested))
        self.tell((self.uuid(), [requested]))
        kept = next(fact for fact in SAMPLES if isinstance(fact, BenefitReserved))
        self.tell((self.uuid(), [kept]))
        self.flush()

    def close_a_month(self) -> None:
        """December, in which nothing was recorded yet."""
        empty = rows_digest(pl.DataFrame(schema=SCHEMA))
        ends = datetime(2025, 1, 1, tzinfo=UTC)
        closed = MonthClosed(date(2024, 12, 1), ends, 0, LAYOUT, 0, (), empty, "", "juma")
        self.tell((MOVEMENT_BOOK_ID, [closed]))
        self.flush()

    # Claims

    def submit_many(self, count: int) -> None:
        for index in range(count):
            self.submit(FATES[index % len(FATES)])
        self.flush()

    def submit(self, fate: str = "auto", lines: int = 2) -> UUID:
        """A claim with the fate that is named; returns its id."""
        stream, covered = self.uuid(), self.rng.choice(self.members)
        day = self.now.date() - timedelta(days=self.rng.randrange(1, 5))
        billed = tuple(
            claim.BilledLine(
                n, self.rng.choice(CODES), "a service", "outpatient", Decimal(1),
                tzs(self.rng.randrange(4, 60) * 500),
            )
            for n in range(1, lines + 1)
        )  # fmt: skip
        whole = Money(sum(line.billed.minor for line in billed), "TZS")
        submitted = claim.ClaimSubmitted(
            self.number("CLM"), covered, self.policies[covered], self.rng.choice(self.providers),
            "outpatient", f"INV-{self.running}", day, day, ("J00",), billed, whole,
            claim.Payee.PROVIDER, "nurse", self.now.date(),
        )  # fmt: skip
        self.tell((stream, [submitted]), actor="nurse")
        self.claims.append(stream)
        self._decide(stream, submitted, fate)
        return stream

    def _decide(self, stream: UUID, submitted: claim.ClaimSubmitted, fate: str) -> None:
        if fate == "open":
            return
        if fate == "withdrawn":
            self.tell((stream, [claim.ClaimWithdrawn("sent twice")]))
            return
        suspends = fate == "suspended"
        score = Decimal("0.92") if suspends else Decimal(0)
        scored: list[Any] = [claim.ClaimScored(score, "rules-1", (), 0, suspends)]
        if suspends:
            scored.append(claim.ClaimSuspended(("FREQUENCY_ABUSE",)))
        self.tell((stream, scored), actor="saga")
        if suspends:
            self.tell((stream, [claim.ClaimCleared("looked into")]), actor="investigator")
        self._adjudicate(stream, submitted, fate)

    def _adjudicate(self, stream: UUID, submitted: claim.ClaimSubmitted, fate: str) -> None:
        decided = determination(stream, submitted, free=fate == "free")
        payable = decided.plan_pays
        routes = {"manager": "manager_approval", "processor": "processor_review"}
        route = Route(routes.get(fate, "auto_approved"))
        if fate == "denied":
            route = Route.PROCESSOR_REVIEW
        facts: list[Any] = [
            claim.ClaimAdjudicated(decided, payable, route, self.product, 1, 1, 0, 0)
        ]
        if fate == "free":
            facts.append(claim.ClaimClosed(self.now.date()))
        elif route is Route.AUTO_APPROVED:
            facts.append(claim.ClaimApproved(payable, route, "rules"))
        yearly = accumulator_id(submitted.policy_id, YEAR.from_on)
        for_life = accumulator_id(submitted.policy_id, None)
        used = BenefitUsed(stream, submitted.number, decided.entries)
        uses = BenefitUsed(stream, submitted.number, (), decided.uses)
        self.tell((stream, facts), (yearly, [used]), (for_life, [uses]), actor="saga")
        if route is not Route.AUTO_APPROVED:
            self.tell((stream, [claim.ClaimPrepared("processor", "")]), actor="processor")
        if fate == "denied":
            back = BenefitRestored(stream, submitted.number, tuple(-e for e in decided.entries))
            denied = claim.ClaimDenied(("NOT_MEDICALLY_NECESSARY",))
            self.tell((stream, [denied]), (yearly, [back]), actor="manager")
            return
        if route is not Route.AUTO_APPROVED:
            approved = claim.ClaimApproved(payable, route, "manager")
            self.tell((stream, [approved]), actor="manager")
        if fate != "free":
            self._pay(stream, submitted, payable)

    def _pay(self, stream: UUID, submitted: claim.ClaimSubmitted, payable: Money) -> None:
        paying, number = payment_id(stream), self.number("PAY")
        scheduled = payment.PaymentScheduled(
            number, stream, submitted.number, "provider", submitted.provider_id, "0152-77", payable
        )
        self.tell((paying, [scheduled]), actor="saga")
        trouble = self.rng.randrange(6)
        if trouble == 0:
            self.tell((paying, [payment.PaymentCancelled("account closed")]), actor="finance")
            return
        self.tell((paying, [payment.PaymentInstructed(number)]), actor="saga")
        if trouble == 1:
            self.tell((paying, [payment.PaymentFailed("no such account")]), actor="bank")
            return
        day = self.now.date()
        self.tell((paying, [payment.PaymentConfirmed(f"BNK-{number}", day)]), actor="bank")
        paid: list[Any] = [claim.ClaimPaid(paying, payable, day), claim.ClaimClosed(day)]
        self.tell((stream, paid), actor="saga")

    def take_over(self, billed: int, *payments: int) -> UUID:
        """A claim of another system with its payments; what is paid above the bill is a credit."""
        stream, covered = self.uuid(), self.rng.choice(self.members)
        day = date(2019, 5, 6)
        line = claim.BilledLine(1, "185345009", "visit", "outpatient", Decimal(1), tzs(billed))
        facts: list[Any] = [
            claim.ClaimTakenOver(
                f"SYN-{self.uuid()}", covered, None, self.providers[0], "outpatient", day, day,
                ("J00",), (line,), line.billed, "synthea", str(stream),
            )
        ]  # fmt: skip
        for index, amount in enumerate(payments):
            source = "payer" if index == 0 else "patient"
            facts.append(
                claim.ClaimPaymentPosted(1, source, "CASH", tzs(amount), day, f"{stream}|{index}")
            )
        facts.append(claim.ClaimBalanceTransferred(1, tzs(billed), "patient", day, f"{stream}|t"))
        facts.append(claim.ClaimClosed(day))
        self.tell((stream, facts), on=day, actor="import")
        self.flush()
        return stream


def determination(
    stream: UUID, submitted: claim.ClaimSubmitted, *, free: bool = False
) -> Determination:
    """The copay is the member's, once for the claim; of a `free` claim everything is."""
    nothing = tzs(0)
    left = 10**12 if free else tzs(COPAY).minor
    lines = []
    for billed in submitted.lines:
        copay = Money(min(left, billed.billed.minor), "TZS")
        left -= copay.minor
        pays = billed.billed - copay
        lines.append(
            LineDetermination(
                billed.line, billed.code, billed.category, LineStatus.PASSED, billed.billed,
                billed.billed, billed.billed, nothing, nothing, nothing, copay, nothing, nothing,
                nothing, pays, trace=(Step("copay", billed.billed, pays, copay, "copay"),),
            )
        )  # fmt: skip
    who, pays_minor = str(submitted.member_id), sum(line.plan_pays.minor for line in lines)
    return Determination(
        str(stream), who, submitted.service_from, ClaimStatus.VALUATED, "", "outpatient",
        "FAMILY", 1, tuple(lines),
        (Entry(who, "2025-01-01", "paid", pays_minor), Entry(who, "2025-01-01", "visits", 0, 1)),
        (Use(who, lines[0].code, submitted.service_from, Decimal(1)),),
    )  # fmt: skip
