"""One well-formed fact of every event of a fraud case: five visits that never happened."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.fraud_case import events as fraud_case
from domain.money import Money

OTHER = UUID("01890000-0000-7000-8000-0000000000f2")


def samples(claim: UUID, member: UUID, provider: UUID) -> tuple[Any, ...]:
    return (
        fraud_case.FraudAlerted(
            claim_id=claim,
            number="CLM-2025-00001",
            member_id=member,
            provider_id=provider,
            billed=Money.of("25000", "TZS"),
            score=Decimal("0.92"),
            model="health-4f1c9a03b7de+rules-2",
            kind="frequency",
            reasons=("FREQUENCY_ABUSE", "providers_in_14_days"),
            words=("claims from 5 providers within two weeks", "4 other providers in two weeks"),
            suspended=True,
            raised_by="score",
        ),
        fraud_case.FraudCheckRequested(claim, member, "baraka"),
        fraud_case.FraudInvestigationOpened(
            claim, "baraka", date(2025, 4, 4), "asks all five clinics"
        ),
        fraud_case.FraudInvestigationOverdue(claim, "baraka", date(2025, 4, 4)),
        fraud_case.FraudEvidenceAdded(
            claim, 1, "statement", "the clinic has no record of a visit", "DOC-2025-00007", "baraka"
        ),
        fraud_case.FraudClaimLinked(claim, OTHER, "CLM-2025-00002", "baraka"),
        fraud_case.FraudCleared(claim, "a course of treatment, as the clinics confirm", "baraka"),
        fraud_case.FraudConfirmed(
            claim_id=claim,
            kinds=("phantom",),
            reasons=("NEVER_VISITED",),
            note="none of the five clinics has seen the member",
            confirmed_by="baraka",
            saved=Money.of("50000", "TZS"),
            rejected=(claim,),
            to_recover=(OTHER,),
        ),
        fraud_case.FraudSubjectFlagged(
            claim,
            fraud_case.Subject.PROVIDER,
            provider,
            "phantom billing (CLM-2025-00001)",
            "baraka",
        ),
        fraud_case.FraudReported(claim, "TIRA", "TIRA/F/2025/118", date(2025, 4, 9), "rehema"),
        fraud_case.FraudRescored(
            claim_id=claim,
            member_id=member,
            score=Decimal("0.3312"),
            model="health-9b20c71f55aa+rules-2",
            reasons=("providers_in_14_days",),
            words=("4 other providers in two weeks",),
            features_hash="0e1d8c7b" * 8,
        ),
    )
