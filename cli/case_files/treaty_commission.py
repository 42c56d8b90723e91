"""Cases of commission that depends on the result: sliding scale and profit commission."""

from collections.abc import Mapping

from cli.case_files.parsing import BadCase
from cli.case_files.treaty_reading import Answer, Fields, shown, shown_all
from domain.money import Money
from domain.ratio import NOTHING
from domain.reinsurance.accounting_terms import ProfitCommission
from domain.reinsurance.commission import Experience, strike_commission
from domain.reinsurance.commission_terms import Commission, ScalePoint, SlidingScale
from domain.reinsurance.profit import YearResult, profit_commissions, treaty_profit


def sliding(terms: Fields, inputs: Fields) -> Answer:
    """Sliding commission of one treaty year, with what was carried in and is carried out."""
    given = terms.inside("commission")
    if given is None:
        raise BadCase("terms.commission is missing")
    experience = Experience(
        inputs.needed_money("ceded_earned_premium", "earned_premium"),
        inputs.needed_money("ceded_incurred", "incurred"),
        inputs.money("carry_in_debit", "carry_forward_debit", "debit_in"),
        inputs.money("carry_in_credit", "carry_forward_credit", "credit_in"),
    )
    struck = strike_commission(
        Commission(given.whole_ratio("provisional"), _scale(given)), experience
    )
    return shown_all(
        {
            "loss_ratio": struck.loss_ratio,
            "commission.rate": struck.rate,
            "commission.provisional": struck.provisional,
            "commission.adjusted": struck.adjusted,
            "commission.adjustment": struck.adjustment,
            "carry_forward.debit": struck.debit_out,
            "carry_forward.credit": struck.credit_out,
        }
    )


def _scale(commission: Fields) -> SlidingScale | None:
    given = commission.inside("sliding")
    if given is None:
        return None
    given.first("slope")  # follows from the two points, and is checked by them
    points = (
        ScalePoint(given.whole_ratio("at_or_below"), given.whole_ratio("max")),
        ScalePoint(given.whole_ratio("at_or_above"), given.whole_ratio("min")),
    )
    deficit, credit = commission.inside("deficit"), commission.inside("credit")
    return SlidingScale(
        points,
        deficit.ratio("above") if deficit else None,
        deficit.ratio("max") if deficit else None,
        credit.ratio("below") if credit else None,
        credit.ratio("max") if credit else None,
    )


def profit(terms: Fields, inputs: Fields) -> Answer:
    """Profit commission of one year's account, or of a run of years with deficits carried."""
    given = terms.inside("profit_commission")
    if given is None:
        raise BadCase("terms.profit_commission is missing")
    own = ProfitCommission(
        given.whole_ratio("rate"),
        given.ratio("reinsurer_expenses", "management_expenses", "expenses") or NOTHING,
        _deficit_years(given.first("deficit")),
    )
    rows = inputs.rows("years")
    if rows:
        results = [YearResult(int(row["year"]), _profit_of(own, row)) for row in rows]
        answer: Answer = {}
        for one in profit_commissions(own, results):
            answer[f"{one.year}.profit"] = shown(one.profit)
            answer[f"{one.year}.profit_commission"] = shown(one.commission)
            answer[f"{one.year}.deficit_left"] = shown(one.deficit_left)
        return answer
    made = _profit_of(own, inputs)
    before = inputs.money("carried_deficit", "deficit_carried_in", "deficit_brought_forward")
    years = [YearResult(1, made)]
    if before:
        years = [YearResult(0, -abs_money(before)), *years]
    struck = profit_commissions(own, years)[-1]
    return shown_all(
        {
            "profit": made,
            "profit_commission": struck.commission,
            "deficit_left": struck.deficit_left,
            "deficit_carried_out": struck.deficit_left,
        }
    )


def _deficit_years(deficit: object) -> int | None:
    if isinstance(deficit, Mapping):
        deficit = deficit.get("years")
    return int(str(deficit)) if str(deficit).isdigit() else None


def _profit_of(own: ProfitCommission, row: Fields) -> Money:
    known = row.money("profit")
    if known is not None:
        return known
    return treaty_profit(
        own,
        row.needed_money("earned_premium", "ceded_earned_premium"),
        row.money("commission") or Money.zero(row.currency),
        row.needed_money("incurred", "ceded_incurred"),
    )


def abs_money(value: Money) -> Money:
    return -value if value.minor < 0 else value
