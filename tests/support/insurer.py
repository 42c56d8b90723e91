"""A small insurer to play stories with: its plan, clinics, members, and the people at its desks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from adapters.clock import SetClock
from adapters.ids import SeededIds
from adapters.settings import Settings
from commands.claims import Submission, submit_claim
from commands.context import Context, Desk
from commands.desk import open_desk
from commands.members import Enrolment, enrol_member
from commands.policies import NewPolicy, issue_policy
from commands.products import VersionOfProduct, product_id, publish_version
from commands.providers import Registration, TariffPublication, publish_tariff, register_provider
from domain.adjudication.product import (
    Benefit,
    Copay,
    CopayPer,
    Limit,
    Order,
    Scope,
    Setting,
    Terms,
    Threshold,
    YearIs,
)
from domain.claim import CLAIM
from domain.claim.events import BilledLine
from domain.claim.state import Submitted
from domain.ids import payment_id
from domain.member.events import MemberDetails, Sex
from domain.money import Money
from domain.payment import PAYMENT
from domain.payment.state import Scheduled
from domain.periods import Period
from domain.provider.events import Level, TariffPrice

ZONE = "Africa/Dar_es_Salaam"
NOON = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
CONSULTATION, LABORATORY, SURGERY = "CON-001", "LAB-014", "SUR-210"


def tzs(shillings: int | str) -> Money:
    return Money.of(shillings, "TZS")


TERMS = Terms(
    product="MSINGI",
    claim_checks=("dates", "member", "coverage"),
    orders=(Order("", ("benefit", "price", "deductible", "copay", "coinsurance", "limits")),),
    year_is=YearIs.COVER,
    benefits=(
        Benefit(category="outpatient", copay=Copay(tzs(1_500), CopayPer.CLAIM)),
        Benefit(category="surgery"),
    ),
    deductibles=(Threshold(Scope.MEMBER, tzs(50_000), Setting.INPATIENT),),
    limits=(Limit("annual limit", tzs(3_000_000), Scope.FAMILY, reason="ANNUAL_LIMIT"),),
)

PRICES = (
    TariffPrice(CONSULTATION, "Consultation", "outpatient", tzs(15_000)),
    TariffPrice(LABORATORY, "Malaria test", "outpatient", tzs(10_000)),
    TariffPrice(SURGERY, "Appendectomy", "surgery", tzs(780_000)),
)


def settings_for(database_url: str, redis_url: str, state: Path) -> Settings:
    """Settings of an insurer over servers of the test's own."""
    return Settings.model_validate(
        {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "BIMA_HOME": state}
    )


@dataclass(slots=True)
class Insurer:
    """The desk with a clock that is set by hand and ids that are the same in every run."""

    settings: Settings
    clock: SetClock = field(default_factory=lambda: SetClock(NOON, ZONE))
    ids: SeededIds = field(default_factory=lambda: SeededIds("insurer"))
    roles: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: {
            "rehema": frozenset({"claims_manager"}),
            "neema": frozenset({"claims_processor"}),
            "baraka": frozenset({"fraud_investigator"}),
        }
    )
    desk: Desk = field(init=False)
    members: int = 0

    def __post_init__(self) -> None:
        self.desk = open_desk(self.settings, clock=self.clock, ids=self.ids)

    def open_for_business(self) -> None:
        """Publish the plan: 1,500 a visit, 50,000 deductible in hospital."""
        version = VersionOfProduct("MSINGI", "Afya Msingi", YEAR.from_on, TERMS)
        publish_version(self.desk, self.by("admin"), version)

    def by(self, actor: str, *, reason: str = "") -> Context:
        """A fresh command of somebody, today."""
        command = self.ids.new()
        return Context(
            actor=actor,
            command_id=command,
            correlation_id=command,
            recorded_at=self.clock.now(),
            effective_on=self.clock.today(),
            roles=self.roles.get(actor, frozenset()),
            reason=reason,
        )

    def clinic(self, name: str = "Upanga Dispensary") -> UUID:
        """A provider under contract, with prices and a bank account."""
        registration = Registration(
            name, Level.HOSPITAL, "Dar es Salaam", "0150123456700", "C-2025", YEAR
        )
        outcome = register_provider(self.desk, self.by("admin"), registration)
        provider = UUID(outcome.answer["id"])
        publish_tariff(self.desk, self.by("admin"), TariffPublication(provider, YEAR, PRICES))
        return provider

    def member(self) -> tuple[UUID, UUID]:
        """A person with a policy of her own: (member, policy)."""
        self.members += 1
        details = MemberDetails(
            "Asha", f"Mwakalinga {self.members}", date(1985, 2, 14), Sex.FEMALE,
            f"19850214-14116-{self.members:05d}-23", f"+255 712 {self.members:06d}",
        )  # fmt: skip
        enrolled = enrol_member(self.desk, self.by("amina"), Enrolment(details))
        member = UUID(enrolled.answer["id"])
        policy = NewPolicy(product_id("MSINGI"), member, (member,), YEAR, tzs(600_000))
        issued = issue_policy(self.desk, self.by("amina"), policy)
        return member, UUID(issued.answer["id"])

    def claims(self, covered: tuple[UUID, UUID], provider: UUID, **changes: object) -> UUID:
        """Submit an outpatient claim of 25,000 (or another, by `changes`); its id."""
        member, policy = covered
        day = self.clock.today()
        submission = Submission(
            **{
                "member_id": member,
                "policy_id": policy,
                "provider_id": provider,
                "kind": "outpatient",
                "service_from": day,
                "service_until": day,
                "diagnoses": ("B54",),
                "lines": VISIT,
                **changes,
            }  # type: ignore[arg-type]  # the story's own changes
        )
        outcome = submit_claim(self.desk, self.by("juma"), submission)
        return UUID(outcome.answer["id"])

    def claim(self, claim_id: UUID) -> Submitted:
        """Where a claim of ours stands."""
        state = self.desk.store.load(CLAIM, claim_id).state
        assert isinstance(state, Submitted)
        return state

    def payment(self, claim_id: UUID) -> Scheduled | None:
        """The payment of a claim; None where none is scheduled."""
        state = self.desk.store.load(PAYMENT, payment_id(claim_id)).state
        return state if isinstance(state, Scheduled) else None

    def story(self, stream_id: UUID) -> list[str]:
        """What has happened to something, by the published names."""
        return [event.name for event in self.desk.store.stream(stream_id)]


VISIT = (
    BilledLine(1, CONSULTATION, "Consultation", "outpatient", Decimal(1), tzs(15_000)),
    BilledLine(2, LABORATORY, "Malaria test", "outpatient", Decimal(1), tzs(10_000)),
)
OPERATION = (BilledLine(1, SURGERY, "Appendectomy", "surgery", Decimal(1), tzs(850_000)),)
