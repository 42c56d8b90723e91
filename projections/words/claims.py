"""What happens to claims, what stands around them, and suspicions."""

from collections.abc import Mapping

from domain.accumulator import events as accumulator
from domain.claim import desk_events as claims_desk
from domain.claim import events as claim
from domain.dispute import events as dispute
from domain.document import events as document
from domain.fraud_case import events as fraud_case
from domain.fraud_model import events as fraud_model
from projections.words.sentence import Sentence

WORDS: Mapping[type, Sentence] = {
    document.DocumentAdded: Sentence(
        "a document ({kind}, {file.media_type}, {file.size} bytes) was put to claim {claim_number} "
        "by {added_by}",
        "hati ({kind}) iliwekwa kwenye dai {claim_number} na {added_by}",
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
    fraud_model.ModelCheckDue: Sentence("version {version} is to be looked after since {due_on}"),
    fraud_model.ModelChecked: Sentence(
        "version {version} was held against {claims} claims of late: {verdict}; it is looked at "
        "again on {next_on}"
    ),
}
