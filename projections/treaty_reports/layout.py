"""The columns of treaty bordereaux in the agreed order, and how their totals are counted.

A claim under a layer has one row for each reinsurer, because each takes a share. So an amount of
the claim itself or of the whole cession stands in several rows, and its total counts it once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Counted(StrEnum):
    """How often an amount of a row goes into the total of its column."""

    EACH_ROW = "each row"
    ONCE_A_LINE = "once per subject and layer"
    ONCE_A_SUBJECT = "once per subject"
    NOT = "not added up"


@dataclass(frozen=True, slots=True)
class Layout:
    """`mandatory` columns are never empty; `totals` says how money columns are added up."""

    kind: str
    columns: tuple[str, ...]
    mandatory: frozenset[str]
    totals: Mapping[str, Counted]
    controls: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PREMIUM = _words("""
report_id report_version line_id source_event_ids known_at reporting_period_start
reporting_period_end reinsured reinsured_pin contract_umr agreement_no treaty_version section_no
contract_inception contract_expiry underwriting_year attachment_basis risk_code class_of_business
type_of_insurance policy_ref certificate_ref insured_name insured_id_hash insured_country
insured_subdivision risk_inception risk_expiry plan lives member_days sum_insured
risk_transaction_type premium_transaction_type movement_kind adjusts_line_id transaction_effective
transaction_expiry original_currency gross_written_premium_total gross_premium_this_time
commission_pct commission_amount taxes_and_levies fees_total net_premium_original
settlement_currency rate_of_exchange rate_date net_premium_settlement tax1_territory tax1_type
tax1_taxable tax1_rate tax1_fixed tax1_amount instalments instalment_basis platform cession_pct
inuring_priority ceded_base ceded_premium ceding_commission reinsurer reinsurer_share
reinsurer_premium earned_in_period unearned_at_end row_sha256
""")

_CLAIMS = _words("""
report_id report_version line_id source_event_ids known_at reinsured tpa_name agreement_no
contract_umr contract_inception contract_expiry reporting_period_start reporting_period_end
underwriting_year class_of_business risk_code section_no type_of_insurance original_currency
settlement_currency rate_of_exchange rate_date certificate_ref policy_ref claim_ref insured_name
insured_country insured_subdivision risk_inception risk_expiry loss_country cause_of_loss_code
loss_description loss_date_from loss_date_to date_first_advised date_opened date_first_reserve
date_closed date_reopened date_denied denial_reason date_withdrawn claim_status referred denial
claimant plan patient treatment_type treatment_country treatment_date provider_ref sum_insured
deductible deductible_basis paid_this_period_indemnity paid_this_period_fees
previously_paid_indemnity previously_paid_fees reserve_indemnity reserve_fees change_indemnity
change_fees incurred_indemnity incurred_fees incurred_total recoveries_received
recoveries_outstanding ex_gratia ceded_pct cat_code event_name event_id layer_id inuring_priority
loss_into_layer ceded_paid_to_date ceded_paid_this_period ceded_reserve ceded_incurred
retained_incurred cash_call_amount reinstatement_premium reinstatement_premium_this_period
reinsurer reinsurer_share reinsurer_paid_this_period movement_kind adjusts_period row_sha256
large_loss_flag diary_date peer_review_date notes
""")

_PREMIUM_OPTIONAL = frozenset(
    _words("""
reinsured_pin section_no risk_code insured_id_hash insured_country insured_subdivision plan lives
member_days sum_insured adjusts_line_id transaction_expiry tax1_territory tax1_type tax1_taxable
tax1_rate tax1_fixed tax1_amount earned_in_period unearned_at_end platform
""")
)
_CLAIMS_OPTIONAL = frozenset(
    _words("""
tpa_name agreement_no reporting_period_start class_of_business risk_code section_no
type_of_insurance settlement_currency rate_of_exchange rate_date policy_ref insured_subdivision
risk_inception risk_expiry cause_of_loss_code loss_description loss_date_to date_first_reserve
date_closed date_reopened date_denied denial_reason date_withdrawn claimant plan patient
treatment_type treatment_country treatment_date provider_ref sum_insured deductible
deductible_basis change_indemnity change_fees incurred_total recoveries_received
recoveries_outstanding ex_gratia ceded_pct cat_code event_name event_id cash_call_amount
reinstatement_premium reinstatement_premium_this_period adjusts_period diary_date
peer_review_date notes
""")
)

_ONCE_A_CLAIM = _words("""
paid_this_period_indemnity paid_this_period_fees previously_paid_indemnity previously_paid_fees
reserve_indemnity reserve_fees change_indemnity change_fees incurred_indemnity incurred_fees
incurred_total retained_incurred cash_call_amount
""")
_ONCE_A_CLAIM_LAYER = _words("""
loss_into_layer ceded_paid_to_date ceded_paid_this_period ceded_reserve ceded_incurred
reinstatement_premium reinstatement_premium_this_period
""")
_ONCE_A_PREMIUM = _words("gross_premium_this_time taxes_and_levies fees_total tax1_amount")
_ONCE_A_PREMIUM_LAYER = _words("""
commission_amount net_premium_original net_premium_settlement ceded_base ceded_premium
ceding_commission earned_in_period unearned_at_end
""")


def _totals(
    subject: tuple[str, ...], line: tuple[str, ...], row: tuple[str, ...]
) -> dict[str, Counted]:
    return {
        **dict.fromkeys(subject, Counted.ONCE_A_SUBJECT),
        **dict.fromkeys(line, Counted.ONCE_A_LINE),
        **dict.fromkeys(row, Counted.EACH_ROW),
    }


CLAIMS = Layout(
    "claims",
    _CLAIMS,
    frozenset(_CLAIMS) - _CLAIMS_OPTIONAL,
    _totals(_ONCE_A_CLAIM, _ONCE_A_CLAIM_LAYER, ("reinsurer_paid_this_period",)),
    ("ceded_paid_to_date", "ceded_paid_this_period", "ceded_reserve", "ceded_incurred"),
)
PREMIUM = Layout(
    "premium",
    _PREMIUM,
    frozenset(_PREMIUM) - _PREMIUM_OPTIONAL,
    _totals(_ONCE_A_PREMIUM, _ONCE_A_PREMIUM_LAYER, ("reinsurer_premium",)),
    ("gross_premium_this_time", "ceded_premium", "ceding_commission"),
)
LAYOUTS: Mapping[str, Layout] = {layout.kind: layout for layout in (CLAIMS, PREMIUM)}

# Amounts in the currency of the treaty; all others are in that of the policy.
SETTLED = frozenset(
    _words("""
loss_into_layer ceded_paid_to_date ceded_paid_this_period ceded_reserve ceded_incurred
retained_incurred cash_call_amount reinstatement_premium reinstatement_premium_this_period
reinsurer_paid_this_period net_premium_settlement ceded_base ceded_premium ceding_commission
reinsurer_premium earned_in_period unearned_at_end
""")
)
