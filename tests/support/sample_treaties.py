"""One well-formed fact of every event of reinsurance, for a 40 % quota share of 2025."""

from datetime import UTC, date, datetime
from typing import Any

from domain.cession import events as cession
from domain.ids import treaty_id
from domain.money import Money
from domain.periods import Period
from domain.programme import events as programme
from domain.ratio import Ratio
from domain.reinsurance.account import AccountLine
from domain.reinsurance.commission_terms import Commission
from domain.reinsurance.loss import Risk
from domain.reinsurance.premium_terms import ExcessPremium, Reinstatements
from domain.reinsurance.terms import (
    Attribution,
    Cover,
    Kind,
    Participant,
    Posting,
    RiskLevel,
    Section,
    Treaty,
)
from domain.report import events as report
from domain.treaty import events as treaty
from domain.treaty.administration import Administration, ReportsEvery
from domain.treaty_account import events as treaty_account

YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))


def tzs(shillings: int | str) -> Money:
    return Money.of(shillings, "TZS")


REINSURERS = (
    Participant("Re One", Ratio.of("0.6")),
    Participant("Re Two", Ratio.of("0.4"), Ratio.of("0.275")),
)
QUOTA_SHARE = Treaty(
    "QS-2025",
    "TZS",
    (
        Section(
            "QS", Kind.QUOTA_SHARE, cession=Ratio.of("0.40"), commission=Commission(Ratio.of("0.3"))
        ),
    ),
    priority=1,
    period=YEAR,
    participants=REINSURERS,
)
PER_LIFE = Treaty(
    "XL-2025",
    "TZS",
    (
        Section(
            "L1",
            Kind.PER_RISK_EXCESS,
            risk_level=RiskLevel.MEMBER,
            attribution=Attribution.IN_ORDER,
            risk=Cover(tzs(20_000), tzs(500_000)),
        ),
    ),
    priority=2,
    period=YEAR,
    participants=REINSURERS,
)
CATASTROPHE = Treaty(
    "CAT-2025",
    "TZS",
    (
        Section(
            "C1",
            Kind.CATASTROPHE_EXCESS,
            occurrence=Cover(tzs(500_000), tzs(5_000_000)),
            minimum_lives=3,
            premium=ExcessPremium(fixed=tzs(400_000), reinstatements=Reinstatements((Ratio(1),))),
        ),
    ),
    priority=3,
    period=YEAR,
    hours_clause=72,
    posting=Posting.EVENT,
    participants=REINSURERS,
)
ADMINISTRATION = Administration(
    umr="B0001QS2025",
    reinsured="Afya Insurance",
    reports=ReportsEvery.QUARTER,
    large_loss=tzs(300_000),
)


def samples(claim: Any, policy: Any, member: Any) -> tuple[Any, ...]:
    """The facts, about this claim, policy and member."""
    code = treaty_id("QS-2025")
    risk = Risk(member=str(member), policy=str(policy), inception_on=YEAR.from_on)
    line = cession.CededLine(
        code, "QS-2025", 1, "QS", 1, claim, tzs(9_400), tzs(9_400), tzs(23_500), tzs(23_500),
        (cession.TracedStep("ceded share", tzs(9_400)),),
    )  # fmt: skip
    premium = cession.CededPremiumLine(
        code, "QS-2025", 1, "QS", 1, Ratio.of("0.4"), tzs(600_000), tzs(240_000), tzs(72_000)
    )
    digest = "5b0c1d526a0b5f0e9f5a6d2a9f1c7e345b0c1d526a0b5f0e9f5a6d2a9f1c7e34"
    return (
        treaty.TreatyPlaced("QS-2025", "Quota share 2025", QUOTA_SHARE, ADMINISTRATION),
        treaty.TreatySigned(REINSURERS, date(2024, 12, 20), "zawadi"),
        treaty.TreatyEndorsed(
            2, date(2025, 7, 1), QUOTA_SHARE, ADMINISTRATION, "cession from 40 % to 45 %"
        ),
        treaty.TreatyCancelled(date(2025, 10, 1), "rating fell below A-"),
        treaty.TreatyCommuted(date(2027, 3, 1), tzs(1_200_000), "both sides agreed"),
        treaty.PortfolioTransferred(
            treaty.Portfolio.PREMIUM, tzs(-90_000), "QS-2026", date(2025, 12, 31)
        ),
        programme.TreatyEnteredProgramme(code, "QS-2025", 1, YEAR),
        cession.LossCeded(
            claim, "CLM-2025-00001", 6, risk, date(2025, 3, 3), date(2025, 3, 5), tzs(23_500),
            tzs(23_500), (line,), "claim.paid",
        ),
        cession.CessionRestruck(date(2025, 3, 5), (line,), "endorsement 2"),
        cession.PremiumCeded(policy, "POL-2025-00001", 1, risk, tzs(600_000), (premium,)),
        treaty_account.CashCalled(claim, "CLM-2025-00001", tzs(9_400), date(2025, 3, 20)),
        treaty_account.AccountRendered(
            "2025-Q1", (AccountLine("premium", tzs(240_000)),), tzs(240_000), date(2025, 5, 30)
        ),
        treaty_account.AccountSettled(tzs(240_000), date(2025, 5, 28), "SWIFT-771"),
        report.ReportDrafted(
            code, "QS-2025", "claims", "2025-Q1", 1, 4_711,
            datetime(2025, 4, 14, 9, 0, tzinfo=UTC), 210,
            (report.ControlTotal("ceded_paid_this_period", tzs(9_400)),), digest, "zawadi",
        ),
        report.ReportChecked(1, ("rows tie to the ledger",), "zawadi"),
        report.ReportApproved(1, "rehema"),
        report.ReportIssued(1, digest, "", "zawadi", date(2025, 4, 15)),
        report.ReportAcknowledged(1, "Re One", date(2025, 4, 20)),
        report.ReportDisputed(
            1, "Re Two", ("claims-2025-Q1:CLM-2025-00001:QS",), "the stay is too long",
            date(2025, 4, 21),
        ),
        report.ReportSettled(1, tzs(158_600), "SWIFT-771", date(2025, 5, 28)),
    )  # fmt: skip
