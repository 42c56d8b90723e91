"""The rows of a claims bordereau on a treaty: one for each claim, layer and reinsurer."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from domain.money import Money
from domain.ratio import Ratio
from domain.reinsurance.ceded_premium import is_proportional
from domain.reinsurance.loss import UNKNOWN_RISK
from domain.reinsurance.posting import shared
from domain.reinsurance.scope import ceded_share
from domain.reinsurance.terms import Section
from projections.canonical import Row
from projections.treaty_reports.asking import Asked
from projections.treaty_reports.conversion import rate_of
from projections.treaty_reports.reinstated import Charge

# What was ceded of each claim and layer up to the cut-off, and of that what had been reported
# before; then the claim's own money, its register and its milestones at the same cut-off.
SQL = """
WITH ceded AS (
    SELECT c.claim_id, c.section, max(c.currency) AS ceded_currency,
           max(c.priority) AS priority, max(c.treaty_version) AS treaty_version,
           sum(c.paid_minor) AS ceded_paid,
           COALESCE(sum(c.paid_minor) FILTER (WHERE c.position <= %(before)s
               AND c.effective_on < %(from_on)s), 0) AS ceded_paid_before,
           sum(c.incurred_minor) AS ceded_incurred,
           COALESCE(sum(c.incurred_minor) FILTER (WHERE c.position <= %(before)s
               AND c.effective_on < %(from_on)s), 0) AS ceded_incurred_before,
           min(c.effective_on) FILTER (WHERE c.position > %(before)s
               AND c.effective_on < %(from_on)s) AS corrects_from,
           bool_or(c.position > %(before)s OR c.effective_on >= %(from_on)s) AS moved,
           (array_agg(c.base_incurred_minor
               ORDER BY c.effective_on DESC, c.event DESC, c.line DESC))[1] AS base,
           array_agg(c.stream_id || ':' || c.version ORDER BY c.event, c.line) AS events
    FROM cessions c
    WHERE c.tenant = %(tenant)s AND c.treaty_id = %(treaty)s AND c.what = 'loss'
      AND c.position <= %(position)s AND c.effective_on < %(until_on)s
    GROUP BY c.claim_id, c.section
), every_treaty AS (
    SELECT c.claim_id, sum(c.incurred_minor) AS all_ceded
    FROM cessions c
    WHERE c.tenant = %(tenant)s AND c.what = 'loss' AND c.position <= %(position)s
      AND c.effective_on < %(until_on)s AND c.claim_id IN (SELECT claim_id FROM ceded)
    GROUP BY c.claim_id
), struck AS (
    SELECT s.claim_id, sum(s.incurred_minor) AS struck_incurred,
           (array_agg(s.loss_on ORDER BY s.claim_version DESC))[1] AS loss_on
    FROM cessions_struck s
    WHERE s.tenant = %(tenant)s AND s.position <= %(position)s
      AND s.effective_on < %(until_on)s AND s.claim_id IN (SELECT claim_id FROM ceded)
    GROUP BY s.claim_id
), moved AS (
    SELECT m.claim_id,
           COALESCE(sum(m.minor) FILTER (WHERE m.kind = 'claim_paid'), 0) AS paid,
           COALESCE(sum(m.minor) FILTER (WHERE m.kind = 'claim_paid'
               AND m.position <= %(before)s AND m.effective_on < %(from_on)s), 0) AS paid_before,
           COALESCE(sum(m.minor) FILTER (WHERE m.kind = 'claim_reserved'), 0) AS reserve,
           COALESCE(sum(m.minor) FILTER (WHERE m.kind = 'claim_reserved'
               AND m.position <= %(before)s AND m.effective_on < %(from_on)s), 0) AS reserve_before,
           array_agg(m.stream_id || ':' || m.version ORDER BY m.event, m.line) AS events
    FROM movements m
    WHERE m.tenant = %(tenant)s AND m.position <= %(position)s
      AND m.effective_on < %(until_on)s AND m.kind IN ('claim_paid', 'claim_reserved')
      AND m.claim_id IN (SELECT claim_id FROM ceded)
    GROUP BY m.claim_id
)
SELECT r.claim_id, r.number, r.member_id, r.policy_id, r.kind, r.diagnosis_group, r.advised_on,
       r.currency, r.service_until, p.number AS policy_number, p.holder_id,
       v.number AS provider_number, b.number AS member_number,
       period.from_on AS risk_from, period.until_on AS risk_until,
       COALESCE(struck.loss_on, r.service_from) AS loss_on,
       COALESCE(struck.struck_incurred, 0) AS struck_incurred, every_treaty.all_ceded,
       ceded.section, ceded.ceded_currency, ceded.priority, ceded.treaty_version, ceded.ceded_paid,
       ceded.ceded_paid_before, ceded.ceded_incurred, ceded.ceded_incurred_before,
       ceded.corrects_from, ceded.base, ceded.events AS ceded_events,
       moved.paid, moved.paid_before, moved.reserve, moved.reserve_before,
       moved.events AS claim_events,
       w.reserved_on, w.closed_on, w.denied_on, w.denial_reason, w.withdrawn_on, w.reopened_on,
       w.last_what, called.called_minor
FROM ceded
JOIN claim_register r ON r.tenant = %(tenant)s AND r.claim_id = ceded.claim_id
JOIN moved ON moved.claim_id = ceded.claim_id
JOIN every_treaty ON every_treaty.claim_id = ceded.claim_id
LEFT JOIN struck ON struck.claim_id = ceded.claim_id
LEFT JOIN policies p ON p.tenant = r.tenant AND p.policy_id = r.policy_id
LEFT JOIN providers v ON v.tenant = r.tenant AND v.provider_id = r.provider_id
LEFT JOIN members b ON b.tenant = r.tenant AND b.member_id = r.member_id
LEFT JOIN LATERAL (
    SELECT q.from_on, q.until_on FROM policy_periods q
    WHERE q.tenant = r.tenant AND q.policy_id = r.policy_id AND q.position <= %(position)s
      AND q.from_on <= r.service_from AND (q.until_on IS NULL OR r.service_from < q.until_on)
    ORDER BY q.from_on DESC LIMIT 1) period ON true
LEFT JOIN LATERAL (
    SELECT sum(e.amount_minor) AS called_minor FROM treaty_account_entries e
    WHERE e.tenant = r.tenant AND e.what = 'cash_called' AND e.reference = r.number
      AND e.account_id = %(account)s AND e.position <= %(position)s
      AND e.happened_on < %(until_on)s) called ON true
LEFT JOIN LATERAL (
    SELECT min(w.happened_on) FILTER (WHERE w.what = 'reserved') AS reserved_on,
           max(w.happened_on) FILTER (WHERE w.what = 'closed') AS closed_on,
           max(w.happened_on) FILTER (WHERE w.what = 'denied') AS denied_on,
           min(w.detail) FILTER (WHERE w.what = 'denied') AS denial_reason,
           max(w.happened_on) FILTER (WHERE w.what = 'withdrawn') AS withdrawn_on,
           max(w.happened_on) FILTER (WHERE w.what = 'reopened') AS reopened_on,
           (array_agg(w.what ORDER BY w.event DESC) FILTER (WHERE w.what IN
               ('closed', 'denied', 'withdrawn', 'reopened')))[1] AS last_what
    FROM claim_milestones w
    WHERE w.tenant = r.tenant AND w.claim_id = r.claim_id AND w.position <= %(position)s
      AND w.happened_on < %(until_on)s) w ON true
WHERE ceded.moved OR ceded.ceded_incurred <> ceded.ceded_paid
ORDER BY r.number COLLATE "C", r.claim_id, ceded.section COLLATE "C"
"""


def rows(asked: Asked, found: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each reinsurer of a claim under a layer, in the order that the treaty lists."""
    currency = found["ceded_currency"]
    now = Money(int(found["ceded_paid"]), currency)
    before = Money(int(found["ceded_paid_before"]), currency)
    parts_now = shared(now, asked.terms.participants)
    parts_before = shared(before, asked.terms.participants)
    common = _common(asked, found)
    for one in asked.terms.participants:
        yield {
            **common,
            "line_id": f"{asked.report_id}:{found['number']}:{found['section']}:{one.reinsurer}",
            "reinsurer": one.reinsurer,
            "reinsurer_share": one.share,
            "reinsurer_paid_this_period": parts_now[one.reinsurer] - parts_before[one.reinsurer],
        }


def _common(asked: Asked, found: Mapping[str, Any]) -> dict[str, object]:
    return {
        **dict.fromkeys(asked.layout.columns),
        **_head(asked, found),
        **_risk(asked, found),
        **_claim(asked, found),
        **_gross(asked, found),
        **_ceded(asked, found),
    }


def _head(asked: Asked, found: Mapping[str, Any]) -> dict[str, object]:
    terms, administration, period = asked.terms, asked.administration, asked.period
    assert terms.period is not None
    rate = rate_of(asked, found["currency"], found["ceded_currency"])
    return {
        "report_id": asked.report_id,
        "report_version": asked.report_version,
        "source_event_ids": _once(found["claim_events"], found["ceded_events"]),
        "known_at": asked.known_at,
        "reinsured": administration.reinsured,
        "tpa_name": administration.administrator or None,
        "agreement_no": terms.treaty_id,
        "contract_umr": administration.umr,
        "contract_inception": terms.period.from_on,
        "contract_expiry": last_day(terms.period.until_on),
        "reporting_period_start": period.from_on,
        "reporting_period_end": period.last_day,
        "underwriting_year": terms.period.from_on.year,
        "class_of_business": administration.class_of_business,
        "risk_code": administration.risk_code or None,
        "section_no": found["section"],
        "type_of_insurance": administration.type_of_insurance,
        "original_currency": found["currency"],
        "settlement_currency": found["ceded_currency"],
        "rate_of_exchange": rate.price,
        "rate_date": rate.on,
    }


def _risk(asked: Asked, found: Mapping[str, Any]) -> dict[str, object]:
    holder = found["holder_id"] or found["member_id"]
    return {
        "certificate_ref": found["member_number"] or asked.pseudonyms.of(found["member_id"]),
        "policy_ref": found["policy_number"],
        "insured_name": asked.person(holder),
        "insured_country": asked.administration.country,
        "risk_inception": found["risk_from"],
        "risk_expiry": last_day(found["risk_until"]),
        "claimant": asked.person(found["member_id"]),
        "patient": asked.person(found["member_id"]),
    }


def _claim(asked: Asked, found: Mapping[str, Any]) -> dict[str, object]:
    large = asked.administration.large_loss
    return {
        "claim_ref": found["number"],
        "loss_country": asked.administration.country,
        "cause_of_loss_code": found["diagnosis_group"] or None,
        "loss_date_from": found["loss_on"],
        "loss_date_to": max(found["service_until"], found["loss_on"]),
        "date_first_advised": max(found["advised_on"], found["loss_on"]),
        "date_opened": found["advised_on"],
        "date_first_reserve": found["reserved_on"],
        "date_closed": found["closed_on"],
        "date_reopened": found["reopened_on"],
        "date_denied": found["denied_on"],
        "denial_reason": found["denial_reason"],
        "date_withdrawn": found["withdrawn_on"],
        "claim_status": found["last_what"] or "open",
        "referred": False,
        "denial": found["denied_on"] is not None,
        "treatment_type": found["kind"],
        "treatment_country": asked.administration.country,
        "treatment_date": found["loss_on"],
        "provider_ref": found["provider_number"],
        "large_loss_flag": large is not None and int(found["ceded_incurred"]) >= large.minor,
        "movement_kind": "correction" if found["corrects_from"] else "movement",
        "adjusts_period": _adjusts(asked, found["corrects_from"]),
    }


def _gross(asked: Asked, found: Mapping[str, Any]) -> dict[str, object]:
    """The claim's own money, in the currency of its policy."""

    def money(minor: int) -> Money:
        return Money(int(minor), found["currency"])

    paid, before = found["paid"], found["paid_before"]
    incurred = paid + found["reserve"]
    incurred_before = before + found["reserve_before"]
    called = found["called_minor"]
    return {
        "paid_this_period_indemnity": money(paid - before),
        "paid_this_period_fees": money(0),
        "previously_paid_indemnity": money(before),
        "previously_paid_fees": money(0),
        "reserve_indemnity": money(found["reserve"]),
        "reserve_fees": money(0),
        "change_indemnity": money(incurred - incurred_before),
        "change_fees": money(0),
        "incurred_indemnity": money(incurred),
        "incurred_fees": money(0),
        "incurred_total": money(incurred),
        "ex_gratia": False,
        "cash_call_amount": None if not called else Money(int(called), found["ceded_currency"]),
    }


def _ceded(asked: Asked, found: Mapping[str, Any]) -> dict[str, object]:
    def money(minor: int) -> Money:
        return Money(int(minor), found["ceded_currency"])

    paid, incurred = found["ceded_paid"], found["ceded_incurred"]
    section = section_of(asked, found["section"])
    charge: Charge | None = found["restoring"]
    return {
        "reinstatement_premium": charge and charge.to_date,
        "reinstatement_premium_this_period": charge and charge.this_period,
        "ceded_pct": _share(section),
        "layer_id": found["section"],
        "inuring_priority": asked.terms.priority,
        "loss_into_layer": money(found["base"]),
        "ceded_paid_to_date": money(paid),
        "ceded_paid_this_period": money(paid - found["ceded_paid_before"]),
        "ceded_reserve": money(incurred - paid),
        "ceded_incurred": money(incurred),
        "retained_incurred": money(found["struck_incurred"] - found["all_ceded"]),
    }


def section_of(asked: Asked, name: str) -> Section | None:
    """The section of this name in the terms that the report goes by."""
    return next((s for s in asked.terms.sections if s.section_id == name), None)


def _share(section: Section | None) -> Ratio | None:
    if section is None or section.surplus is not None or not is_proportional(section):
        return None
    return Ratio.of(ceded_share(section, UNKNOWN_RISK) * section.placed.exact)


def _adjusts(asked: Asked, day: date | None) -> str | None:
    if day is None:
        return None
    period = asked.period
    while day < period.from_on:
        period = period.before
    return period.name


def _once(*events: list[str]) -> tuple[str, ...]:
    """Every event once, in the order of first mention."""
    return tuple(dict.fromkeys(event for some in events for event in some))


def last_day(until_on: date | None) -> date | None:
    return None if until_on is None else until_on - timedelta(days=1)
