"""One well-formed fact of every published event, as an insurer in Dar es Salaam would record it.

The stored form of each, as it was written in its own version, lies in `tests/golden/events`.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.accumulator.events import (
    BalanceBroughtForward,
    BenefitReleased,
    BenefitReserved,
    BenefitRestored,
    BenefitUsed,
)
from domain.adjudication.balances import Entry, Use
from domain.adjudication.case import CareType, Service
from domain.adjudication.case import Kind as GoodOrService
from domain.adjudication.determination import (
    ClaimStatus,
    Determination,
    LineDetermination,
    LineStatus,
    Step,
)
from domain.adjudication.product import (
    Benefit,
    Copay,
    CopayPer,
    Frequency,
    Limit,
    Order,
    Scope,
    Setting,
    Share,
    ShareKind,
    Terms,
    Threshold,
    WaitingMonths,
    Window,
    YearIs,
)
from domain.adjudication.routing import Route
from domain.claim import desk_events as claims_desk
from domain.claim import events as claim
from domain.code import events as code
from domain.dispute import events as dispute
from domain.document import events as document
from domain.fraud_model import events as fraud_model
from domain.member import erasing_events as erasing
from domain.member import events as member
from domain.money import Money
from domain.movement_book import events as movement_book
from domain.notice import events as notice
from domain.notice_template import events as notice_template
from domain.payment import events as payment
from domain.periods import Period
from domain.permission import events as permission
from domain.policy import events as policy
from domain.preauthorisation import events as preauthorisation
from domain.premium_rate import events as premium_rate
from domain.product import events as product
from domain.provider import events as provider
from domain.rating.contribution import ContributionRates
from domain.reconciliation import events as reconciliation
from domain.register import events as register
from domain.role import events as role
from domain.underwriting import events as underwriting
from domain.user import events as user
from tests.support.sample_fraud import samples as fraud_samples
from tests.support.sample_membership import samples as membership_samples
from tests.support.sample_treaties import samples as treaty_samples


def tzs(shillings: int | str) -> Money:
    return Money.of(shillings, "TZS")


MEMBER = UUID("01890000-0000-7000-8000-000000000001")
SPOUSE = UUID("01890000-0000-7000-8000-000000000002")
PROVIDER = UUID("01890000-0000-7000-8000-000000000003")
PRODUCT = UUID("01890000-0000-7000-8000-000000000004")
POLICY = UUID("01890000-0000-7000-8000-000000000005")
CLAIM = UUID("01890000-0000-7000-8000-000000000006")
PAYMENT = UUID("01890000-0000-7000-8000-000000000007")
PREAUTHORISATION = UUID("01890000-0000-7000-8000-000000000008")
YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))

DETAILS = member.MemberDetails(
    first_name="Asha",
    last_name="Mwakalinga",
    born_on=date(1985, 2, 14),
    sex=member.Sex.FEMALE,
    national_id="19850214-14116-00001-23",
    phone="+255 712 000 001",
    email="asha@example.co.tz",
    region="Dar es Salaam",
    district="Ilala",
    ward="Upanga",
    language="sw",
)

TERMS = Terms(
    product="MSINGI",
    version=1,
    effective_from=date(2025, 1, 1),
    claim_checks=("dates", "member", "coverage"),
    orders=(Order("", ("benefit", "price", "deductible", "copay", "coinsurance", "limits")),),
    year_is=YearIs.COVER,
    benefits=(
        Benefit(
            category="outpatient",
            copay=Copay(tzs(1_500), CopayPer.CLAIM),
            frequency=Frequency(2, Window.DAYS, 30),
        ),
        Benefit(
            category="medicine",
            shares=(Share("any", ShareKind.PERCENT, Decimal("0.10"), None),),
            waiting=WaitingMonths(1, 0),
        ),
    ),
    deductibles=(Threshold(Scope.MEMBER, tzs(50_000), Setting.INPATIENT),),
    limits=(Limit("annual limit", tzs(3_000_000), Scope.FAMILY, reason="ANNUAL_LIMIT"),),
)

LINES = (
    claim.BilledLine(1, "CON-001", "Consultation", "outpatient", Decimal(1), tzs(15_000)),
    claim.BilledLine(2, "LAB-014", "Malaria test", "outpatient", Decimal("2.5"), tzs(10_000)),
)
ENTRIES = (
    Entry(str(MEMBER), "2025-01-01", "copay", amount_minor=150_000),
    Entry(str(MEMBER), "2025-01-01", "visits:outpatient", count=1),
)
USES = (Use(str(MEMBER), "CON-001", date(2025, 3, 3), Decimal(1), claim_id=str(CLAIM)),)


def decided_line(line: int, code: str, billed: Money, copay: Money) -> LineDetermination:
    nothing = tzs(0)
    return LineDetermination(
        line=line,
        code=code,
        category="outpatient",
        status=LineStatus.PASSED,
        asked=billed,
        billed=billed,
        allowed=billed,
        write_off=nothing,
        balance_bill=nothing,
        deductible=nothing,
        copay=copay,
        coinsurance=nothing,
        over_limit=nothing,
        not_covered=nothing,
        plan_pays=billed - copay,
        unit_price=Decimal("15000.00"),
        checks=("dates", "member", "coverage"),
        trace=(
            Step("copay", billed, billed - copay, copay, part="copay"),
            Step(
                "limits",
                billed - copay,
                billed - copay,
                nothing,
                limit_name="annual limit",
                balance_before=tzs(3_000_000),
                balance_after=tzs(3_000_000) - (billed - copay),
            ),
        ),
    )


DETERMINATION = Determination(
    claim_id=str(CLAIM),
    member_id=str(MEMBER),
    service_on=date(2025, 3, 3),
    status=ClaimStatus.VALUATED,
    reason="",
    category="outpatient",
    product="MSINGI",
    product_version=1,
    lines=(
        decided_line(1, "CON-001", tzs(15_000), tzs(1_500)),
        decided_line(2, "LAB-014", tzs(10_000), tzs(0)),
    ),
    entries=ENTRIES,
    uses=USES,
)

DECLARATION = underwriting.Declaration(
    age=45,
    smoker=False,
    bmi_tenths=320,
    conditions=("controlled hypertension",),
    occupation=underwriting.Occupation.MEDIUM_RISK,
)

FILE = document.StoredFile(
    "application/pdf",
    48_211,
    "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
    "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
)
PLANNED = (
    preauthorisation.PlannedItem(
        1, "SUR-210", "Appendectomy", "surgery", Decimal(1), tzs(850_000), change="added"
    ),
)

SAMPLES: tuple[Any, ...] = (
    register.ValueRegistered("national_id", MEMBER),
    register.ValueReleased(MEMBER),
    member.MemberEnrolled("MB-2025-00001", DETAILS, origin="portal"),
    member.MemberDetailsCorrected(DETAILS),
    member.MemberDeactivated("left the employer"),
    member.MemberReactivated("came back"),
    member.MemberWithdrawn("entered twice"),
    erasing.LegalHoldPlaced("COURT-2025-17", "the claim is before the court", "grace"),
    erasing.LegalHoldLifted("COURT-2025-17", "grace"),
    erasing.MemberErasureRequested("left the insurer", "amina"),
    erasing.MemberErasureRefused("left the insurer", "amina", ("COURT-2025-17",)),
    erasing.MemberErased("left the insurer", "amina", "grace"),
    provider.ProviderRegistered(
        "PRV-2025-00001",
        "Upanga Dispensary",
        provider.Level.DISPENSARY,
        "Dar es Salaam",
        "0150123456700",
        "portal",
    ),
    provider.ProviderContractAgreed("C-2025-17", YEAR, "claims@bugando.example"),
    provider.ProviderTariffPublished(
        1,
        YEAR,
        (provider.TariffPrice("CON-001", "Consultation", "outpatient", tzs(15_000)),),
    ),
    provider.ProviderSuspended("licence under review"),
    provider.ProviderReinstated("licence renewed"),
    product.ProductVersionPublished("MSINGI", "Afya Msingi", date(2025, 1, 1), TERMS, "portal"),
    product.ProductWithdrawn(date(2026, 1, 1), "replaced by FAMILIA"),
    underwriting.UnderwritingCaseOpened(
        "UWC-2025-00001", MEMBER, tzs(5_000_000), tzs(75_000), DECLARATION
    ),
    underwriting.RiskAssessed(
        55, underwriting.RiskCategory.MEDIUM, ("age 40 or above", "smoker"), 1_500
    ),
    underwriting.UnderwritingReferred("high risk"),
    underwriting.UnderwritingApproved(tzs(86_250), 1_500, ("E11",), "grace"),
    underwriting.CounterOfferMade(tzs(105_000), 4_000, ("I10",), "grace"),
    underwriting.CounterOfferAccepted(),
    underwriting.UnderwritingDeclined(("untreated condition",), "advised to see a doctor"),
    policy.PolicyIssued(
        number="POL-2025-00001",
        product_id=PRODUCT,
        holder_id=MEMBER,
        period=YEAR,
        covered=(policy.Covered(MEMBER, YEAR), policy.Covered(SPOUSE, YEAR)),
        premium=tzs(600_000),
        instalments=(
            policy.Instalment(date(2025, 1, 1), tzs(300_000)),
            policy.Instalment(date(2025, 7, 1), tzs(300_000)),
        ),
        grace_days=30,
        renewal=False,
        origin="portal",
    ),
    policy.MemberAddedToPolicy(policy.Covered(SPOUSE, Period(date(2025, 6, 1), date(2026, 1, 1)))),
    policy.MemberRemovedFromPolicy(SPOUSE, date(2025, 9, 1)),
    policy.PremiumReceived(tzs(300_000), date(2025, 1, 3), "MPESA-QK12"),
    policy.PolicyLapsed(date(2025, 8, 1), tzs(300_000)),
    policy.PolicyRevived(date(2025, 8, 20)),
    policy.PolicySuspended(date(2025, 5, 1), "documents missing"),
    policy.PolicyResumed(date(2025, 5, 10)),
    policy.PolicyRenewed(
        Period(date(2026, 1, 1), date(2027, 1, 1)),
        tzs(650_000),
        (policy.Instalment(date(2026, 1, 1), tzs(650_000)),),
    ),
    policy.PolicyTerminated(date(2025, 10, 1), "employer left"),
    claim.ClaimSubmitted(
        number="CLM-2025-00001",
        member_id=MEMBER,
        policy_id=POLICY,
        provider_id=PROVIDER,
        kind="outpatient",
        invoice_no="INV-77",
        service_from=date(2025, 3, 3),
        service_until=date(2025, 3, 3),
        diagnoses=("B54", "R50.9"),
        lines=LINES,
        billed=tzs(25_000),
        payee=claim.Payee.PROVIDER,
        submitted_by="juma",
        submitted_on=date(2025, 3, 4),
        visit_type="ordinary",
    ),
    claim.ClaimTakenOver(
        number="0f3c",
        member_id=MEMBER,
        policy_id=None,
        provider_id=PROVIDER,
        kind="professional",
        service_from=date(2019, 5, 2),
        service_until=date(2019, 5, 2),
        diagnoses=("44054006",),
        lines=LINES,
        billed=tzs(25_000),
        origin="synthea",
        origin_id="0f3c-11",
    ),
    claim.ClaimScored(Decimal("0.92"), "rules-1", ("FREQUENCY_ABUSE",), 1_234, suspends=True),
    claim.ClaimSuspended(("FREQUENCY_ABUSE",)),
    claim.ClaimCleared("the visits were a course of physiotherapy"),
    claim.ClaimAdjudicated(
        determination=DETERMINATION,
        payable=tzs(23_500),
        route=Route.AUTO_APPROVED,
        product_id=PRODUCT,
        product_version=1,
        tariff_no=1,
        accumulator_version=3,
        lifetime_version=2,
    ),
    claim.ClaimPrepared("neema", "prices agree with the contract"),
    claim.ClaimApproved(tzs(23_500), Route.AUTO_APPROVED, "rules"),
    claim.ClaimDenied(("OUTSIDE_POLICY_PERIOD", "NOT_COVERED"), "cover ended in May"),
    claim.ClaimPaid(PAYMENT, tzs(23_500), date(2025, 3, 5)),
    claim.ClaimPaymentPosted(1, "payer", "ECHECK", tzs(12_000), date(2019, 6, 1), "t-1"),
    claim.ClaimBalanceTransferred(1, tzs(3_000), "patient", date(2019, 6, 2), "t-2"),
    claim.ClaimClosed(date(2025, 3, 5)),
    claim.ClaimWithdrawn("sent to the wrong insurer"),
    claims_desk.ClaimAssigned("neema", "rehema"),
    claims_desk.ClaimInformationRequested("the referral letter", "provider", "neema"),
    claims_desk.ClaimInformationReceived(
        "referred by Amana hospital on 1 March", "neema", "scored"
    ),
    claims_desk.ClaimReviewRequested("drawn by its number", "rules"),
    claims_desk.ClaimReviewed(
        (
            claims_desk.ReviewedLine(1, Decimal(1), tzs(12_000), reason="usual fee"),
            claims_desk.ReviewedLine(2, refused=True, reason="not indicated"),
        ),
        "dr-salma",
        "scored",
        "the test repeats that of 1 March",
    ),
    claim.ClaimCorrected(
        kind="outpatient",
        visit_type="ordinary",
        service_from=date(2025, 3, 3),
        service_until=date(2025, 3, 3),
        diagnoses=("B54",),
        lines=LINES[:1],
        billed=tzs(15_000),
        billed_was=tzs(25_000),
        corrected_by="juma",
    ),
    claim.ClaimReadjudicated(
        determination=DETERMINATION,
        payable=tzs(23_500),
        payable_was=tzs(25_000),
        allowed_was=tzs(25_000),
        approved_was=tzs(25_000),
        to_pay=tzs(0),
        to_recover=tzs(1_500),
        route=Route.AUTO_APPROVED,
        product_id=PRODUCT,
        product_version=2,
        tariff_no=1,
        accumulator_version=4,
        lifetime_version=3,
        why=claim.Again.CASCADE,
        decided_by="rehema",
        change_id=PAYMENT,
    ),
    claim.ClaimReopened("the referral was found", "rehema", tzs(0)),
    claims_desk.ClaimInformationOverdue("provider", date(2025, 4, 1)),
    claims_desk.ClaimRecovered(tzs(1_500), "RCPT-2025-17", date(2025, 6, 1), "bank transfer"),
    claim.ClaimReversed(
        "billed for another patient",
        tzs(25_000),
        tzs(23_500),
        tzs(23_500),
        "rehema",
        date(2025, 4, 1),
    ),
    BenefitUsed(CLAIM, "CLM-2025-00001", ENTRIES, USES),
    BenefitRestored(
        CLAIM, "CLM-2025-00001", tuple(-e for e in ENTRIES), tuple(-use for use in USES)
    ),
    code.CodePublished(
        code.System.SERVICE,
        "LAB-014",
        "Malaria test",
        date(2025, 1, 1),
        Service(
            "LAB-014", GoodOrService.SERVICE, "other", Decimal("10000.00"), CareType.BOTH, 7,
            ("adult", "child"), bundle_price=Decimal("9000.00"),
        ),
    ),
    reconciliation.StatementReconciled(
        "REC-2025-00001", 1, "march.xml", "0f" * 32, date(2025, 3, 1), date(2025, 4, 1), 14, 13,
        (
            reconciliation.Differing(
                "amount_differs", "PAY-2025-00001", date(2025, 3, 5), "the bank moved another sum",
                tzs(9_000), tzs(23_500), 7, why_not="a person looks at it",
            ),
            reconciliation.Differing(
                "missing_at_bank", "PAY-2025-00002", date(2025, 3, 6), "it is confirmed",
                ours=tzs(5_000),
            ),
        ),
        "staff:neema",
    ),
    code.CodeRetired(date(2026, 1, 1), "LAB-015"),
    premium_rate.PremiumRatesPublished(
        "STANDARD",
        "Standard 2025",
        UUID("6f6d7b1e-6f5d-5a0e-9d53-0c5a6e8a2f11"),
        date(2025, 1, 1),
        1,
        "TZS",
        (
            premium_rate.AgePrice(0, tzs(30_000), 17, whom=premium_rate.Whom.CHILD),
            premium_rate.AgePrice(18, tzs(75_000), sex="F"),
        ),
        ContributionRates("TZS", lump_sum=tzs(40_000), threshold=4, max_members=6),
    ),
    document.DocumentAdded(
        CLAIM,
        "CLM-2025-00001",
        MEMBER,
        PROVIDER,
        document.Kind.INVOICE,
        "ankara.pdf",
        FILE,
        "muhimbili",
    ),
    document.DocumentVersionAdded(2, "ankara-2.pdf", FILE, "muhimbili"),
    document.DocumentVerified(2, "neema", "stamped"),
    document.DocumentRejected(1, "neema", ("UNREADABLE",), "the stamp hides the sum"),
    document.DocumentWithdrawn("belongs to another claim", "neema"),
    preauthorisation.PreauthorisationRequested(
        number="PRE-2025-00001",
        member_id=MEMBER,
        policy_id=POLICY,
        provider_id=PROVIDER,
        kind="inpatient",
        service_from=date(2025, 9, 1),
        service_until=date(2025, 9, 3),
        diagnoses=("K35.8",),
        items=PLANNED,
        estimated=tzs(850_000),
        requested_by="muhimbili",
        requested_on=date(2025, 8, 20),
    ),
    preauthorisation.PreauthorisationPended(("the surgeon's letter",), "which side?"),
    preauthorisation.PreauthorisationUpdated(PLANNED, tzs(850_000)),
    preauthorisation.PreauthorisationApproved(
        DETERMINATION, tzs(23_500), date(2025, 10, 1), "rehema", PRODUCT, 1, "as agreed"
    ),
    preauthorisation.PreauthorisationRejected(("NOT_COVERED",), "rehema", "cosmetic"),
    preauthorisation.PreauthorisationCancelled("the patient went abroad"),
    preauthorisation.PreauthorisationExpired(date(2025, 10, 1)),
    preauthorisation.PreauthorisationUsed(CLAIM, "CLM-2025-00001"),
    BalanceBroughtForward(POLICY, ENTRIES, USES, "the former insurer"),
    BenefitReserved(PREAUTHORISATION, "PRE-2025-00001", ENTRIES, USES),
    BenefitReleased(
        PREAUTHORISATION, "PRE-2025-00001", tuple(-e for e in ENTRIES), tuple(-u for u in USES)
    ),
    dispute.DisputeOpened(
        "DSP-2025-00001",
        CLAIM,
        "CLM-2025-00001",
        MEMBER,
        (2,),
        "the test was needed",
        "MB-2025-00001",
        tzs(10_000),
    ),
    dispute.DisputeAmended("the test was ordered by a specialist", "MB-2025-00001", tzs(10_000)),
    dispute.DisputeDecided(dispute.Outcome.REJECTED, "the test repeats another", "neema"),
    dispute.DisputeAppealed("the other test was of another person", "MB-2025-00001"),
    dispute.DisputeWithdrawn("MB-2025-00001"),
    payment.PaymentScheduled(
        "PAY-2025-00001",
        CLAIM,
        "CLM-2025-00001",
        "provider",
        PROVIDER,
        "0150123456700",
        tzs(23_500),
    ),
    notice.NoticeRequested(
        "card-ready", MEMBER, MEMBER, "MB-2025-00001", "Your card", "It waits in Dodoma.", "neema"
    ),
    notice_template.NoticeTemplatePublished(
        "card-ready", 1, "Your card", "It waits in {place}.", "neema"
    ),
    notice.NoticeSent(
        "paid", MEMBER, CLAIM, "CLM-2025-00001", notice.Channel.TEXT_MESSAGE, "+255 712 000001"
    ),
    notice.NoticeUndeliverable("paid", MEMBER, CLAIM, "CLM-2025-00001", "no telephone"),
    payment.PaymentCorrected("0150-7", "approval", "neema"),
    payment.PaymentApproved("joseph.finance", "batch"),
    payment.PaymentInstructed("PAY-2025-00001"),
    payment.PaymentConfirmed("BANK-9921", date(2025, 3, 5)),
    payment.PaymentFailed("ACCOUNT_REFUSED"),
    payment.PaymentReturned(tzs(23_500), "ACCOUNT_CLOSED", "BANK-9950", date(2025, 3, 9)),
    payment.PaymentCancelled("approved by mistake"),
    payment.RemittanceSent("CLM-2025-00001", tzs(23_500), 2, "mail"),
    payment.RemittanceUndeliverable("CLM-2025-00001", tzs(23_500), "no address"),
    *treaty_samples(CLAIM, POLICY, MEMBER),
    *fraud_samples(CLAIM, MEMBER, PROVIDER),
    *membership_samples(MEMBER, DETAILS, FILE),
    fraud_model.ModelRegistered(
        line="health",
        version=1,
        digest="b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
        kind="xgboost",
        features=("claims_in_14_days", "price_beside_usual"),
        protected=(),
        rows=18_204,
        trained_from=date(2025, 1, 1),
        trained_until=date(2025, 9, 1),
        seed=7,
        threshold=Decimal("0.4150"),
        registered_by="wema",
    ),
    fraud_model.ModelEvaluated(
        1,
        "1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f53",
        6_011,
        243,
        (fraud_model.Figure("auc", Decimal("0.9412")), fraud_model.Figure("f1", Decimal("0.7713"))),
        "wema",
    ),
    fraud_model.ModelShadowed(1, "wema"),
    fraud_model.ModelTrialStarted(2, 1, 1_000, "wema"),
    fraud_model.ModelStoodDown(2, "no better than the model in charge", "wema"),
    fraud_model.ModelPromotionProposed(1, "wema"),
    fraud_model.ModelPromoted(1, None, "wema", "rehema"),
    fraud_model.ModelRolledBack(2, 1, "too many sound claims were held", "rehema"),
    fraud_model.ModelRetired(2, "replaced", "wema"),
    fraud_model.ModelCheckDue(2, date(2025, 4, 1)),
    fraud_model.ModelChecked(
        2,
        1,
        4_812,
        "drifted",
        (fraud_model.Figure("price_beside_usual", Decimal("0.4100")),),
        Decimal("0.0403"),
        Decimal("0.0512"),
        (fraud_model.Figure("hit_rate", Decimal("0.6250")),),
        "drift",
        date(2025, 5, 1),
        "saga:look_after_model",
        3,
    ),
    movement_book.MonthClosed(
        date(2025, 3, 1),
        datetime(2025, 3, 31, 21, tzinfo=UTC),
        48_211,
        1,
        1_204,
        (movement_book.MovementTotal("claim_paid", "TZS", 310, 728_500_000),),
        "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab",
        "2c624232cdd221771294dfbb310aca000a0df6ac8b66b696d90ef06fdefb64a3",
        "juma",
    ),
    user.UserAdded(
        "asha@example.org", "Asha Mtei", "member", ("member",),
        UUID("01999999-0000-7000-8000-000000000001"), "asha@example.org",
    ),
    user.UserChanged("Asha Mtei-Kimaro", "asha.kimaro@example.org"),
    user.UserRolesChanged(("auditor", "claims_manager"), ("claims_manager",), ("actuary",)),
    user.UserLocked("left the company"),
    user.UserUnlocked("came back"),
    user.UserRemoved("left the company"),
    user.UserPasswordChanged("reset"),
    user.UserPasswordResetRequested(),
    user.UserEmailVerified(),
    user.UserSecondFactorAdded("totp"),
    user.UserSecondFactorRemoved("totp"),
    user.UserSignedIn(UUID("01999999-0000-7000-8000-0000000000a1"), ("password", "totp")),
    user.UserSignInRefused("password"),
    user.UserSessionEnded(UUID("01999999-0000-7000-8000-0000000000a1"), "signed out"),
    user.UserPasskeyAdded(UUID("01999999-0000-7000-8000-0000000000c1"), "the phone"),
    user.UserPasskeyRenamed(UUID("01999999-0000-7000-8000-0000000000c1"), "the old phone"),
    user.UserPasskeyRemoved(UUID("01999999-0000-7000-8000-0000000000c1"), ("totp",)),
    user.UserProviderLinked("https://id.insurer.example", "248289761001"),
    user.UserKeyIssued(
        UUID("01999999-0000-7000-8000-0000000000b1"), "claims gateway", ("claims.add_claim",),
        datetime(2026, 1, 31, 9, 30, tzinfo=UTC),
    ),
    user.UserKeyRotated(
        UUID("01999999-0000-7000-8000-0000000000b1"), UUID("01999999-0000-7000-8000-0000000000b2"),
        datetime(2025, 10, 14, 9, 30, tzinfo=UTC),
    ),
    user.UserKeyRevoked(UUID("01999999-0000-7000-8000-0000000000b1"), "was in a log"),
    user.UserKeyUsed(UUID("01999999-0000-7000-8000-0000000000b1")),
    role.RoleDefined(
        "night_desk", "Night desk", ("claims.view_claim",), ("customer_service",), built_in=False
    ),
    role.RoleChanged("Night desk", ("claims.add_claim", "claims.view_claim"), ("auditor",)),
    role.RoleRemoved("the night desk was closed"),
    permission.PermissionNamed("portal.export_statements", "export statements from the portal"),
    permission.PermissionReworded("export yearly statements from the portal"),
    permission.PermissionRetired("the portal does it by itself"),
)  # fmt: skip
