"""Every event of the ledger under its published name.

The names outlive the classes: a name is never changed, and its meaning neither. What an event
became in a later version stands beside it as an upcaster.
"""

from domain.accumulator import events as accumulator
from domain.catalogue import Catalogue, Entry
from domain.cession import events as cession
from domain.claim import desk_events as claims_desk
from domain.claim import events as claim
from domain.code import events as code
from domain.dispute import events as dispute
from domain.fraud_case import events as fraud_case
from domain.fraud_model import events as fraud_model
from domain.member import erasing_events as erasing
from domain.member import events as member
from domain.movement_book import events as movement_book
from domain.payment import events as payment
from domain.policy import events as policy
from domain.preauthorisation import events as preauthorisation
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

CATALOGUE = Catalogue(
    (
        Entry("register.value_registered", register.ValueRegistered),
        Entry("register.value_released", register.ValueReleased),
        Entry("member.enrolled", member.MemberEnrolled),
        Entry("member.details_corrected", member.MemberDetailsCorrected),
        Entry("member.deactivated", member.MemberDeactivated),
        Entry("member.reactivated", member.MemberReactivated),
        Entry("member.withdrawn", member.MemberWithdrawn),
        Entry("member.legal_hold_placed", erasing.LegalHoldPlaced),
        Entry("member.legal_hold_lifted", erasing.LegalHoldLifted),
        Entry("member.erasure_requested", erasing.MemberErasureRequested),
        Entry("member.erasure_refused", erasing.MemberErasureRefused),
        Entry("member.erased", erasing.MemberErased),
        Entry("provider.registered", provider.ProviderRegistered),
        Entry("provider.contract_agreed", provider.ProviderContractAgreed),
        Entry("provider.tariff_published", provider.ProviderTariffPublished),
        Entry("provider.suspended", provider.ProviderSuspended),
        Entry("provider.reinstated", provider.ProviderReinstated),
        Entry("code.published", code.CodePublished),
        Entry("code.retired", code.CodeRetired),
        Entry("product.version_published", product.ProductVersionPublished),
        Entry("product.withdrawn", product.ProductWithdrawn),
        Entry("underwriting.case_opened", underwriting.UnderwritingCaseOpened),
        Entry("underwriting.risk_assessed", underwriting.RiskAssessed),
        Entry("underwriting.case_referred", underwriting.UnderwritingReferred),
        Entry("underwriting.case_approved", underwriting.UnderwritingApproved),
        Entry("underwriting.counter_offer_made", underwriting.CounterOfferMade),
        Entry("underwriting.counter_offer_accepted", underwriting.CounterOfferAccepted),
        Entry("underwriting.case_declined", underwriting.UnderwritingDeclined),
        Entry("policy.issued", policy.PolicyIssued),
        Entry("policy.member_added", policy.MemberAddedToPolicy),
        Entry("policy.member_removed", policy.MemberRemovedFromPolicy),
        Entry("policy.premium_received", policy.PremiumReceived),
        Entry("policy.lapsed", policy.PolicyLapsed),
        Entry("policy.revived", policy.PolicyRevived),
        Entry("policy.suspended", policy.PolicySuspended),
        Entry("policy.resumed", policy.PolicyResumed),
        Entry("policy.renewed", policy.PolicyRenewed),
        Entry("policy.terminated", policy.PolicyTerminated),
        Entry("preauthorisation.requested", preauthorisation.PreauthorisationRequested),
        Entry("preauthorisation.pended", preauthorisation.PreauthorisationPended),
        Entry("preauthorisation.updated", preauthorisation.PreauthorisationUpdated),
        Entry("preauthorisation.approved", preauthorisation.PreauthorisationApproved),
        Entry("preauthorisation.rejected", preauthorisation.PreauthorisationRejected),
        Entry("preauthorisation.cancelled", preauthorisation.PreauthorisationCancelled),
        Entry("preauthorisation.expired", preauthorisation.PreauthorisationExpired),
        Entry("preauthorisation.used", preauthorisation.PreauthorisationUsed),
        Entry("claim.submitted", claim.ClaimSubmitted),
        Entry("claim.taken_over", claim.ClaimTakenOver),
        Entry("claim.scored", claim.ClaimScored),
        Entry("claim.suspended", claim.ClaimSuspended),
        Entry("claim.cleared", claim.ClaimCleared),
        Entry("claim.adjudicated", claim.ClaimAdjudicated),
        Entry("claim.prepared", claim.ClaimPrepared),
        Entry("claim.approved", claim.ClaimApproved),
        Entry("claim.denied", claim.ClaimDenied),
        Entry("claim.paid", claim.ClaimPaid),
        Entry("claim.payment_posted", claim.ClaimPaymentPosted),
        Entry("claim.balance_transferred", claim.ClaimBalanceTransferred),
        Entry("claim.closed", claim.ClaimClosed),
        Entry("claim.withdrawn", claim.ClaimWithdrawn),
        Entry("claim.reversed", claim.ClaimReversed),
        Entry("claim.assigned", claims_desk.ClaimAssigned),
        Entry("claim.information_requested", claims_desk.ClaimInformationRequested),
        Entry("claim.information_received", claims_desk.ClaimInformationReceived),
        Entry("claim.review_requested", claims_desk.ClaimReviewRequested),
        Entry("claim.reviewed", claims_desk.ClaimReviewed),
        Entry("claim.corrected", claim.ClaimCorrected),
        Entry("claim.readjudicated", claim.ClaimReadjudicated),
        Entry("claim.reopened", claim.ClaimReopened),
        Entry("claim.recovered", claims_desk.ClaimRecovered),
        Entry("accumulator.benefit_used", accumulator.BenefitUsed),
        Entry("accumulator.benefit_restored", accumulator.BenefitRestored),
        Entry("accumulator.balance_brought_forward", accumulator.BalanceBroughtForward),
        Entry("accumulator.benefit_reserved", accumulator.BenefitReserved),
        Entry("accumulator.benefit_released", accumulator.BenefitReleased),
        Entry("dispute.opened", dispute.DisputeOpened),
        Entry("dispute.amended", dispute.DisputeAmended),
        Entry("dispute.decided", dispute.DisputeDecided),
        Entry("dispute.appealed", dispute.DisputeAppealed),
        Entry("dispute.withdrawn", dispute.DisputeWithdrawn),
        Entry("payment.scheduled", payment.PaymentScheduled),
        Entry("payment.instructed", payment.PaymentInstructed),
        Entry("payment.confirmed", payment.PaymentConfirmed),
        Entry("payment.failed", payment.PaymentFailed),
        Entry("payment.cancelled", payment.PaymentCancelled),
        Entry("treaty.placed", treaty.TreatyPlaced),
        Entry("treaty.signed", treaty.TreatySigned),
        Entry("treaty.endorsed", treaty.TreatyEndorsed),
        Entry("treaty.cancelled", treaty.TreatyCancelled),
        Entry("treaty.commuted", treaty.TreatyCommuted),
        Entry("treaty.portfolio_transferred", treaty.PortfolioTransferred),
        Entry("programme.treaty_entered", programme.TreatyEnteredProgramme),
        Entry("cession.loss_ceded", cession.LossCeded),
        Entry("cession.restruck", cession.CessionRestruck),
        Entry("cession.premium_ceded", cession.PremiumCeded),
        Entry("treaty_account.cash_called", treaty_account.CashCalled),
        Entry("treaty_account.rendered", treaty_account.AccountRendered),
        Entry("treaty_account.settled", treaty_account.AccountSettled),
        Entry("report.drafted", report.ReportDrafted),
        Entry("report.checked", report.ReportChecked),
        Entry("report.approved", report.ReportApproved),
        Entry("report.issued", report.ReportIssued),
        Entry("report.acknowledged", report.ReportAcknowledged),
        Entry("report.disputed", report.ReportDisputed),
        Entry("report.settled", report.ReportSettled),
        Entry("fraud_model.registered", fraud_model.ModelRegistered),
        Entry("fraud_model.evaluated", fraud_model.ModelEvaluated),
        Entry("fraud_model.shadowed", fraud_model.ModelShadowed),
        Entry("fraud_model.trial_started", fraud_model.ModelTrialStarted),
        Entry("fraud_model.stood_down", fraud_model.ModelStoodDown),
        Entry("fraud_model.promotion_proposed", fraud_model.ModelPromotionProposed),
        Entry("fraud_model.promoted", fraud_model.ModelPromoted),
        Entry("fraud_model.rolled_back", fraud_model.ModelRolledBack),
        Entry("fraud_model.retired", fraud_model.ModelRetired),
        Entry("fraud_case.alerted", fraud_case.FraudAlerted),
        Entry("fraud_case.check_requested", fraud_case.FraudCheckRequested),
        Entry("fraud_case.investigation_opened", fraud_case.FraudInvestigationOpened),
        Entry("fraud_case.evidence_added", fraud_case.FraudEvidenceAdded),
        Entry("fraud_case.claim_linked", fraud_case.FraudClaimLinked),
        Entry("fraud_case.cleared", fraud_case.FraudCleared),
        Entry("fraud_case.confirmed", fraud_case.FraudConfirmed),
        Entry("fraud_case.subject_flagged", fraud_case.FraudSubjectFlagged),
        Entry("fraud_case.reported", fraud_case.FraudReported),
        Entry("fraud_case.rescored", fraud_case.FraudRescored),
        Entry("movement_book.month_closed", movement_book.MonthClosed),
        Entry("user.added", user.UserAdded),
        Entry("user.changed", user.UserChanged),
        Entry("user.roles_changed", user.UserRolesChanged),
        Entry("user.locked", user.UserLocked),
        Entry("user.unlocked", user.UserUnlocked),
        Entry("user.removed", user.UserRemoved),
        Entry("user.password_changed", user.UserPasswordChanged),
        Entry("user.password_reset_requested", user.UserPasswordResetRequested),
        Entry("user.email_verified", user.UserEmailVerified),
        Entry("user.second_factor_added", user.UserSecondFactorAdded),
        Entry("user.second_factor_removed", user.UserSecondFactorRemoved),
        Entry("user.signed_in", user.UserSignedIn),
        Entry("user.sign_in_refused", user.UserSignInRefused),
        Entry("user.session_ended", user.UserSessionEnded),
        Entry("role.defined", role.RoleDefined),
        Entry("role.changed", role.RoleChanged),
        Entry("role.removed", role.RoleRemoved),
    ),
    persons=("member", "provider", "user"),
)
