"""What happens to products, prices, applications, policies and approvals."""

from collections.abc import Mapping

from domain.code import events as code
from domain.policy import events as policy
from domain.preauthorisation import events as preauthorisation
from domain.premium_rate import events as premium_rate
from domain.product import events as product
from domain.underwriting import events as underwriting
from projections.words.sentence import Sentence

WORDS: Mapping[type, Sentence] = {
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
}
