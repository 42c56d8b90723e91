"""Treaty cases: the shape of the terms says which part of reinsurance is asked; the figures come
from the functions that cede in production."""

from collections.abc import Callable

from cli.case_files import (
    treaty_accounts,
    treaty_attachment,
    treaty_commission,
    treaty_currency,
    treaty_events,
    treaty_facultative,
    treaty_layers,
    treaty_medical,
    treaty_oed,
    treaty_programme,
    treaty_proportional,
    treaty_surplus,
    treaty_views,
)
from cli.case_files.parsing import BadCase, Json
from cli.case_files.treaty_reading import Answer, Fields, shown
from domain.ratio import Ratio
from domain.refusals import RuleBroken

Form = Callable[[Fields, Fields], Answer]
Asked = Callable[[Json, Json], bool]


def answer(case: Json) -> Answer:
    """The figures of a case in the flat form of `expect`; a refusal is `error` with its code.

    `unread` names the terms and inputs that no rule used: the figures then hold without them.
    """
    currency = case.get("currency", "TZS")
    terms = Fields(case["terms"], currency, "terms")
    inputs = Fields(case["inputs"], currency, "inputs")
    terms.first("type")
    form = _form_of(case["terms"], case["inputs"])
    try:
        result = form(terms, inputs)
    except RuleBroken as refusal:
        return _refused(refusal)
    unread = [*terms.unread, *inputs.unread]
    return result | ({"unread": ", ".join(unread)} if unread else {})


def _refused(refusal: RuleBroken) -> Answer:
    """The code of a refusal without its aggregate, and the figures it names."""
    answer = {"error": refusal.code.partition(".")[2], "detail": refusal.detail}
    asked = refusal.facts.get("sum_of_cessions")
    if isinstance(asked, Ratio):
        answer["sum_of_cessions"] = shown(asked, 2)
    return answer


def _form_of(terms: Json, inputs: Json) -> Form:
    for asked, form in _FORMS:
        if asked(terms, inputs):
            return form
    raise BadCase(f"no form of treaty has the terms {sorted(terms)} with {sorted(inputs)}")


def _term(*keys: str) -> Asked:
    return lambda terms, inputs: any(key in terms for key in keys)


def _input(*keys: str) -> Asked:
    return lambda terms, inputs: any(key in inputs for key in keys)


def _kind(*codes: str) -> Asked:
    return lambda terms, inputs: terms.get("type") in codes


def _both(first: Asked, second: Asked) -> Asked:
    return lambda terms, inputs: first(terms, inputs) and second(terms, inputs)


def _slides(terms: Json, inputs: Json) -> bool:
    return isinstance(terms.get("commission"), dict) and "sliding" in terms["commission"]


# The first form whose shape fits answers; the more particular shapes stand first.
_FORMS: tuple[tuple[Asked, Form], ...] = (
    (_term("reins_info"), treaty_oed.oed),
    (_term("programme"), treaty_programme.programme),
    (_term("working_xl", "cat_xl"), treaty_programme.three_storeys),
    (_term("treaties"), treaty_programme.event_caps),
    (_slides, treaty_commission.sliding),
    (_term("profit_commission"), treaty_commission.profit),
    (_term("loss_corridor", "loss_ratio_cap"), treaty_proportional.corridor),
    (_input("cancelled_on"), treaty_proportional.cancellation),
    (_input("cut_offs"), treaty_views.three_views),
    (_term("cash_loss_limit_reinsurer_share", "cash_loss_limit"), treaty_accounts.cash_call),
    (_term("method"), treaty_accounts.earning),
    (_term("treaty_currency", "settlement_currency", "account_currency"), treaty_currency.currency),
    (_input("ceded_premium"), treaty_accounts.account),
    (_term("loss_portfolio", "loss_portfolio_rate"), treaty_accounts.portfolio_of_losses),
    (_both(_kind("FAC"), _term("participants")), treaty_facultative.shares),
    (_kind("FAC"), treaty_facultative.excess),
    (_both(_kind("SS"), _input("risks")), treaty_surplus.one_event),
    (_kind("SS"), treaty_surplus.one_risk),
    (_term("franchise", "reverse_franchise"), treaty_events.franchise),
    (_term("hours_clause", "minimum_lives", "min_lives"), treaty_events.catastrophe),
    (_kind("CXL"), treaty_events.catastrophe),
    (_kind("AXL"), treaty_events.aggregate),
    (_term("layers"), treaty_layers.layers),
    (_term("specific_deductible", "corridor", "monthly_factors"), treaty_medical.medical),
    (_term("monthly_factor", "minimum_attachment"), treaty_medical.medical),
    (_input("final_gnpi", "gnpi"), treaty_layers.premium_only),
    (_term("period"), treaty_attachment.attachment),
    (_input("policies", "claims"), treaty_proportional.plain),
    (_term("cession"), treaty_proportional.one_loss),
)

ROWS = {"treaty": answer}
