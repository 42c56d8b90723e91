"""Medical stop loss cases: specific per member, aggregate over the plan, contract bases."""

from cli.case_files.treaty_reading import Answer, Fields, any_day, shown, shown_all
from domain.money import Money, total
from domain.periods import through
from domain.reinsurance.medical import (
    Aggregate,
    ContractBasis,
    Laser,
    MedicalClaim,
    MonthlyFactor,
    Specific,
    aggregate_reimbursement,
    contract_basis,
    eligible_by_member,
    expected_claims,
    specific_reimbursements,
)

_ONE_MEMBER = "member"


def medical(terms: Fields, inputs: Fields) -> Answer:
    """Everything that the terms and inputs allow to be worked out."""
    specific = specific_terms(terms)
    answer: Answer = {}
    if specific is not None and isinstance(inputs.first("claims"), list):
        return _by_basis(terms, inputs, specific)
    claims = _by_member(inputs)
    if specific is not None:
        answer |= _reimbursed(specific, claims, terms.currency)
    if any(key in terms for key in _AGGREGATE_KEYS):
        answer |= _aggregate(terms, inputs, specific, claims)
    return answer


def specific_terms(terms: Fields) -> Specific | None:
    deductible = terms.money("specific_deductible")
    if deductible is None:
        return None
    return Specific(
        deductible,
        _lasers(terms),
        terms.money("specific_limit", "specific_maximum", "limit"),
        terms.money("aggregating_deductible", "aggregating_specific_deductible"),
    )


def _lasers(terms: Fields) -> tuple[Laser, ...]:
    """Members with a deductible of their own: by name, or as rows."""
    given = terms.first("lasers", "laser")
    rows = terms.rows("lasers") if isinstance(given, list) else []
    if isinstance(given, dict):
        by_name = Fields(given, terms.currency, "terms.lasers")
        if "member" not in by_name:
            return tuple(Laser(member, by_name.needed_money(member)) for member in by_name)
        rows = [by_name]
    return tuple(
        Laser(row["member"], row.needed_money("deductible", "specific_deductible", "amount"))
        for row in rows
    )


def _by_member(inputs: Fields) -> dict[str, Money]:
    given = inputs.inside("member_claims", "in_order")
    return {member: given.needed_money(member) for member in given} if given else {}


def _reimbursed(specific: Specific, claims: dict[str, Money], currency: str) -> Answer:
    paid = specific_reimbursements(specific, claims)
    whole = total(paid.values(), currency)
    answer = {f"{member}.reimbursed": shown(amount) for member, amount in paid.items()}
    return answer | shown_all(
        {
            "total": whole,
            "total.reimbursed": whole,
            "specific.reimbursed": whole,
            "employer.keeps": total(claims.values(), currency) - whole,
        }
    )


def _by_basis(terms: Fields, inputs: Fields, specific: Specific) -> Answer:
    claims = [
        MedicalClaim(
            str(row.first("member") or _ONE_MEMBER),
            any_day(row["incurred"], "incurred"),
            any_day(row["paid_on"], "paid_on"),
            row.needed_money("amount", "paid"),
        )
        for row in inputs.rows("claims")
    ]
    answer: Answer = {}
    for name, basis in _bases(terms).items():
        eligible = eligible_by_member(claims, basis, terms.currency)
        paid = specific_reimbursements(specific, eligible)
        answer[f"{name}.eligible"] = shown(total(eligible.values(), terms.currency))
        answer[f"{name}.reimbursed"] = shown(total(paid.values(), terms.currency))
    return answer


def _bases(terms: Fields) -> dict[str, ContractBasis]:
    """Windows that the case tells by their days, or names of bases of a plan year."""
    given = terms.first("bases", "basis")
    if isinstance(given, dict):
        return {name: _windows(days) for name, days in given.items()}
    names = [given] if isinstance(given, str) else list(given or ["12/12"])
    start = terms.day("plan_year_start", "plan_year", "inception")
    return {name: contract_basis(name, start) for name in names} if start else {}


def _windows(days: list[str]) -> ContractBasis:
    first, last, paid_first, paid_last = (any_day(day, "terms.bases") for day in days)
    return ContractBasis(through(first, last), through(paid_first, paid_last))


_AGGREGATE_KEYS = (
    "corridor", "monthly_factors", "monthly_factor", "aggregate_limit", "minimum_attachment",
    "aggregate_attachment",
)  # fmt: skip


def _aggregate(
    terms: Fields, inputs: Fields, specific: Specific | None, claims: dict[str, Money]
) -> Answer:
    own = Aggregate(
        terms.whole_ratio("corridor"),
        _factors(terms),
        terms.money("minimum_attachment", "minimum_aggregate_attachment", "minimum"),
        terms.money("aggregate_limit", "aggregate_cap", "cap"),
    )
    expected = inputs.money("expected_claims")
    if expected is None:
        expected = expected_claims(own, _months(inputs), terms.currency)
    eligible = inputs.money("eligible_claims", "eligible", "paid_claims", "claims", "paid")
    if eligible is not None:
        result = aggregate_reimbursement(own, None, expected, {"plan": eligible})
    else:
        result = aggregate_reimbursement(own, specific, expected, claims)
    return shown_all(
        {
            "expected_claims": expected,
            "eligible": result.eligible,
            "attachment": result.attachment,
            "aggregate.reimbursed": result.reimbursed,
            "reimbursed": result.reimbursed,
        }
    )


def _factors(terms: Fields) -> tuple[MonthlyFactor, ...]:
    given = terms.first("monthly_factors")
    tiers = terms.inside("monthly_factors") if isinstance(given, dict) else None
    if tiers is not None:
        return tuple(MonthlyFactor(tier, tiers.needed_money(tier)) for tier in tiers)
    one = terms.money("monthly_factor", "monthly_factors")
    return (MonthlyFactor("", one),) if one else ()


def _months(inputs: Fields) -> list[dict[str, int]]:
    """Units covered each month: a list of numbers, of tiers, or months by name."""
    given = inputs.like("month", "census", "lives", "units", "covered") or ()
    rows = list(given.values()) if isinstance(given, dict) else list(given)
    if isinstance(given, dict) and all(isinstance(row, list) for row in rows):
        return [dict(zip(given, units, strict=True)) for units in zip(*rows, strict=True)]
    return [row if isinstance(row, dict) else {"": int(row)} for row in rows]
