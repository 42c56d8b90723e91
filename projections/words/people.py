"""What happens to members, those around them, leads and providers."""

from collections.abc import Mapping

from domain.beneficiary import events as beneficiary
from domain.biometric import events as biometric
from domain.card import events as card
from domain.designation import events as designation
from domain.emergency_contact import events as emergency_contact
from domain.lead import events as lead
from domain.member import erasing_events as erasing
from domain.member import events as member
from domain.provider import events as provider
from domain.register import events as register
from projections.words.sentence import Sentence

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
}
