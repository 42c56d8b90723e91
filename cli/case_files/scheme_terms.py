"""Translating a scheme product of a case file into terms: renaming and parsing only."""

from dataclasses import replace
from typing import Any

from cli.case_files.parsing import Json, decimal, maybe_decimal, maybe_money, money
from domain.adjudication.configurations import TOO_MANY_CLAIMS, national_scheme
from domain.adjudication.product import (
    Benefit,
    ClaimCount,
    Exempt,
    Exemption,
    Growth,
    Limit,
    MaxQuantity,
    PriceSource,
    Scope,
    Setting,
    Share,
    ShareKind,
    StayRule,
    Terms,
    Threshold,
    WaitingMonths,
)

SCOPES = {"treatment": Scope.CLAIM, "member": Scope.MEMBER, "policy": Scope.FAMILY}
PURSES = {
    "general": Setting.ANY,
    "inpatient": Setting.INPATIENT,
    "outpatient": Setting.OUTPATIENT,
}


def terms_of(policy: Json, currency: str, adult_age: int) -> Terms:
    """The terms of the product that a policy of the case carries, named after the policy."""
    product = policy["product"]
    return replace(
        national_scheme(policy["id"], currency, adult_age),
        stay_rule=StayRule(product.get("stay_rule", "stay")),
        benefits=tuple(
            _benefit(code, benefit, currency) for code, benefit in product["benefits"].items()
        ),
        deductibles=tuple(_deductibles(product.get("deductible"), currency)),
        limits=tuple(_limits(product, currency)),
        claim_counts=tuple(
            ClaimCount(category, int(most), TOO_MANY_CLAIMS[category])
            for category, most in (product.get("category_counts") or {}).items()
            if most is not None and category in TOO_MANY_CLAIMS
        ),
    )


def _benefit(code: str, benefit: Json, currency: str) -> Benefit:
    waiting = benefit.get("waiting_months") or {}
    quantity = benefit.get("max_qty") or {}
    exempt = benefit.get("ceiling_exempt") or {}
    return Benefit(
        code=code,
        price_source=PriceSource(benefit.get("price_source", "schedule")),
        shares=tuple(_share(name, limit) for name, limit in (benefit.get("limits") or {}).items()),
        waiting=WaitingMonths(int(waiting.get("adult") or 0), int(waiting.get("child") or 0)),
        max_quantity=MaxQuantity(
            maybe_decimal(quantity.get("adult")), maybe_decimal(quantity.get("child"))
        ),
        exempt=Exemption(
            Exempt(exempt.get("adult") or "none"), Exempt(exempt.get("child") or "none")
        ),
    )


def _share(visit_type: str, limit: Json) -> Share:
    kind = ShareKind(limit["kind"])

    def figure(value: Any) -> Any:
        number = maybe_decimal(value)
        return number.scaleb(-2) if number is not None and kind is ShareKind.PERCENT else number

    return Share(visit_type, kind, figure(limit.get("adult")), figure(limit.get("child")))


def _deductibles(amounts: Json | None, currency: str) -> list[Threshold]:
    if not amounts:
        return []
    return [
        Threshold(
            SCOPES[amounts["scope"]],
            money(amounts[purse], currency, f"deductible.{purse}"),
            setting,
            _growth(amounts, purse, currency),
        )
        for purse, setting in PURSES.items()
        if amounts.get(purse) is not None
    ]


def _limits(product: Json, currency: str) -> list[Limit]:
    """Category amounts first, then the ceilings: the order in which they cut."""
    found = [
        Limit(
            "category_amount",
            money(amount, currency, f"category_amounts.{category}"),
            Scope.CLAIM,
            claim_category=category,
            reason="CATEGORY_AMOUNT",
        )
        for category, amount in (product.get("category_amounts") or {}).items()
        if amount is not None and category != "visit"
    ]
    ceiling = product.get("ceiling") or {}
    found += [
        Limit(
            "ceiling",
            money(ceiling[purse], currency, f"ceiling.{purse}"),
            SCOPES[ceiling["scope"]],
            setting=setting,
            growth=_growth(ceiling, purse, currency),
            exemptible=True,
            reason="CEILING",
        )
        for purse, setting in PURSES.items()
        if ceiling.get(purse) is not None
    ]
    return found


def _growth(amounts: Json, purse: str, currency: str) -> Growth | None:
    extra = (amounts.get("extra_member") or {}).get(purse)
    if not extra or amounts["scope"] != "policy":
        return None
    return Growth(
        int(decimal(extra["threshold"], "threshold")),
        money(extra["amount"], currency, "extra_member.amount"),
        maybe_money(extra.get("max"), currency, "extra_member.max"),
    )
