"""Translating a commercial plan of a case file into terms: renaming and parsing only."""

from dataclasses import replace

from cli.case_files.parsing import Json, decimal, maybe_money, maybe_number, money, month_day
from domain.adjudication.configurations import commercial_plan
from domain.adjudication.product import (
    Benefit,
    Copay,
    CopayPer,
    FamilyStyle,
    Frequency,
    Limit,
    Rounding,
    Scope,
    Share,
    ShareKind,
    Span,
    Terms,
    Threshold,
    Tier,
    Window,
    family_thresholds,
)
from domain.adjudication.steps import DEFAULT_SHARING, commercial
from domain.money import RoundingMode, exponent

# field of a category, name of the limit, whose total, over which time, word on a line it cuts
CATEGORY_LIMITS = (
    ("per_service_max", "service_max", Scope.LINE, Span.YEAR, "SERVICE_MAX"),
    ("annual_limit", "category_limit", Scope.MEMBER, Span.YEAR, "CATEGORY_LIMIT"),
    (
        "lifetime_limit",
        "category_lifetime_limit",
        Scope.MEMBER,
        Span.LIFE,
        "CATEGORY_LIFETIME_LIMIT",
    ),
)
PLAN_LIMITS = (
    ("annual_limit", "annual_limit", Scope.MEMBER, Span.YEAR, "ANNUAL_LIMIT"),
    ("family_annual_limit", "family_annual_limit", Scope.FAMILY, Span.YEAR, "FAMILY_LIMIT"),
    ("lifetime_limit", "lifetime_limit", Scope.MEMBER, Span.LIFE, "LIFETIME_LIMIT"),
)


def terms_of(plan: Json) -> Terms:
    """The terms of a commercial plan."""
    currency = plan.get("currency", "TZS")
    order = tuple(plan.get("order") or DEFAULT_SHARING)
    return replace(
        commercial_plan("plan", currency, _rounding(plan, currency)),
        year_start=month_day(plan.get("year_start", "01-01")),
        orders=commercial(order),
        benefits=tuple(
            _benefit(name, category, currency)
            for name, category in (plan.get("categories") or {}).items()
        ),
        deductibles=_thresholds(plan.get("deductible"), currency, "deductible"),
        out_of_pocket=_thresholds(plan.get("oop_max"), currency, "oop_max"),
        limits=_limits(plan, PLAN_LIMITS, currency, by_category=False),
        write_off_waived_when_exhausted=bool(plan.get("write_off_waived_when_exhausted")),
    )


def _rounding(plan: Json, currency: str) -> Rounding:
    rounding = plan.get("rounding") or {}
    unit = decimal(rounding.get("unit", "0.01"), "rounding.unit").scaleb(exponent(currency))
    return Rounding(max(1, int(unit)), RoundingMode(rounding.get("mode", "half_up")))


def _thresholds(amounts: Json | None, currency: str, field: str) -> tuple[Threshold, ...]:
    if not amounts:
        return ()
    return family_thresholds(
        maybe_money(amounts.get("individual"), currency, f"{field}.individual"),
        maybe_money(amounts.get("family"), currency, f"{field}.family"),
        FamilyStyle(amounts.get("family_style") or "embedded"),
    )


def _limits(
    amounts: Json,
    table: tuple[tuple[str, str, Scope, Span, str], ...],
    currency: str,
    *,
    by_category: bool,
) -> tuple[Limit, ...]:
    return tuple(
        Limit(
            name,
            money(amounts[field], currency, field),
            scope,
            span,
            by_category=by_category,
            reason=reason,
        )
        for field, name, scope, span, reason in table
        if amounts.get(field) is not None
    )


def _benefit(name: str, category: Json, currency: str) -> Benefit:
    rate = category.get("coinsurance")
    copay = category.get("copay")
    frequency = category.get("frequency")
    return Benefit(
        category=name,
        covered=category.get("covered", True),
        shares=(_share(rate),) if rate is not None else (),
        coinsurance_min=maybe_money(category.get("coinsurance_min"), currency),
        coinsurance_max=maybe_money(category.get("coinsurance_max"), currency),
        copay=None
        if copay is None
        else Copay(money(copay, currency, "copay"), CopayPer(category.get("copay_per") or "line")),
        deductible_applies=category.get("deductible_applies", True),
        deductible_cap=maybe_money(category.get("deductible_cap"), currency),
        visit_limit=maybe_number(category.get("visit_limit"), "visit_limit"),
        tiers=tuple(
            Tier(int(tier["upto"]), decimal(tier["coinsurance"], "coinsurance"))
            for tier in category.get("visit_tiers") or ()
        ),
        age_min=maybe_number(category.get("age_min"), "age_min"),
        age_max=maybe_number(category.get("age_max"), "age_max"),
        frequency=None if not frequency else _frequency(frequency),
        limits=_limits(category, CATEGORY_LIMITS, currency, by_category=True),
    )


def _share(rate: object) -> Share:
    figure = decimal(rate, "coinsurance")
    return Share("any", ShareKind.PERCENT, figure, figure)


def _frequency(frequency: Json) -> Frequency:
    return Frequency(
        int(frequency["count"]),
        Window(frequency.get("window", "plan_year")),
        int(frequency.get("months") or 0),
        tuple(frequency.get("group") or ()),
        per_site=frequency.get("per") == "site",
    )
