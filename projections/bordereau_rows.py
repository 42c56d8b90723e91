"""What the bordereaux read, and the columns that they have so far, in the order of the contract.

Columns that need a treaty (layers, shares, ceded amounts) come with the treaties.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    columns: tuple[str, ...]
    sql: str


_CLAIMS_COLUMNS = """
report_id report_version line_id source_event_ids known_at reinsured reporting_period_start
reporting_period_end underwriting_year class_of_business type_of_insurance original_currency
policy_ref claim_ref insured_name risk_inception risk_expiry cause_of_loss_code loss_date_from
loss_date_to date_first_advised date_opened date_first_reserve date_closed date_denied
denial_reason date_withdrawn claim_status denial claimant patient treatment_type treatment_date
provider_ref paid_this_period_indemnity paid_this_period_fees previously_paid_indemnity
previously_paid_fees reserve_indemnity reserve_fees change_indemnity change_fees
incurred_indemnity incurred_fees incurred_total movement_kind
"""

# Everything up to the cut-off position; of that, what belongs to the month and what came before.
_CLAIMS_SQL = """
WITH moved AS (
    SELECT m.claim_id,
           COALESCE(sum(m.minor) FILTER (WHERE m.kind = 'claim_paid'
               AND m.effective_on >= %(from_on)s), 0) AS paid,
           COALESCE(sum(m.minor) FILTER (WHERE m.kind = 'claim_paid'
               AND m.effective_on < %(from_on)s), 0) AS paid_before,
           COALESCE(sum(m.minor) FILTER (WHERE m.kind = 'claim_reserved'), 0) AS reserve,
           COALESCE(sum(m.minor) FILTER (WHERE m.kind = 'claim_reserved'
               AND m.effective_on < %(from_on)s), 0) AS reserve_before,
           bool_or(m.effective_on >= %(from_on)s) AS in_month,
           array_agg(m.stream_id || ':' || m.version ORDER BY m.event, m.line) AS events
    FROM movements m
    WHERE m.tenant = %(tenant)s AND m.position <= %(position)s AND m.claim_id IS NOT NULL
      AND m.effective_on < %(until_on)s
      AND m.kind IN ('claim_billed', 'claim_paid', 'claim_reserved')
    GROUP BY m.claim_id
)
SELECT r.number, r.member_id, r.policy_id, r.kind, r.service_from, r.service_until,
       r.diagnosis_group, r.advised_on, r.currency, p.number AS policy_number,
       v.number AS provider_number, c.from_on AS risk_from, c.until_on AS risk_until,
       moved.paid, moved.paid_before, moved.reserve, moved.reserve_before, moved.events,
       s.reserved_on, s.closed_on, s.denied_on, s.denial_reason, s.withdrawn_on
FROM moved
JOIN claim_register r ON r.tenant = %(tenant)s AND r.claim_id = moved.claim_id
LEFT JOIN policies p ON p.tenant = r.tenant AND p.policy_id = r.policy_id
LEFT JOIN providers v ON v.tenant = r.tenant AND v.provider_id = r.provider_id
LEFT JOIN LATERAL (
    SELECT q.from_on, q.until_on FROM policy_periods q
    WHERE q.tenant = r.tenant AND q.policy_id = r.policy_id AND q.position <= %(position)s
      AND q.from_on <= r.service_from AND (q.until_on IS NULL OR r.service_from < q.until_on)
    ORDER BY q.from_on DESC LIMIT 1) c ON true
LEFT JOIN LATERAL (
    SELECT min(w.happened_on) FILTER (WHERE w.what = 'reserved') AS reserved_on,
           max(w.happened_on) FILTER (WHERE w.what = 'closed') AS closed_on,
           max(w.happened_on) FILTER (WHERE w.what = 'denied') AS denied_on,
           min(w.detail) FILTER (WHERE w.what = 'denied') AS denial_reason,
           max(w.happened_on) FILTER (WHERE w.what = 'withdrawn') AS withdrawn_on
    FROM claim_milestones w
    WHERE w.tenant = r.tenant AND w.claim_id = r.claim_id AND w.position <= %(position)s
      AND w.happened_on < %(until_on)s) s ON true
WHERE moved.in_month OR moved.reserve <> 0
ORDER BY r.number COLLATE "C", r.claim_id
"""

_PREMIUM_COLUMNS = """
report_id report_version line_id source_event_ids known_at reporting_period_start
reporting_period_end reinsured underwriting_year class_of_business type_of_insurance policy_ref
insured_name risk_inception risk_expiry risk_transaction_type premium_transaction_type
movement_kind transaction_effective transaction_expiry original_currency
gross_written_premium_total gross_premium_this_time instalments
"""

_PREMIUM_SQL = """
SELECT m.policy_id, m.version, m.stream_id || ':' || m.version AS event_id, m.effective_on,
       m.currency, m.minor, p.number AS policy_number, p.renewal,
       q.from_on AS risk_from, q.until_on AS risk_until,
       (SELECT sum(w.minor) FROM movements w
        WHERE w.tenant = m.tenant AND w.policy_id = m.policy_id AND w.kind = m.kind
          AND w.currency = m.currency AND w.position <= m.position) AS written,
       (SELECT count(*) FROM policy_instalments i
        WHERE i.tenant = m.tenant AND i.policy_id = m.policy_id AND i.entry = m.version)
           AS instalments
FROM movements m
JOIN policies p ON p.tenant = m.tenant AND p.policy_id = m.policy_id
LEFT JOIN policy_periods q ON q.tenant = m.tenant AND q.policy_id = m.policy_id
    AND q.from_on = m.effective_on AND q.position <= %(position)s
WHERE m.tenant = %(tenant)s AND m.kind = 'premium_written' AND m.position <= %(position)s
  AND m.effective_on >= %(from_on)s AND m.effective_on < %(until_on)s
ORDER BY p.number COLLATE "C", m.policy_id, m.version
"""

CLAIMS = Layout(tuple(_CLAIMS_COLUMNS.split()), _CLAIMS_SQL)
PREMIUM = Layout(tuple(_PREMIUM_COLUMNS.split()), _PREMIUM_SQL)
