"""One well-formed fact of every event of membership beside the member's own enrolment."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.beneficiary import events as beneficiary
from domain.biometric import events as biometric
from domain.card import events as card
from domain.designation import events as designation
from domain.document import events as document
from domain.emergency_contact import events as emergency
from domain.lead import events as lead
from domain.member import events as member
from domain.policy.events import PolicyCorrected

SON = UUID("01890000-0000-7000-8000-000000000101")
CARD = UUID("01890000-0000-7000-8000-000000000102")
PROFILE = member.Profile("Mtaa wa Jamhuri 14", "11101", "Bandari Ltd", "crane driver", "B-2217")
BROTHER = emergency.Contact("Baraka Mwakalinga", "+255 713 000 009", "brother", "b@example.co.tz")
PROSPECT = lead.Prospect(
    "Zawadi", "Komba", "+255 715 000 012", "zk@example.co.tz", "web form", "family", 90_000_000
)
NOMINEE = beneficiary.Nominee(
    "Neema Mwakalinga",
    beneficiary.Kinship.CHILD,
    date(2015, 6, 30),
    national_id="20150630-14116-00009-11",
    phone="+255 714 000 010",
    guardian="Rehema Mushi",
)


def samples(who: UUID, details: member.MemberDetails, file: document.StoredFile) -> tuple[Any, ...]:
    """The facts of a member whose details and file are given."""
    return (
        member.MemberProfileRecorded(PROFILE),
        member.ProfileChangeRequested(details, PROFILE, "portal"),
        member.ProfileChangeApproved("neema.desk"),
        member.ProfileChangeRejected("neema.desk", ("PROOF_MISSING",), "wants the marriage papers"),
        member.MemberPhotoTaken("image/jpeg", 31_200, file.sha256, "juma.desk"),
        member.MemberDuplicateRuledOut(("MB-2024-00017",), "juma.desk"),
        emergency.EmergencyContactNamed(who, BROTHER),
        emergency.EmergencyContactCorrected(BROTHER),
        emergency.EmergencyContactRemoved("moved abroad"),
        beneficiary.BeneficiaryNominated(who, NOMINEE, 6_000, "juma.desk"),
        beneficiary.BeneficiaryCorrected(NOMINEE, 4_000, "juma.desk"),
        beneficiary.BeneficiaryApproved("grace"),
        beneficiary.BeneficiaryRejected("grace", ("PROOF_MISSING",), "born elsewhere, she says"),
        beneficiary.BeneficiaryRemoved("asked for by the member", "juma.desk"),
        designation.SharePlanned(who, SON, 10_000),
        designation.ShareConfirmed(SON),
        designation.DesignationInForce((designation.Held(SON, 10_000),)),
        designation.ShareDropped(SON),
        card.CardIssued(
            "CRD-2025-00001", who, "MB-2025-00001", card.Medium.PHYSICAL, date(2027, 1, 1),
            "juma.desk", CARD,
        ),
        card.CardPrinted("print room"),
        card.CardActivated("juma.desk"),
        card.CardRevoked("lost", "juma.desk"),
        biometric.BiometricRegistered(
            who, biometric.Modality.FINGER, "right_thumb", 78, "finger-net-3", "desk 4", "juma.desk"
        ),
        biometric.BiometricCompared("admission", True, 9_412, 8_500, "muhimbili"),
        biometric.BiometricDestroyed("asked for by the member", "juma.desk"),
        document.MemberDocumentAdded(
            who, "MB-2025-00001", document.Kind.IDENTIFICATION, "kitambulisho.pdf", file, "portal"
        ),
        PolicyCorrected(who, 45),
        lead.LeadCaptured("LED-2025-00001", PROSPECT, "grace"),
        lead.LeadCorrected(PROSPECT),
        lead.LeadAssigned("juma.agent", "grace"),
        lead.LeadMoved(lead.Stage.LOST, "too dear"),
        lead.LeadActivityRecorded(
            lead.Activity.CALL, "wants her parents covered, too", "juma.agent", date(2025, 4, 1)
        ),
        lead.LeadConverted(who, "MB-2025-00001", "juma.agent"),
        lead.LeadRemoved("asked for it", "grace"),
    )  # fmt: skip
