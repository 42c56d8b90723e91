"""Cases about the account: sliding and profit commission, cash calls, reserves, earning,
currency, and the three views of a period."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from cli.case_files.parsing import BadCase
from cli.case_files.treaty_proportional import quota_share
from cli.case_files.treaty_reading import (
    Answer,
    Fields,
    amount,
    any_day,
    ratio,
    shown,
    shown_all,
)
from domain.actuarial.grain import Grain, index_of, start_of
from domain.money import Money, share, total
from domain.ratio import NOTHING, Ratio
from domain.reinsurance.account import (
    AccountFigures,
    SharePaid,
    cash_calls,
    premium_reserve,
    technical_account,
)
from domain.reinsurance.accounting_terms import (
    AccountTerms,
    Levy,
    PremiumReserve,
    ProfitCommission,
)
from domain.reinsurance.commission import Experience, strike_commission
from domain.reinsurance.commission_terms import Commission, ScalePoint, SlidingScale
from domain.reinsurance.cover import increments
from domain.reinsurance.currency import (
    Conversion,
    DatedRate,
    RateRule,
    Rates,
    convert_account,
    convert_by_terms,
)
from domain.reinsurance.portfolio import (
    earned_by_days,
    earned_by_parts,
    loss_portfolio,
    premium_portfolio,
)
from domain.reinsurance.profit import YearResult, profit_commissions, treaty_profit
from domain.reinsurance.terms import Cover, Treaty
from domain.reinsurance.views import ClaimPayment, adjustment, as_known


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


def cash_call(terms: Fields, inputs: Fields) -> Answer:
    """Whether the reinsurers' share of one claim may be called in cash."""
    treaty = quota_share(terms)
    terms.first("test")
    limit = terms.needed_money("cash_loss_limit_reinsurer_share", "cash_loss_limit")
    section = treaty.sections[0]

    def ceded(paid: Money) -> Money:
        return share(paid, section.cession.exact * section.placed.exact)

    rows = inputs.rows("payments")
    if rows:
        shares = [SharePaid(_on(row), ceded(row.needed_money("paid", "amount"))) for row in rows]
        return {f"{call.on}.call": shown(call.amount) for call in cash_calls(limit, shares)}
    own = ceded(inputs.needed_money("claim_paid", "paid", "loss"))
    (call,) = cash_calls(limit, [SharePaid(date.min, own)])
    return {
        "ceded_loss": shown(own),
        "cash_call": "true" if call.amount else "false",
        "call": shown(call.amount),
        "call.amount": shown(call.amount),
    }


def _on(row: Fields) -> date:
    on = row.day("on", "paid_on", "date")
    if on is None:
        raise BadCase(f"{row.where}.on is missing")
    return on


def account(terms: Fields, inputs: Fields) -> Answer:
    """A technical account, and the premium reserve where the treaty withholds one."""
    premium = inputs.needed_money("ceded_premium", "premium")
    answer: Answer = {}
    reserve = terms.inside("premium_reserve")
    own_reserve = None
    if reserve is not None:
        own_reserve = PremiumReserve(
            reserve.whole_ratio("rate"), reserve.ratio("interest") or NOTHING
        )
        moved = premium_reserve(own_reserve, premium)
        answer |= shown_all(
            {
                "reserve_withheld": moved.withheld,
                "reserve_released": moved.released,
                "interest": moved.interest,
            }
        )
    own = AccountTerms(
        brokerage=terms.ratio("brokerage") or NOTHING,
        levies=_levies(terms),
        premium_reserve=own_reserve,
    )
    nothing = Money.zero(terms.currency)
    commission = inputs.money("commission", "ceding_commission")
    made = technical_account(
        own,
        AccountFigures(
            premium,
            _commission(terms, premium) if commission is None else commission,
            inputs.money("paid_losses", "ceded_losses", "ceded_paid_losses", "losses") or nothing,
            inputs.money(
                "losses_settled_in_cash",
                "settled_in_cash",
                "cash_losses",
                "cash_losses_settled",
                "cash_calls_settled",
                "cash_losses_already_settled",
            )
            or nothing,
            reserve_released=inputs.money("reserve_released"),
            interest=inputs.money("interest"),
            brought_forward=inputs.money("brought_forward", "balance_brought_forward"),
        ),
    )
    levies = -total((x.amount for x in made.lines if x.name.startswith("levy")), terms.currency)
    return answer | shown_all(
        {
            "commission": -made.of("commission"),
            "brokerage": -made.of("brokerage"),
            "levies": levies,
            "levy": levies,
            "balance": made.balance,
            "balance_to_reinsurer": made.balance,
            "total.balance_to_reinsurer": made.balance,
        }
    )


def _levies(terms: Fields) -> tuple[Levy, ...]:
    given = terms.first("levies", "levy", "premium_levy")
    if given is None:
        return ()
    if isinstance(given, Mapping):
        return tuple(Levy(name, ratio(x, "terms.levies")) for name, x in given.items())
    rates = given if isinstance(given, list) else [given]
    return tuple(Levy(str(at), ratio(x, "terms.levies")) for at, x in enumerate(rates, 1))


def _commission(terms: Fields, premium: Money) -> Money:
    given = terms.first("commission")
    if given is None:
        return Money.zero(terms.currency)
    rate = given.get("flat", given.get("provisional")) if isinstance(given, Mapping) else given
    return share(premium, ratio(rate, "terms.commission").exact)


def earning(terms: Fields, inputs: Fields) -> Answer:
    """Earned and unearned premium by parts of a year or by days, and the portfolios on them."""
    method = terms["method"]
    written = inputs.inside("written")
    if written is not None:
        parts = int(ratio(method, "terms.method").exact.denominator) // 2
        by_part = {_number(name): written.needed_money(name) for name in written}
        made = earned_by_parts(by_part, parts)
    else:
        premium = inputs.needed_money("gross_premium", "premium")
        cover, as_at = inputs.period("period"), inputs.day("as_at", "valuation")
        if cover is None or as_at is None:
            raise BadCase("inputs.period and inputs.as_at are needed to earn by days")
        made = earned_by_days(premium, cover, as_at)
    answer = shown_all({"earned": made.earned, "unearned": made.unearned})
    if made.earned_days is not None:
        answer["earned_days"] = shown(made.earned_days)
    answer |= _ceded_unearned(made.unearned)
    cession = terms.ratio("cession")
    if cession is not None:
        answer["ceded_unearned"] = shown(share(made.unearned, cession.exact))
    commission = terms.ratio("portfolio_commission")
    if commission is not None:
        answer["portfolio_out"] = shown(premium_portfolio(made.unearned, commission))
    return answer | portfolio_of_losses(terms, inputs)


def portfolio_of_losses(terms: Fields, inputs: Fields) -> Answer:
    """What is paid to be rid of outstanding losses."""
    part = terms.ratio("loss_portfolio", "loss_portfolio_rate", "loss_portfolio_share")
    outstanding = inputs.money("outstanding", "outstanding_losses", "ceded_outstanding")
    if part is None or outstanding is None:
        return {}
    out = shown(loss_portfolio(outstanding, part))
    return {"loss_portfolio": out, "loss_portfolio_out": out, "portfolio_out.losses": out}


def _ceded_unearned(unearned: Money) -> Answer:
    """A table of the ceded part at customary quota shares, since the case names no cession."""
    return {
        f"ceded_{percent}_unearned": shown(share(unearned, Fraction(percent, 100)))
        for percent in range(5, 101, 5)
    }


def _number(name: str) -> int:
    months = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    if name[:3].lower() in months:
        return months.index(name[:3].lower()) + 1
    found = re.search(r"(\d+)$", name)
    if not found:
        raise BadCase(f"inputs.written: {name!r} names no part of a year")
    return int(found[1])


def currency(terms: Fields, inputs: Fields) -> Answer:
    """Payments in another currency, converted by the treaty's rule before the cover reads them."""
    to = terms.first("treaty_currency", "settlement_currency", "account_currency")
    payments = inputs.rows("payments")
    if not payments:
        return _converted_account(terms, inputs, to)
    conversion = _rule(terms, to)
    unit = to.lower()
    converted = []
    for row in payments:
        original = next(key for key in row if key.startswith("paid"))
        code = original.partition("_")[2].upper() or terms.currency
        on, price = row.day("on"), row.ratio("rate")
        rates = Rates((DatedRate(on, to, code, price),) if price and on else ())
        converted.append(
            convert_by_terms(conversion, amount(row[original], code, row.where), rates, on)
        )
    cover = Cover(
        Fields(terms, to, terms.where).money("attachment"),
        Fields(terms, to, terms.where).money("limit"),
    )
    terms.first("attachment"), terms.first("limit")
    parts = increments(cover, [Fraction(paid.minor) for paid in converted])
    recovered = [Money(part.numerator, to) for part in parts]
    answer: Answer = {}
    for at, (paid, own) in enumerate(zip(converted, recovered, strict=True), 1):
        answer[f"p{at}.{unit}"] = shown(paid)
        answer[f"p{at}.recovered_{unit}"] = shown(own)
    answer[f"total.{unit}"] = shown(total(converted, to))
    return answer | {f"total.recovered_{unit}": shown(total(recovered, to))}


def _rule(terms: Fields, to: str) -> Conversion:
    rule = str(terms.first("rate_rule") or "")
    fixed = terms.ratio("fixed_rate", "rate")
    if rule.startswith("fixed") or fixed is not None:
        found = re.search(r"(\d+(\.\d+)?)\s*$", rule)
        return Conversion(to, RateRule.FIXED, fixed or (Ratio.of(found[1]) if found else None))
    return Conversion(to)


def _converted_account(terms: Fields, inputs: Fields, to: str) -> Answer:
    """An account of many lines at one rate, with the rounding line that closes it."""
    given = inputs.inside("lines", "account")
    price = inputs.ratio("rate") or terms.ratio("rate", "fixed_rate")
    if given is None or price is None:
        raise BadCase("inputs: neither payments nor lines with a rate")
    original = terms.first("original_currency", "currency") or "TZS"
    lines = {name: amount(given[name], original, given.where) for name in given}
    made = convert_account(lines, to, 1 / price.exact)
    answer = {f"{name}.{to.lower()}": shown(value) for name, value in made.lines.items()}
    answer |= {name: shown(value) for name, value in made.lines.items()}
    return answer | {
        "rounding": shown(made.rounding),
        f"rounding.{to.lower()}": shown(made.rounding),
        "rounding_line": shown(made.rounding),
        "balance": shown(made.balance),
        f"balance.{to.lower()}": shown(made.balance),
    }


def three_views(terms: Fields, inputs: Fields) -> Answer:
    """Each quarter as known at its cut-off, run again later, restated, and what the next account
    adjusts. The last question is asked on the first day of the month after the last cut-off."""
    treaty = quota_share(terms)
    delay = int(terms.first("cut_off_days_after_quarter") or 0)
    payments = [
        ClaimPayment(
            row["claim"],
            row.needed_money("paid", "amount"),
            any_day(row["effective"], "effective"),
            any_day(row["recorded"], "recorded"),
        )
        for row in inputs.rows("movements")
    ]
    given = inputs.inside("cut_offs")
    cut_offs = {name: any_day(given[name], name) for name in given} if given else {}
    answer: Answer = {}
    names = sorted(cut_offs, key=lambda name: cut_offs[name])
    later = start_of(index_of(cut_offs[names[-1]], Grain.MONTH) + 1, Grain.MONTH)
    for at, name in enumerate(names):
        cut_off = cut_offs[name]
        end = _quarter_end(cut_off - timedelta(days=delay))
        issued = _ceded_sum(treaty, as_known(payments, end, cut_off))
        answer[f"{name}.as_known_{cut_off}.ceded_loss"] = shown(issued)
        for asked in (*(cut_offs[x] for x in names[at + 1 :]), later):
            now = _ceded_sum(treaty, as_known(payments, end, asked))
            answer[f"{name}.rerun_on_{asked}.ceded_loss"] = shown(issued)
            answer[f"{name}.restated_{asked}.ceded_loss"] = shown(now)
        reported = cut_off
        for following in names[at + 1 :]:
            change = adjustment(
                payments,
                end,
                reported,
                cut_offs[following],
                lambda paid: _ceded_payment(treaty, paid),
                terms.currency,
            )
            answer[f"{following}.adjustment_for_{name}.ceded_loss"] = shown(change)
            reported = cut_offs[following]
    return answer


def _ceded_payment(treaty: Treaty, paid: ClaimPayment) -> Money:
    return share(paid.amount, treaty.sections[0].cession.exact, treaty.rounding)


def _ceded_sum(treaty: Treaty, payments: list[ClaimPayment]) -> Money:
    return total((_ceded_payment(treaty, paid) for paid in payments), treaty.currency)


def _quarter_end(day: date) -> date:
    """The last day of the quarter that is over on this day."""
    start = start_of(index_of(day + timedelta(days=1), Grain.QUARTER), Grain.QUARTER)
    return start - timedelta(days=1)
