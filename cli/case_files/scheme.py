"""Cases of a national scheme (`claim`): names are translated, texts parsed, nothing decided."""

from datetime import date
from decimal import Decimal
from typing import Any

from cli.case_files.parsing import (
    Json,
    day,
    days_from_to,
    decimal,
    maybe_day,
    maybe_decimal,
    money,
    text,
)
from cli.case_files.scheme_terms import terms_of
from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.case import (
    CareType,
    Case,
    ClaimLine,
    Cover,
    CoveredMember,
    Kind,
    Member,
    PriceRow,
    Service,
    line_amount,
    looked_up,
)
from domain.adjudication.configurations import national_scheme
from domain.adjudication.determination import (
    Determination,
    LineDetermination,
    LineStatus,
    PaysWhen,
)
from domain.adjudication.earlier_claims import PastAmount, PastClaim, PastLine, balances_from
from domain.money import Money

AMOUNTS = {
    f"{name}{suffix}": f"{what}{purse}"
    for name, what in (("deducted", "deductible"), ("paid", "paid"))
    for suffix, purse in (("", ""), ("_inpatient", ":inpatient"), ("_outpatient", ":outpatient"))
}


def answer(case: Json) -> dict[str, Any]:
    """Decide the claim of a scheme case; the result has the form of its `expected`."""
    currency, adult_age = case.get("currency", "TZS"), int(case.get("adult_age") or 18)
    policies = case.get("policies") or []
    products = tuple(terms_of(policy, currency, adult_age) for policy in policies)
    covers = tuple(_cover(policy) for policy in policies)
    past = [_past(claim, currency) for claim in case.get("history") or []]
    rules = national_scheme("rules", currency, adult_age)
    determination = adjudicate(
        _claim(case, covers, currency), rules, balances_from(past, covers), others=products
    )
    return _result(determination)


def _cover(policy: Json) -> Cover:
    return Cover(
        policy["id"],
        policy["id"],
        policy["status"],
        policy.get("stage", "new"),
        day(policy["effective"], "effective"),
        day(policy["expiry"], "expiry"),
        tuple(
            CoveredMember(
                member["id"], maybe_day(member.get("effective")), maybe_day(member.get("expiry"))
            )
            for member in policy["members"]
        ),
    )


def _past(claim: Json, currency: str) -> PastClaim:
    return PastClaim(
        claim["claim"],
        claim["member"],
        day(claim["date"], "history.date"),
        claim.get("category") or "visit",
        claim.get("state", "checked"),
        tuple(
            PastLine(line["code"], decimal(line["qty"], "qty"), line.get("passed", True))
            for line in claim.get("lines") or []
        ),
        tuple(
            PastAmount(what, money(claim[name], currency, name).minor)
            for name, what in AMOUNTS.items()
            if claim.get(name) is not None
        ),
        claim.get("policy") or "",
    )


def _claim(case: Json, covers: tuple[Cover, ...], currency: str) -> Case:
    claim, provider = case["claim"], case.get("provider") or {}
    member: Json = next((m for m in case["members"] if m["id"] == claim["member"]), {})
    on = maybe_day(claim.get("date_to")) or maybe_day(claim.get("date_from"))
    return Case(
        claim["id"],
        claim["member"],
        "",
        maybe_day(claim.get("date_from")),
        tuple(_line(line, case, on, currency) for line in claim["lines"]),
        service_to=maybe_day(claim.get("date_to")),
        claimed_on=maybe_day(claim.get("claimed_on")),
        visit_type=claim.get("visit_type") or "ordinary",
        member=Member(
            maybe_day(member.get("dob")), member.get("sex", ""), not member.get("invalid", False)
        ),
        covers=covers,
        facility_level=provider.get("level", ""),
        facility_care=CareType(provider.get("care_type") or "both"),
    )


def _line(line: Json, case: Json, on: date | None, currency: str) -> ClaimLine:
    entry = case["catalogue"].get(line["code"])
    prices = (case.get("provider") or {}).get("prices") or {}
    rows = tuple(
        PriceRow(maybe_decimal(row.get("price")), days_from_to(row.get("from"), row.get("to")))
        for row in prices.get(line["code"]) or []
    )
    quantity, asked = decimal(line["qty"], "qty"), maybe_decimal(line.get("price_asked"))
    billed = ClaimLine(
        line["line"],
        line["code"],
        "",
        quantity,
        line_amount(quantity, asked or Decimal(0), currency),
        price_asked=asked,
        quantity_reviewed=maybe_decimal(line.get("qty_reviewed")),
        price_reviewed=maybe_decimal(line.get("price_reviewed")),
        reviewed_out=bool(line.get("reviewed_out")),
        withdrawn=bool(line.get("void")),
    )
    service = None if entry is None else _service(line["code"], entry)
    return looked_up(billed, service, rows, on)


def _service(code: str, entry: Json) -> Service:
    return Service(
        code,
        Kind(entry["kind"]),
        entry.get("category") or "",
        decimal(entry.get("base_price") or 0, "base_price"),
        CareType(entry.get("care_type") or "both"),
        int(entry.get("frequency_days") or 0),
        tuple(entry.get("who") or ()),
        bool(entry.get("retired")),
        maybe_decimal(entry.get("bundle_price")),
    )


def _result(decided: Determination) -> dict[str, Any]:
    change = {
        name: text(_posted(decided, what))
        for name, what in (
            ("deducted", "deductible"),
            ("paid", "paid"),
            ("exempt_paid", "exempt_paid"),
        )
        if _posted(decided, what)
    }
    result = {
        "claim_status": decided.status.value,
        "claim_reason": decided.reason or None,
        "claim_category": decided.category,
        "lines": [_line_result(line) for line in decided.lines if line.status != "withdrawn"],
        "paid_total": text(decided.plan_pays),
        "accumulator_change": change,
    }
    withdrawn = [line.line for line in decided.lines if line.status is LineStatus.WITHDRAWN]
    return {**result, "withdrawn_lines": withdrawn} if withdrawn else result


def _posted(decided: Determination, what: str) -> Money:
    """What the claim adds to a total of its member, over all policies."""
    minor = sum(
        entry.amount_minor
        for entry in decided.entries
        if entry.what == what and entry.who.partition("@")[0] == decided.member_id
    )
    return Money(minor, decided.currency)


def _line_result(line: LineDetermination) -> dict[str, Any]:
    if line.status is LineStatus.REJECTED:
        return {"line": line.line, "status": "rejected", "reason": line.reason}
    result: dict[str, Any] = {
        "line": line.line,
        "status": "passed",
        "qty": text(line.quantity),
        "unit_price": text(line.unit_price or Decimal(0)),
        "valued": text(line.valued or Money.zero(line.billed.currency)),
        "deductible": text(line.deductible),
        "over_category": text(line.cut_by("category_amount")),
        "over_ceiling": text(line.cut_by("ceiling")),
        "pays": text(line.plan_pays),
        "policy": line.policy,
    }
    if line.quantity_cut:
        result["qty_cut"] = True
    if line.pays_when is not PaysWhen.NOW:
        result["pays_when"] = line.pays_when.value
    return result


ROWS = {"claim": answer}
