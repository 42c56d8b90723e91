"""Cases about the account: sliding and profit commission, cash calls, reserves, earning,
currency, and the three views of a period."""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from cli.case_files.parsing import BadCase
from cli.case_files.treaty_proportional import quota_share
from cli.case_files.treaty_reading import (
    Answer,
    Fields,
    ratio,
    shown,
    shown_all,
)
from domain.money import Money, share, total
from domain.ratio import NOTHING
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
)
from domain.reinsurance.portfolio import (
    earned_by_days,
    earned_by_parts,
    loss_portfolio,
    premium_portfolio,
)


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
            inputs.money(*(key for key in inputs if "cash" in key)) or nothing,
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
