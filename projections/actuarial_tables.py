"""The tables that stand beside triangles: exposure, experience, completion, large claims, run-off.

Each is a list of columns and rows for `actuarial_export.table`. Months of an origin without
premium or members say nothing rather than zero where there is nothing to divide by.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import polars as pl

from domain.actuarial.chain_ladder import ChainLadder, chain_ladder
from domain.actuarial.exposure import Exposure, exposure, periods_of
from domain.actuarial.grain import index_of, label
from domain.actuarial.metrics import experience_table, run_off
from domain.actuarial.movement import MovementKind
from domain.actuarial.question import Form, Measure
from domain.actuarial.triangle import Triangle
from domain.money import Money
from projections.actuarial_export import table
from projections.actuarial_request import Asked, AskedWrongly
from projections.actuary import Actuary
from projections.claim_columns import WORDS


def exposure_table(actuary: Actuary, asked: Asked) -> pl.DataFrame:
    """Earned premium, member days and member months of each period, to the period of today."""
    rows = [
        (one.period, one.earned_premium, one.member_days, one.member_months_daily,
         one.member_months_15th, actuary.currency)
        for one in exposures(actuary, asked).values()
    ]  # fmt: skip
    columns = {
        "period": str, "earned_premium_minor": Money, "member_days": int,
        "member_months": Fraction, "member_months_15th": int, "currency": str,
    }  # fmt: skip
    return table(columns, rows)


def exposures(actuary: Actuary, asked: Asked) -> dict[str, Exposure]:
    """Exposure by period, up to the period in which the valuation lies."""
    covers = actuary.memberships()
    grain = asked.origin
    last = index_of(asked.valued_on or asked.known_on or actuary.today, grain)
    every = periods_of(covers, grain)
    wanted = range(every.start, min(every.stop, last + 1))
    return {one.period: one for one in exposure(covers, wanted, actuary.currency, grain)}


def one_triangle(actuary: Actuary, asked: Asked) -> Triangle:
    """The cumulative triangle of the question, for tables that need exactly one."""
    if asked.by:
        raise AskedWrongly("by", "makes many triangles: say `where` for one of them")
    found = actuary.triangles(replace(asked, form=Form.CUMULATIVE)).triangles
    if not found or not found[0].rows:
        raise AskedWrongly("where", "finds no claims")
    return found[0]


def ladder_of(made: Triangle, currency: str) -> ChainLadder:
    """Factors and forecasts of a triangle of money or counts."""
    rows = {made.label(row): row.cells for row in made.rows}
    return chain_ladder(rows, made.currency or currency)


def completion_table(actuary: Actuary, asked: Asked) -> pl.DataFrame:
    """By lag: how the figure grows to the next lag, what share of the ultimate is there, and what
    share comes at this lag."""
    made = one_triangle(actuary, asked)
    ladder = ladder_of(made, actuary.currency)
    rows, before = [], Fraction(0)
    for lag, completion in enumerate(ladder.completion):
        factor = ladder.link_ratios[lag] if lag < len(ladder.link_ratios) else None
        rows.append((lag * asked.development.months, factor, completion, completion - before))
        before = completion
    columns = {
        "lag_months": int, "link_ratio": Fraction, "completion": Fraction, "share": Fraction
    }  # fmt: skip
    return table(columns, rows)


def experience(actuary: Actuary, asked: Asked) -> pl.DataFrame:
    """Each origin: premium, member months, what is there, what it will come to, what that costs
    of the premium and per member and month. Origin and development have one grain."""
    made = one_triangle(actuary, replace(asked, development=asked.origin))
    ladder = ladder_of(made, actuary.currency)
    known = exposures(actuary, asked)
    premium = {at: one.earned_premium for at, one in known.items() if one.earned_premium}
    months = {at: one.member_months_daily for at, one in known.items()}
    rows = [
        (one.origin, one.earned_premium, one.member_months, one.paid, one.ultimate, one.ibnr,
         one.loss_ratio, one.pmpm_paid, one.pmpm_completed, actuary.currency)
        for one in experience_table(ladder, premium, months)
    ]  # fmt: skip
    columns: dict[str, type] = {
        "origin": str, "earned_premium_minor": Money, "member_months": Fraction,
        "latest_minor": Money, "ultimate_minor": Money, "ibnr_minor": Money,
        "loss_ratio": Fraction, "pmpm_minor": Money, "pmpm_completed_minor": Money,
        "currency": str,
    }  # fmt: skip
    return table(columns, rows)


def large_claims(actuary: Actuary, asked: Asked, threshold: Money) -> pl.DataFrame:
    """Claims whose incurred amount reaches the threshold, the largest first."""
    measures = (Measure.PAID, Measure.INCURRED)
    question = asked.question(actuary.currency, actuary.today, actuary.zone)
    frame = actuary.claims(asked, measures).filter(pl.col("recorded_on") <= question.known_on)
    for name, value in asked.where:
        frame = frame.filter(pl.col(name) == value)
    money = [WORDS[MovementKind.PAID], WORDS[MovementKind.RESERVE]]
    paid = pl.col("minor").filter(pl.col("kind") == money[0]).sum()
    incurred = pl.col("minor").filter(pl.col("kind").is_in(money)).sum()
    found = (
        frame.filter(pl.col("effective_on") <= question.valuation)
        .group_by("claim")
        .agg(
            pl.col("service_on").sort_by("seq").last(),
            paid.alias("paid"),
            incurred.alias("incurred"),
        )
        .filter(pl.col("incurred") >= threshold.minor)
        .sort("incurred", "claim", descending=[True, False])
        .collect()
    )
    numbers = actuary.claim_numbers(found["claim"].to_list()) if actuary.conn else {}
    rows = [
        (numbers.get(claim, str(claim)), service_on, Money(paid_, actuary.currency),
         Money(incurred_, actuary.currency), actuary.currency)
        for claim, service_on, paid_, incurred_ in found.iter_rows()
    ]  # fmt: skip
    columns = {
        "claim": str, "service_on": date, "paid_minor": Money, "incurred_minor": Money,
        "currency": str,
    }  # fmt: skip
    return table(columns, rows)


@dataclass(frozen=True, slots=True)
class Held:
    """Paid so far and still reserved, by origin."""

    paid: Mapping[int, int]
    reserved: Mapping[int, int]


def run_off_table(actuary: Actuary, asked: Asked, opened_on: date) -> pl.DataFrame:
    """For each origin up to `opened_on`: the reserve of that day as it was known then, what was
    paid since, and what is reserved now; the rest is the result."""
    then = _held(actuary, replace(asked, known_on=opened_on, known_at=None, valued_on=None))
    now = _held(actuary, asked)
    last = index_of(opened_on, asked.origin)
    rows = []
    for origin in sorted({*then.reserved, *now.reserved, *now.paid}):
        if origin > last:
            continue
        money = [
            Money(amount, actuary.currency)
            for amount in (
                then.reserved.get(origin, 0),
                now.paid.get(origin, 0) - then.paid.get(origin, 0),
                now.reserved.get(origin, 0),
            )
        ]
        result = run_off(*money)
        rows.append((label(origin, asked.origin), opened_on, result.opening, result.paid,
                     result.closing, result.result, actuary.currency))  # fmt: skip
    columns: dict[str, type] = {
        "origin": str, "opened_on": date, "opening_minor": Money, "paid_minor": Money,
        "closing_minor": Money, "result_minor": Money, "currency": str,
    }  # fmt: skip
    return table(columns, rows)


def _held(actuary: Actuary, asked: Asked) -> Held:
    by_measure: dict[Measure, dict[int, int]] = {}
    for measure in (Measure.PAID, Measure.RESERVE):
        cells: dict[int, int] = {}
        for made in actuary.triangles(replace(asked, measure=measure, by=())).triangles:
            cells |= {row.origin: row.cells[-1] for row in made.rows}
        by_measure[measure] = cells
    return Held(by_measure[Measure.PAID], by_measure[Measure.RESERVE])
