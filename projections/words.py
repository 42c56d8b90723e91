"""What each event says in words: one row an event, one column a language.

Words name things by their numbers and never tell personal data: who may read the words may not be
allowed to read the names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Any
from uuid import UUID

from domain.accumulator import events as accumulator
from domain.beneficiary import events as beneficiary
from domain.biometric import events as biometric
from domain.card import events as card
from domain.cession import events as cession
from domain.claim import desk_events as claims_desk
from domain.claim import events as claim
from domain.code import events as code
from domain.designation import events as designation
from domain.dispute import events as dispute
from domain.document import events as document
from domain.emergency_contact import events as emergency_contact
from domain.fraud_case import events as fraud_case
from domain.fraud_model import events as fraud_model
from domain.lead import events as lead
from domain.member import erasing_events as erasing
from domain.member import events as member
from domain.money import Money
from domain.movement_book import events as movement_book
from domain.notice import events as notice
from domain.payment import events as payment
from domain.periods import Period
from domain.policy import events as policy
from domain.preauthorisation import events as preauthorisation
from domain.premium_rate import events as premium_rate
from domain.product import events as product
from domain.programme import events as programme
from domain.provider import events as provider
from domain.register import events as register
from domain.report import events as report
from domain.role import events as role
from domain.treaty import events as treaty
from domain.treaty_account import events as treaty_account
from domain.underwriting import events as underwriting
from domain.user import events as user

Names = Mapping[UUID, str]  # numbers of things, by their ids


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the event's own fields in braces; `:count` tells how many there are, `:pct`
    basis points as a percentage. Without Swahili the English one is told."""

    en: str
    sw: str = ""


WORDS: Mapping[type, Sentence] = {
    register.ValueRegistered: Sentence("a {kind} was registered for one owner"),
    register.ValueReleased: Sentence("a registered value is free again"),
    member.MemberEnrolled: Sentence("member {number} was enrolled ({relationship})"),
    member.MemberDetailsCorrected: Sentence("the member's details were corrected"),
    member.MemberProfileRecorded: Sentence("where the member lives and works was recorded"),
    member.ProfileChangeRequested: Sentence("{requested_by} asked for a change of the profile"),
    member.ProfileChangeApproved: Sentence("{approved_by} approved the change of the profile"),
    member.ProfileChangeRejected: Sentence(
        "{rejected_by} did not approve the change of the profile ({reasons})"
    ),
    member.MemberPhotoTaken: Sentence("a photo was taken by {taken_by} ({media_type})"),
    member.MemberDuplicateRuledOut: Sentence(
        "{ruled_out_by} saw that {numbers} are reached alike, and are somebody else"
    ),
    member.MemberDeactivated: Sentence("the record was set aside: {reason}"),
    member.MemberReactivated: Sentence("the record counts again: {reason}"),
    member.MemberWithdrawn: Sentence("the record was withdrawn: {reason}"),
    erasing.LegalHoldPlaced: Sentence(
        "the data must be kept for {hold}: {grounds} (placed by {placed_by})"
    ),
    erasing.LegalHoldLifted: Sentence(
        "the data need no longer be kept for {hold} (lifted by {lifted_by})"
    ),
    erasing.MemberErasureRequested: Sentence(
        "{requested_by} asked for the data to be erased: {grounds}"
    ),
    erasing.MemberErasureRefused: Sentence(
        "the data was not erased, because it must be kept for {holds} (asked for by {refused_to}: "
        "{grounds})"
    ),
    erasing.MemberErased: Sentence(
        "the data was erased: {grounds} (asked for by {requested_by}, approved by {approved_by})"
    ),
    provider.ProviderRegistered: Sentence(
        "provider {number}, {name}, was registered as a {level} in {region}"
    ),
    provider.ProviderContractAgreed: Sentence(
        "contract {contract_no} was agreed: in network {period}"
    ),
    provider.ProviderTariffPublished: Sentence(
        "tariff {tariff_no} was published with {prices:count} prices: in force {period}"
    ),
    provider.ProviderSuspended: Sentence("the provider was suspended: {reason}"),
    provider.ProviderReinstated: Sentence("the provider was taken back: {reason}"),
    user.UserAdded: Sentence("a {kind} user may sign in as {roles}"),
    user.UserChanged: Sentence("the user's name or address was corrected"),
    user.UserRolesChanged: Sentence("the user's roles are now {roles}"),
    user.UserLocked: Sentence("the user was locked out: {reason}"),
    user.UserUnlocked: Sentence("the user may sign in again: {reason}"),
    user.UserRemoved: Sentence("the user was removed: {reason}"),
    user.UserPasswordChanged: Sentence("the password was {how}"),
    user.UserPasswordResetRequested: Sentence("a link to choose a new password was asked for"),
    user.UserEmailVerified: Sentence("the address was verified"),
    user.UserSecondFactorAdded: Sentence("a second factor counts from now on ({factor})"),
    user.UserSecondFactorRemoved: Sentence("a second factor was taken away ({factor})"),
    user.UserSignedIn: Sentence("the user signed in"),
    user.UserSignInRefused: Sentence("a try to sign in was turned away ({reason})"),
    user.UserSessionEnded: Sentence("a sign-in ended: {why}"),
    role.RoleDefined: Sentence("role {code} permits {permissions:count} things"),
    role.RoleChanged: Sentence("the role permits {permissions:count} things from now on"),
    role.RoleRemoved: Sentence("the role was taken out of use: {reason}"),
    code.CodePublished: Sentence(
        "{system} code {code} was published: {description}, in use from {from_on}"
    ),
    code.CodeRetired: Sentence("the code is out of use from {from_on}{replaced_by: in favour of }"),
    product.ProductVersionPublished: Sentence(
        "version {terms.version} of {code}, {name}, was published: in force from {effective_from}"
    ),
    premium_rate.PremiumRatesPublished: Sentence(
        "version {version} of the premium rates {code}, {name}, was published: in force from "
        "{effective_from}"
    ),
    product.ProductWithdrawn: Sentence(
        "the product is not sold for policies from {from_on} on: {reason}"
    ),
    underwriting.UnderwritingCaseOpened: Sentence(
        "case {number} was opened for {applicant_id}: {sum_assured} assured, "
        "base premium {base_premium}"
    ),
    underwriting.RiskAssessed: Sentence(
        "the risk was rated {category} with {score} points; "
        "a loading of {recommended_loading_bps:pct} is recommended"
    ),
    underwriting.UnderwritingReferred: Sentence("a senior underwriter must decide: {reason}"),
    underwriting.UnderwritingApproved: Sentence(
        "it was approved by {approved_by} at a premium of {premium}, a loading of "
        "{loading_bps:pct} and {exclusions:count} exclusions"
    ),
    underwriting.CounterOfferMade: Sentence(
        "cover was offered by {offered_by} at a premium of {premium}, a loading of "
        "{loading_bps:pct} and {exclusions:count} exclusions"
    ),
    underwriting.CounterOfferAccepted: Sentence("the applicant accepted the offer"),
    underwriting.UnderwritingDeclined: Sentence("cover was declined"),
    policy.PolicyIssued: Sentence(
        "policy {number} was issued on {product_id} to {holder_id}: "
        "{covered:count} members {period}, premium {premium} in {instalments:count} instalments"
    ),
    policy.MemberAddedToPolicy: Sentence("cover of {covered.member_id} was added {covered.period}"),
    policy.MemberRemovedFromPolicy: Sentence("the cover of {member_id} ends before {until_on}"),
    policy.PremiumReceived: Sentence("{amount} of premium came in on {received_on}"),
    policy.PolicyLapsed: Sentence("cover stopped on {lapsed_on}: {unpaid} stayed unpaid"),
    policy.PolicyRevived: Sentence("cover goes on from {revived_on}"),
    policy.PolicySuspended: Sentence("cover was suspended from {suspended_on}: {reason}"),
    policy.PolicyResumed: Sentence("cover goes on from {resumed_on}"),
    policy.PolicyRenewed: Sentence("the policy was renewed {period} for a premium of {premium}"),
    policy.PolicyCorrected: Sentence(
        "the policy is held by {holder_id}, with {grace_days} days of grace"
    ),
    policy.PolicyTerminated: Sentence("cover ends for good before {until_on}: {reason}"),
    document.DocumentAdded: Sentence(
        "a document ({kind}, {file.media_type}, {file.size} bytes) was put to claim {claim_number} "
        "by {added_by}",
        "hati ({kind}) iliwekwa kwenye dai {claim_number} na {added_by}",
    ),
    lead.LeadCaptured: Sentence("lead {number} was captured by {captured_by}"),
    lead.LeadCorrected: Sentence("who the lead is and what they want was corrected"),
    lead.LeadAssigned: Sentence("{agent} looks after the lead (given by {assigned_by})"),
    lead.LeadMoved: Sentence("the lead stands at {stage}"),
    lead.LeadActivityRecorded: Sentence("{recorded_by} recorded: {activity}"),
    lead.LeadConverted: Sentence("the lead is member {member_number} now ({converted_by})"),
    lead.LeadRemoved: Sentence("the lead was removed by {removed_by}: {reason}"),
    emergency_contact.EmergencyContactNamed: Sentence(
        "somebody to be called for {member_id} was named, as number {contact.priority}"
    ),
    emergency_contact.EmergencyContactCorrected: Sentence("the emergency contact was corrected"),
    emergency_contact.EmergencyContactRemoved: Sentence(
        "the emergency contact is not to be called any longer: {reason}"
    ),
    beneficiary.BeneficiaryNominated: Sentence(
        "a beneficiary ({nominee.kinship}) of {member_id} was nominated for {share_bps:pct} "
        "by {nominated_by}"
    ),
    beneficiary.BeneficiaryCorrected: Sentence(
        "the beneficiary was corrected by {corrected_by}, for {share_bps:pct}"
    ),
    beneficiary.BeneficiaryApproved: Sentence("the beneficiary was approved by {approved_by}"),
    beneficiary.BeneficiaryRejected: Sentence(
        "the beneficiary was not approved by {rejected_by} ({reasons})"
    ),
    beneficiary.BeneficiaryRemoved: Sentence(
        "the beneficiary was removed by {removed_by}: {reason}"
    ),
    designation.SharePlanned: Sentence("{share_bps:pct} are planned for {beneficiary_id}"),
    designation.ShareConfirmed: Sentence("the share of {beneficiary_id} was confirmed"),
    designation.ShareDropped: Sentence("the share of {beneficiary_id} is free again"),
    designation.DesignationInForce: Sentence(
        "the shares make a whole and are in force: {shares:count} beneficiaries"
    ),
    card.CardIssued: Sentence(
        "card {number} ({medium}) was issued to member {member_number} by {issued_by}, good "
        "before {expires_on}"
    ),
    card.CardPrinted: Sentence("the card was printed by {printed_by}"),
    card.CardActivated: Sentence("the card was activated by {activated_by}"),
    card.CardRevoked: Sentence("the card was revoked by {revoked_by}: {reason}"),
    biometric.BiometricRegistered: Sentence(
        "a {modality} of {member_id} was registered by {registered_by}, with a quality of {quality}"
    ),
    biometric.BiometricCompared: Sentence(
        "{compared_by} held somebody against it for {purpose}: {similarity_bps:pct} alike, "
        "{needed_bps:pct} needed"
    ),
    biometric.BiometricDestroyed: Sentence(
        "template and key were destroyed by {destroyed_by}: {reason}"
    ),
    document.MemberDocumentAdded: Sentence(
        "a document ({kind}, {file.media_type}, {file.size} bytes) was put to member "
        "{member_number} by {added_by}"
    ),
    document.DocumentVersionAdded: Sentence(
        "version {version} was sent by {added_by} ({file.media_type}, {file.size} bytes)",
        "toleo {version} lilitumwa na {added_by}",
    ),
    document.DocumentVerified: Sentence(
        "version {version} was verified by {verified_by}",
        "toleo {version} lilithibitishwa na {verified_by}",
    ),
    document.DocumentRejected: Sentence(
        "version {version} was rejected by {rejected_by}{reasons: because of }",
        "toleo {version} lilikataliwa na {rejected_by}{reasons: kwa sababu ya }",
    ),
    document.DocumentWithdrawn: Sentence(
        "it was taken back by {withdrawn_by}: {reason}", "iliondolewa na {withdrawn_by}: {reason}"
    ),
    preauthorisation.PreauthorisationRequested: Sentence(
        "{provider_id} asked for approval {number} of {items:count} services to {member_id} under "
        "{policy_id}, planned {service_from} to {service_until}: {estimated} estimated",
        "{provider_id} aliomba idhini {number} ya huduma {items:count} kwa {member_id}: "
        "makadirio {estimated}",
    ),
    preauthorisation.PreauthorisationPended: Sentence(
        "it waits for {wanted}", "linasubiri {wanted}"
    ),
    preauthorisation.PreauthorisationUpdated: Sentence(
        "its {items:count} services were changed: {estimated} estimated",
        "huduma zake {items:count} zilibadilishwa: makadirio {estimated}",
    ),
    preauthorisation.PreauthorisationApproved: Sentence(
        "{approved} were approved by {approved_by} for services before {valid_until}; the benefit "
        "for it is kept",
        "{approved} ziliidhinishwa na {approved_by} kwa huduma kabla ya {valid_until}",
    ),
    preauthorisation.PreauthorisationRejected: Sentence(
        "it was rejected by {rejected_by}{reasons: because of }",
        "lilikataliwa na {rejected_by}{reasons: kwa sababu ya }",
    ),
    preauthorisation.PreauthorisationCancelled: Sentence(
        "it was taken back: {reason}", "liliondolewa: {reason}"
    ),
    preauthorisation.PreauthorisationExpired: Sentence(
        "it expired on {expired_on}; what was kept for it is free again",
        "muda wake uliisha {expired_on}",
    ),
    preauthorisation.PreauthorisationUsed: Sentence(
        "claim {claim_number} used it", "dai {claim_number} limelitumia"
    ),
    claim.ClaimSubmitted: Sentence(
        "claim {number} came in from {provider_id} for {member_id} under {policy_id}: "
        "{billed} billed in {lines:count} lines of {kind} care, "
        "{service_from} to {service_until}; to be paid to the {payee}"
    ),
    claim.ClaimTakenOver: Sentence(
        "claim {number} was taken over from {origin} (there {origin_id}): {billed} billed by "
        "{provider_id} for {member_id} in {lines:count} lines, {service_from} to {service_until}"
    ),
    claim.ClaimScored: Sentence(
        "the fraud rules ({model}) scored it {score}{reasons: because of } "
        "from what was known at position {evidence_position}"
    ),
    claim.ClaimSuspended: Sentence("it waits for an investigator{reasons: because of }"),
    claim.ClaimCleared: Sentence("an investigator cleared it"),
    claim.ClaimAdjudicated: Sentence(
        "it was adjudicated under {product_id} version {product_version}: "
        "of {determination.billed} charged, {determination.allowed} are allowed, the plan pays "
        "{determination.plan_pays} and {determination.member_pays} stay with the member; "
        "route {route}"
    ),
    claim.ClaimPrepared: Sentence("it was reviewed and put forward for approval by {prepared_by}"),
    claim.ClaimApproved: Sentence("payment of {payable} was approved by {approved_by}"),
    claim.ClaimDenied: Sentence("it was denied{reasons: because of }"),
    claim.ClaimPaid: Sentence("{amount} were paid on {paid_on} with {payment_id}"),
    claim.ClaimPaymentPosted: Sentence(
        "{amount} from the {source} by {method} were posted to line {line} on {posted_on}"
    ),
    claim.ClaimBalanceTransferred: Sentence(
        "an open balance of {amount} on line {line} passed to {to_party} on {posted_on}"
    ),
    claim.ClaimClosed: Sentence("it was closed on {closed_on}"),
    claim.ClaimWithdrawn: Sentence("it was withdrawn: {reason}"),
    claim.ClaimReversed: Sentence(
        "it was reversed by {reversed_by} on {reversed_on}: the approval of {approved} was taken "
        "back, {to_recover} are to be recovered"
    ),
    claims_desk.ClaimAssigned: Sentence("{assigned_by} gave it to {assigned_to}"),
    claims_desk.ClaimInformationRequested: Sentence(
        "it waits for information that {requested_by} asked of the {asked_of}"
    ),
    claims_desk.ClaimInformationReceived: Sentence(
        "the information came in, taken in by {received_by}"
    ),
    claims_desk.ClaimReviewRequested: Sentence(
        "it waits for a medical reviewer: {reason} (asked for by {requested_by})"
    ),
    claims_desk.ClaimReviewed: Sentence(
        "{reviewer} reviewed it and had something to say of {lines:count} lines"
    ),
    claim.ClaimCorrected: Sentence(
        "{corrected_by} put it right: {billed} billed in {lines:count} lines of {kind} care, "
        "{service_from} to {service_until}"
    ),
    claim.ClaimReadjudicated: Sentence(
        "it was decided again ({why}) by {decided_by} under {product_id} version "
        "{product_version}: the plan pays {payable} instead of {payable_was}; {to_pay} are still "
        "to be paid, {to_recover} to be recovered; route {route}"
    ),
    claim.ClaimReopened: Sentence("{reopened_by} set the denial aside: it is decided once more"),
    claims_desk.ClaimInformationOverdue: Sentence(
        "the {asked_of} was to answer by {due_on} and has not"
    ),
    claims_desk.ClaimRecovered: Sentence(
        "{amount} that had been paid too much came back on {recovered_on} (receipt {reference})"
    ),
    dispute.DisputeOpened: Sentence(
        "dispute {number} was opened by {opened_by} about claim {claim_number}"
    ),
    dispute.DisputeAmended: Sentence("{amended_by} put the grounds right"),
    dispute.DisputeDecided: Sentence("{decided_by} decided: {outcome}"),
    dispute.DisputeAppealed: Sentence("{appealed_by} appealed against the decision"),
    dispute.DisputeWithdrawn: Sentence("{withdrawn_by} took it back"),
    accumulator.BenefitUsed: Sentence(
        "claim {claim_number} took its part of the benefit: {entries:count} totals and "
        "{uses:count} uses counted"
    ),
    accumulator.BenefitRestored: Sentence(
        "claim {claim_number} gave back what it had taken: {entries:count} totals and "
        "{uses:count} uses"
    ),
    accumulator.BalanceBroughtForward: Sentence(
        "{entries:count} totals and {uses:count} uses were brought forward from {origin}"
    ),
    accumulator.BenefitReserved: Sentence(
        "pre-authorisation {preauthorisation_number} keeps its part of the benefit: "
        "{entries:count} totals and {uses:count} uses"
    ),
    accumulator.BenefitReleased: Sentence(
        "pre-authorisation {preauthorisation_number} keeps nothing any longer: "
        "{entries:count} totals and {uses:count} uses are free again"
    ),
    payment.PaymentScheduled: Sentence(
        "payment {number} of {amount} for claim {claim_number} is owed to {payee_id}"
    ),
    notice.NoticeSent: Sentence("told of {number} ({kind}) by {channel}"),
    notice.NoticeUndeliverable: Sentence("nobody could be told of {number} ({kind}): {reason}"),
    payment.PaymentApproved: Sentence("the payment was approved by {approved_by}"),
    payment.PaymentInstructed: Sentence("the bank was asked to pay (instruction {instruction_id})"),
    payment.PaymentConfirmed: Sentence(
        "the bank paid on {paid_on} (its reference {bank_reference})"
    ),
    payment.PaymentFailed: Sentence("the bank did not pay: {reason}"),
    payment.PaymentReturned: Sentence("{amount} came back on {returned_on}: {reason}"),
    payment.PaymentCancelled: Sentence("the payment was cancelled: {reason}"),
    treaty.TreatyPlaced: Sentence("treaty {code}, {name}, was placed on its slip"),
    treaty.TreatySigned: Sentence(
        "the treaty was signed by {signed_by} on {signed_on} with {participants:count} reinsurers"
    ),
    treaty.TreatyEndorsed: Sentence(
        "the terms were endorsed: version {treaty_version} holds from {effective_from}: {reason}"
    ),
    treaty.TreatyCancelled: Sentence("nothing is ceded from {from_on} on: {reason}"),
    treaty.TreatyCommuted: Sentence(
        "the treaty was commuted for {amount} on {commuted_on}: {reason}"
    ),
    treaty.PortfolioTransferred: Sentence(
        "a {portfolio} portfolio of {amount} was exchanged with {other} on {transferred_on}"
    ),
    programme.TreatyEnteredProgramme: Sentence(
        "treaty {code} cedes from now on, at priority {priority}: {period}"
    ),
    cession.LossCeded: Sentence(
        "claim {claim_number} moved by {incurred} incurred and {paid} paid; {lines:count} cessions "
        "were posted"
    ),
    cession.CessionRestruck: Sentence(
        "cessions were struck again and {lines:count} differences posted: {because}"
    ),
    cession.PremiumCeded: Sentence(
        "premium of {premium} of policy {policy_number} was ceded in {lines:count} lines"
    ),
    treaty_account.CashCalled: Sentence(
        "{amount} was called in cash for claim {claim_number} on {called_on}"
    ),
    treaty_account.AccountRendered: Sentence(
        "the account of {period} was rendered: balance {balance}, due on {due_on}"
    ),
    treaty_account.AccountSettled: Sentence("{amount} was settled on {settled_on} ({reference})"),
    report.ReportDrafted: Sentence(
        "version {report_version} of the {kind} bordereau of {period} on treaty {treaty} was "
        "drafted by {drafted_by}: {rows} rows as known at position {position}"
    ),
    report.ReportChecked: Sentence(
        "version {report_version} was checked by {checked_by}: {checks:count} checks hold"
    ),
    report.ReportApproved: Sentence("version {report_version} was approved by {approved_by}"),
    report.ReportIssued: Sentence(
        "version {report_version} was issued by {issued_by} on {issued_on}"
    ),
    report.ReportAcknowledged: Sentence(
        "version {report_version} was acknowledged by {acknowledged_by} on {acknowledged_on}"
    ),
    report.ReportDisputed: Sentence(
        "version {report_version} was disputed by {disputed_by} on {disputed_on}: {reason}"
    ),
    report.ReportSettled: Sentence(
        "version {report_version} was settled with {amount} on {settled_on} ({reference})"
    ),
    fraud_case.FraudAlerted: Sentence(
        "claim {number} is suspected: score {score} by {model} ({reasons})"
    ),
    fraud_case.FraudCheckRequested: Sentence("{requested_by} asked for another fraud score"),
    fraud_case.FraudInvestigationOpened: Sentence(
        "{investigator} investigates and is to decide by {due_on}"
    ),
    fraud_case.FraudInvestigationOverdue: Sentence(
        "{investigator} was to decide by {due_on} and has not"
    ),
    fraud_case.FraudEvidenceAdded: Sentence(
        "evidence {evidence} ({kind}) was added by {added_by}: {reference}"
    ),
    fraud_case.FraudClaimLinked: Sentence("claim {number} belongs to it, says {linked_by}"),
    fraud_case.FraudCleared: Sentence("the suspicion was cleared by {cleared_by}"),
    fraud_case.FraudConfirmed: Sentence(
        "fraud was confirmed by {confirmed_by}: {reasons}; {rejected:count} claims were rejected, "
        "{to_recover:count} are to recover, {saved} saved"
    ),
    fraud_case.FraudSubjectFlagged: Sentence(
        "a finding stands against the {subject}, by {flagged_by}: {words}"
    ),
    fraud_case.FraudReported: Sentence(
        "the finding was reported to {authority} as {reference} on {reported_on} by {reported_by}"
    ),
    fraud_case.FraudRescored: Sentence("the claim was scored again: {score} by {model}"),
    fraud_model.ModelRegistered: Sentence(
        "version {version} of the {line} fraud model ({kind}) was registered by {registered_by}: "
        "learnt from {rows} rows with {features:count} features"
    ),
    fraud_model.ModelEvaluated: Sentence(
        "version {version} was measured by {evaluated_by} on {rows} rows, {fraud} of them fraud: "
        "{figures:count} figures"
    ),
    fraud_model.ModelShadowed: Sentence(
        "version {version} scores beside the one in charge and decides nothing, started by "
        "{started_by}"
    ),
    fraud_model.ModelTrialStarted: Sentence(
        "version {version} is in charge of {share_bps:pct} of the claims (trial {trial}), "
        "started by {started_by}"
    ),
    fraud_model.ModelStoodDown: Sentence(
        "version {version} was stood down by {stood_down_by}: {reason}"
    ),
    fraud_model.ModelPromotionProposed: Sentence(
        "the promotion of version {version} was proposed by {proposed_by}"
    ),
    fraud_model.ModelPromoted: Sentence(
        "version {version} is in charge, as proposed by {proposed_by} and approved by "
        "{approved_by}; before it was {previous}"
    ),
    fraud_model.ModelRolledBack: Sentence(
        "version {from_version} was taken back by {rolled_back_by}: {reason}; in charge is "
        "{to_version}"
    ),
    fraud_model.ModelRetired: Sentence("version {version} was retired by {retired_by}: {reason}"),
    movement_book.MonthClosed: Sentence(
        "the month from {month} was closed at position {cut_off} with {rows} movements"
    ),
}


def tell(fact: Any, names: Names | None = None, language: str = "en") -> str:
    """What an event says; an event without words is told by the name of its class."""
    sentence = WORDS.get(type(fact))
    if sentence is None:
        return type(fact).__name__
    template = getattr(sentence, language, "") or sentence.en
    said = _Teller(names or {}).format(template, fact)
    return said[:1].upper() + said[1:]


def plain(value: object, names: Names | None = None) -> str:
    """A value as it stands in a sentence."""
    return _Teller(names or {}).format_field(value, "")


class _Teller(Formatter):
    """Fills a sentence from the fields of one fact."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        value = args[0]
        for part in field_name.split("."):
            value = getattr(value, part)
        return value, field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "count":
            return str(len(value))
        if format_spec == "pct":
            return f"{Decimal(value) / 100:g} %"
        if format_spec:  # words that stand before a list, if there is anything in it
            return f"{format_spec}{self._listed(value)}" if value else ""
        return self._plain(value)

    def _plain(self, value: Any) -> str:
        match value:
            case UUID():
                return self._names.get(value, str(value))
            case Money():
                return str(value)
            case Period():
                until = "" if value.until_on is None else f" until {value.until_on}"
                return f"from {value.from_on}{until}"
            case Decimal():
                return format(value.normalize() if value else Decimal(0), "f")
            case date():
                return value.isoformat()
            case tuple() | list():
                return self._listed(value)
            case bool():
                return "yes" if value else "no"
            case None:
                return "nobody"
            case _:
                return str(value)

    def _listed(self, values: Any) -> str:
        return ", ".join(self._plain(value) for value in values)
