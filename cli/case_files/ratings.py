"""Cases about contributions, terms, payments and the money of a period: parsing only."""

from typing import Any

from cli.case_files.parsing import (
    BadCase,
    Json,
    day,
    decimal,
    maybe_day,
    maybe_money,
    money,
    month_day,
    text,
)
from domain.adjudication.capitation import capitation
from domain.adjudication.relative_index import paid_at, relative_index
from domain.adjudication.remaining import remaining_quantity
from domain.adjudication.review_selection import Candidate, above_average
from domain.money import Money
from domain.rating.contribution import ContributionRates, Head, contribution
from domain.rating.earning import allocated
from domain.rating.formula import loaded, premium
from domain.rating.settlement import Payment, WhenShort, settlement
from domain.rating.term import (
    ONE_DAY,
    TermRules,
    last_payment_day,
    last_payment_day_of_cycle,
    term,
)

CURRENCY = "TZS"


def _money(value: Any, field: str = "amount") -> Money:
    return money(value, CURRENCY, field)


def premium_of(case: Json) -> dict[str, Any]:
    """A scheme's contribution for a household, or the premium by the documents' formula."""
    facts = case["input"]
    if "product" in facts:
        return {"value": text(_contribution(facts))}
    return {
        "premium": text(premium(int(facts["age"]), facts["policy_type"], _money(facts["coverage"])))
    }


def _contribution(facts: Json) -> Money:
    product = facts["product"]
    threshold, most = product.get("threshold"), product.get("max_members")
    rates = ContributionRates(
        CURRENCY,
        lump_sum=maybe_money(product.get("lump_sum"), CURRENCY),
        threshold=None if threshold is None else int(threshold),
        per_adult=maybe_money(product.get("premium_adult"), CURRENCY),
        per_child=maybe_money(product.get("premium_child"), CURRENCY),
        assembly_sum=maybe_money(product.get("assembly_lump_sum"), CURRENCY),
        assembly_fee=maybe_money(product.get("assembly_fee"), CURRENCY),
        registration_sum=maybe_money(product.get("registration_lump_sum"), CURRENCY),
        registration_fee=maybe_money(product.get("registration_fee"), CURRENCY),
        max_members=None if most is None else int(most),
    )
    household = [
        Head(day(member["dob"], "dob"), member.get("relation") == "not_related")
        for member in facts["members"]
    ]
    return contribution(
        rates,
        household,
        day(facts["counted_on"], "counted_on"),
        renewal=facts.get("stage") == "renewal",
        discount_percent=decimal(facts.get("discount_percent_applies") or 0),
    )


def loading(case: Json) -> dict[str, Any]:
    facts = case["input"]
    return {"premium": text(loaded(_money(facts["base"]), decimal(facts["loading_percent"])))}


def _term_rules(product: Json) -> TermRules:
    return TermRules(
        int(product.get("insurance_months") or 0),
        int(product.get("administration_months") or 0),
        tuple(month_day(start) for start in product.get("cycle_starts") or ()),
        int(product.get("grace_months_enrolment") or 0),
        int(product.get("grace_months_renewal") or 0),
        int(product.get("grace_months_payment") or 0),
    )


def term_of(case: Json) -> dict[str, Any]:
    facts = case["input"]
    found = term(
        _term_rules(facts["product"]),
        day(facts["enrolled_on"], "enrolled_on"),
        renewal=facts.get("stage") == "renewal",
    )
    return {"start": found.starts_on.isoformat(), "expiry": found.expires_on.isoformat()}


def payment_day(case: Json) -> dict[str, Any]:
    facts = case["input"]
    rules, renewal = _term_rules(facts["product"]), facts.get("stage") == "renewal"
    starts_on = maybe_day(facts.get("start"))
    enrolled_on, expiry = (
        maybe_day(facts.get("enrolled_on")),
        maybe_day(facts.get("previous_expiry")),
    )
    if rules.cycle_starts:
        if starts_on is None and enrolled_on is not None:
            starts_on = term(rules, enrolled_on, renewal=renewal).starts_on
        if starts_on is None:
            raise BadCase("start: the first day of the cycle is needed")
        return {"day": last_payment_day_of_cycle(rules, starts_on, renewal=renewal).isoformat()}
    counted_from = expiry + ONE_DAY if renewal and expiry is not None else enrolled_on or starts_on
    if counted_from is None:
        raise BadCase("enrolled_on or previous_expiry is needed")
    return {"day": last_payment_day(rules, counted_from).isoformat()}


def payment(case: Json) -> dict[str, Any]:
    facts = case["input"]
    payments = [
        Payment(
            day(each["on"], "on"), _money(each["amount"]), WhenShort(each.get("action") or "wait")
        )
        for each in facts["payments"]
    ]
    found = settlement(_money(facts["policy_value"]), day(facts["start"], "start"), payments)
    return {
        "status": found.status.value,
        "effective": found.effective_on.isoformat() if found.effective_on else None,
        "balance": text(found.balance),
    }


def allocation(case: Json) -> dict[str, Any]:
    facts = case["input"]
    cover = (day(facts["policy_effective"]), day(facts["policy_expiry"]))
    period = (day(facts["period_start"]), day(facts["period_end"]))
    return {"allocated": text(allocated(_money(facts["premium"]), cover, period))}


def index(case: Json) -> dict[str, Any]:
    facts = case["input"]
    found = relative_index(
        _money(facts["allocated"]),
        decimal(facts.get("distribution_share") or 1),
        _money(facts["valued_in_period"]),
    )
    return {
        "index": text(found),
        "pays": [text(paid_at(_money(line), found)) for line in facts.get("lines") or []],
    }


def capitation_of(case: Json) -> dict[str, Any]:
    facts = case["input"]
    paid = capitation(
        _money(facts["allocated"]),
        decimal(facts["share_percent"]),
        {name: decimal(weight) for name, weight in facts["weights_percent"].items()},
        {
            facility: {name: decimal(figure) for name, figure in measures.items()}
            for facility, measures in facts["facilities"].items()
        },
    )
    return {facility: text(amount) for facility, amount in paid.items()}


def remaining(case: Json) -> dict[str, Any]:
    facts = case["input"]
    limit = facts.get("limit")
    left = remaining_quantity(
        None if limit is None else decimal(limit), [decimal(used) for used in facts["used"]]
    )
    return {"remaining": None if left is None else text(left)}


def review_selection(case: Json) -> dict[str, Any]:
    facts = case["input"]
    picked = above_average(
        [
            Candidate(claim["id"], claim["diagnosis"], _money(claim["claimed"]))
            for claim in facts["claims"]
        ],
        {
            diagnosis: [_money(amount) for amount in amounts]
            for diagnosis, amounts in facts["history_by_diagnosis"].items()
        },
        decimal(facts["variance_percent"]),
        _money(facts.get("floor") or 0),
    )
    return {"selected": [claim.claim_id for claim in picked]}


ROWS = {
    "premium": premium_of,
    "loading": loading,
    "term": term_of,
    "last_payment_day": payment_day,
    "payment": payment,
    "allocation": allocation,
    "relative_index": index,
    "capitation": capitation_of,
    "remaining_quantity": remaining,
    "review_selection": review_selection,
}
