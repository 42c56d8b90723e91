"""The rows of a premium bordereau on a treaty: one for each premium, layer and reinsurer."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from domain.money import Money
from domain.periods import Period
from domain.ratio import NOTHING, Ratio
from domain.reinsurance.ceded_premium import premium_by_reinsurer
from domain.reinsurance.currency import convert
from domain.reinsurance.portfolio import earned_by_days
from domain.reinsurance.posting import shared
from projections.canonical import Row
from projections.treaty_reports.asking import Asked
from projections.treaty_reports.claims import last_day, section_of
from projections.treaty_reports.conversion import Rate, rate_of

# Every premium that was ceded in the period, or earlier and not known to the last report.
SQL = """
SELECT c.policy_id, c.policy_version, c.section, c.priority, c.treaty_version, c.cession,
       c.currency AS ceded_currency, c.base_incurred_minor AS base, c.premium_minor AS premium,
       c.commission_minor AS commission, c.effective_on,
       c.stream_id || ':' || c.version AS ceded_event,
       c.effective_on < %(from_on)s AS corrects,
       m.currency, m.minor AS gross, m.stream_id || ':' || m.version AS policy_event,
       p.number AS policy_number, p.holder_id, p.renewal, b.number AS member_number,
       q.from_on AS risk_from, q.until_on AS risk_until,
       (SELECT sum(w.minor) FROM movements w
        WHERE w.tenant = m.tenant AND w.policy_id = m.policy_id AND w.kind = m.kind
          AND w.position <= m.position) AS written,
       (SELECT count(*) FROM policy_instalments i
        WHERE i.tenant = m.tenant AND i.policy_id = m.policy_id AND i.entry = c.policy_version)
           AS instalments
FROM cessions c
JOIN movements m ON m.tenant = c.tenant AND m.policy_id = c.policy_id
    AND m.kind = 'premium_written' AND m.stream_id = c.policy_id AND m.version = c.policy_version
LEFT JOIN policies p ON p.tenant = c.tenant AND p.policy_id = c.policy_id
LEFT JOIN members b ON b.tenant = c.tenant AND b.member_id = p.holder_id
LEFT JOIN policy_periods q ON q.tenant = c.tenant AND q.policy_id = c.policy_id
    AND q.from_on = c.effective_on AND q.position <= %(position)s
WHERE c.tenant = %(tenant)s AND c.treaty_id = %(treaty)s AND c.what = 'premium'
  AND c.position <= %(position)s AND c.effective_on < %(until_on)s
  AND (c.effective_on >= %(from_on)s OR c.position > %(before)s)
ORDER BY p.number COLLATE "C", c.policy_id, c.policy_version, c.section COLLATE "C", c.event
"""


def rows(asked: Asked, found: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each reinsurer of a premium under a layer, in the order the treaty lists."""
    premium = Money(int(found["premium"]), found["ceded_currency"])
    parts = shared(premium, asked.terms.participants)
    common = _common(asked, found, premium)
    subject = f"{found['policy_number']}:{found['policy_version']}"
    for one in asked.terms.participants:
        yield {
            **common,
            "line_id": f"{asked.report_id}:{subject}:{found['section']}:{one.reinsurer}",
            "reinsurer": one.reinsurer,
            "reinsurer_share": one.share,
            "reinsurer_premium": parts[one.reinsurer],
        }


def commissions(asked: Asked, section: str, premium: Money) -> dict[str, Money]:
    """The ceding commission that each reinsurer allows on a posted premium."""
    terms = section_of(asked, section)
    if terms is None:
        return {}
    parts = premium_by_reinsurer(asked.terms, terms, premium)
    return {name: commission for name, (_, commission) in parts.items()}


def _common(asked: Asked, found: Mapping[str, Any], premium: Money) -> dict[str, object]:
    terms, administration, period = asked.terms, asked.administration, asked.period
    assert terms.period is not None
    gross = Money(int(found["gross"]), found["currency"])
    nothing = Money.zero(found["currency"])
    rate = rate_of(asked, found["currency"], found["ceded_currency"])
    renewed = found["policy_version"] > 1 or bool(found["renewal"])
    base = Money(int(found["base"]), found["ceded_currency"])
    return {
        **dict.fromkeys(asked.layout.columns),
        "report_id": asked.report_id,
        "report_version": asked.report_version,
        "source_event_ids": (found["policy_event"], found["ceded_event"]),
        "known_at": asked.known_at,
        "reporting_period_start": period.from_on,
        "reporting_period_end": period.last_day,
        "reinsured": administration.reinsured,
        "reinsured_pin": administration.reinsured_pin or None,
        "contract_umr": administration.umr,
        "agreement_no": terms.treaty_id,
        "treaty_version": found["treaty_version"],
        "section_no": found["section"],
        "contract_inception": terms.period.from_on,
        "contract_expiry": last_day(terms.period.until_on),
        "underwriting_year": terms.period.from_on.year,
        "attachment_basis": str(terms.basis),
        "risk_code": administration.risk_code or None,
        "class_of_business": administration.class_of_business,
        "type_of_insurance": administration.type_of_insurance,
        "policy_ref": found["policy_number"],
        "certificate_ref": found["member_number"] or asked.pseudonyms.of(found["policy_id"]),
        "insured_name": asked.person(found["holder_id"]),
        "insured_id_hash": asked.pseudonyms.of(found["holder_id"]) or None,
        "insured_country": administration.country,
        "risk_inception": found["risk_from"] or found["effective_on"],
        "risk_expiry": last_day(found["risk_until"]) or last_day(terms.period.until_on),
        "risk_transaction_type": "Renewal" if renewed else "New Business",
        "premium_transaction_type": "Original Premium",
        "movement_kind": "correction" if found["corrects"] else "movement",
        "transaction_effective": found["effective_on"],
        "transaction_expiry": last_day(found["risk_until"]),
        "original_currency": found["currency"],
        "gross_written_premium_total": Money(int(found["written"]), found["currency"]),
        "gross_premium_this_time": gross,
        "commission_pct": NOTHING,
        "commission_amount": nothing,
        "taxes_and_levies": nothing,
        "fees_total": nothing,
        "net_premium_original": gross,
        "settlement_currency": found["ceded_currency"],
        "rate_of_exchange": rate.price,
        "rate_date": rate.on,
        "net_premium_settlement": _settled(asked, gross, found["ceded_currency"], rate),
        "instalments": max(int(found["instalments"]), 1),
        "instalment_basis": "instalments" if found["instalments"] else "single",
        "platform": administration.platform or None,
        "cession_pct": Ratio.of(found["cession"]),
        "inuring_priority": found["priority"],
        "ceded_base": base,
        "ceded_premium": premium,
        "ceding_commission": Money(int(found["commission"]), found["ceded_currency"]),
        **_earned(asked, found, premium),
    }


def _settled(asked: Asked, net: Money, currency: str, rate: Rate) -> Money | None:
    if net.currency == currency:
        return net
    if rate.price is None:
        return None
    return convert(net, currency, Fraction(rate.price), asked.terms.rounding)


def _earned(asked: Asked, found: Mapping[str, Any], premium: Money) -> dict[str, object]:
    """By days of the risk: what the period has earned, and what is left at its end."""
    if found["risk_from"] is None or found["risk_until"] is None:
        return {}
    risk = Period(found["risk_from"], found["risk_until"])
    mode = asked.terms.rounding
    at_end = earned_by_days(premium, risk, asked.period.last_day, mode)
    before = earned_by_days(premium, risk, asked.period.from_on - timedelta(days=1), mode)
    return {
        "earned_in_period": at_end.earned - before.earned,
        "unearned_at_end": at_end.unearned,
    }
