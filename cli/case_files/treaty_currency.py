"""Cases of a treaty in another currency than its losses."""

import re

from cli.case_files.parsing import BadCase
from cli.case_files.treaty_reading import Answer, Fields, amount, shown
from domain.money import Money, total
from domain.ratio import Ratio
from domain.reinsurance.cede import cede
from domain.reinsurance.currency import (
    Conversion,
    DatedRate,
    RateRule,
    Rates,
    convert_account,
    convert_by_terms,
)
from domain.reinsurance.loss import Loss
from domain.reinsurance.terms import Attribution, Cover, Kind, RiskLevel, Section, Treaty


def currency(terms: Fields, inputs: Fields) -> Answer:
    """Payments in another currency, converted by the treaty's rule before the cover reads them."""
    to = terms.first("treaty_currency", "settlement_currency", "account_currency")
    payments = inputs.rows("payments")
    if not payments:
        return _converted_account(terms, inputs, to)
    conversion = _rule(terms, to)
    own_terms = terms.in_currency(to)
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
    section = Section(
        "XL",
        Kind.PER_RISK_EXCESS,
        cession=terms.whole_ratio("cession"),
        risk_level=RiskLevel.WHOLE_SCOPE,
        risk=Cover(own_terms.money("attachment"), own_terms.money("limit")),
        attribution=Attribution.IN_ORDER,
    )
    losses = [Loss(str(at), paid) for at, paid in enumerate(converted, 1)]
    cession = cede(Treaty("XL", to, (section,)), section, losses)
    recovered = [line.recovered for line in cession.losses]
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
    price = inputs.ratio("rate") or terms.ratio("rate", "fixed_rate")
    original = terms.first("original_currency", "currency") or "TZS"
    lines = _lines(inputs, original)
    if not lines or price is None:
        raise BadCase("inputs: neither payments nor lines with a rate")
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


def _lines(inputs: Fields, original: str) -> dict[str, Money]:
    """The lines of an account: by name, or as rows of a name and an amount."""
    given = inputs.inside("lines", "account") if not inputs.rows("lines", "account") else None
    if given is not None:
        return {name: amount(given[name], original, given.where) for name in given}
    lines = {}
    for at, row in enumerate(inputs.rows("lines", "account"), 1):
        name = str(row.first("line", "name", "id", "kind") or at)
        figure = next((key for key in row if row[key] != name), "amount")
        lines[name] = amount(row[figure], original, row.where)
    return lines
