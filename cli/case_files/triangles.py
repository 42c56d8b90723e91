"""Triangle cases: events become claim movements, each query a question, each cell a text."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from cli.case_files.parsing import BadCase, Json, day, maybe_day, maybe_money, money
from domain.actuarial.chain_ladder import ChainLadder, chain_ladder
from domain.actuarial.exposure import Membership, exposure, periods_of
from domain.actuarial.grain import Grain, index_of
from domain.actuarial.metrics import experience_table
from domain.actuarial.movement import ClaimMovement, MovementKind
from domain.actuarial.question import Basis, Form, Measure, Question, Side
from domain.actuarial.triangle import Triangle, calendar_totals
from domain.money import Money
from domain.periods import through
from domain.ratio import Ratio, decimals
from projections.claim_columns import of_movements
from projections.triangles import triangle

_NO_CURRENCY = "XXX"


def answer(case: Json) -> dict[str, Any]:
    """The cells of every query by its name; `metrics` as well where the case gives exposure."""
    currency = case.get("currency", _NO_CURRENCY)
    movements = [_movement(event, currency) for event in case.get("events", ())]
    columns, segments = of_movements(movements)
    result: dict[str, Any] = {}
    triangles: list[Triangle] = []
    for query in case["queries"]:
        name = query["name"]
        if "memberships" in case:
            result[name] = _exposure_cells(case["memberships"], query, currency)
        elif "triangle" in case:
            result[name] = _ladder_cells(chain_ladder(_given(case["triangle"], currency), currency))
        else:
            made = triangle(columns, _question(query, currency), currency, segments)
            triangles.append(made)
            result[name] = _calendar(made) if name.startswith("calendar") else _cells(made)
    if "exposure" in case and triangles:
        result["metrics"] = _metrics(triangles[0], case["exposure"], currency)
    return result


def _movement(event: Json, currency: str) -> ClaimMovement:
    try:
        kind = MovementKind(event["kind"])
    except ValueError:
        raise BadCase(f"events.{event.get('seq')}.kind: {event['kind']!r} is unknown") from None
    segment = event.get("segment")
    return ClaimMovement(
        seq=event["seq"],
        claim=event["claim"],
        kind=kind,
        effective_on=day(event["txn"], "txn"),
        recorded_on=day(event["rec"], "rec"),
        amount=maybe_money(event.get("amount"), currency),
        service_on=maybe_day(event.get("service_date"), "service_date"),
        into=event.get("into", ""),
        segment=(("segment", segment),) if segment else (),
    )


def _question(query: Json, currency: str) -> Question:
    share = query.get("share")
    segment = query.get("seg")
    return Question(
        known_on=day(query["known"], "known"),
        valued_on=maybe_day(query.get("valuation"), "valuation"),
        basis=Basis(query.get("basis", "txn")),
        origin=Grain(query.get("og", "M")),
        development=Grain(query.get("dg", "M")),
        measure=Measure(str(query.get("measure", "paid")).removesuffix("_count")),
        form=Form(query.get("form", "cumulative")),
        attachment=maybe_money(query.get("xs"), currency, "xs"),
        limit=maybe_money(query.get("cap"), currency, "cap"),
        side=Side.CEDED if share else Side.GROSS,
        share=Ratio.of(share) if share else None,
        segment=(("segment", segment),) if segment else (),
    )


def _cells(made: Triangle) -> dict[str, dict[str, str]]:
    return {
        made.label(row): {str(lag): _figure(made, value) for lag, value in enumerate(row.cells)}
        for row in made.rows
    }


def _calendar(made: Triangle) -> dict[str, str]:
    return {period: _figure(made, value) for period, value in calendar_totals(made).items()}


def _figure(made: Triangle, value: int) -> str:
    return str(Money(value, made.currency).amount) if made.currency else str(value)


def _given(cells: Json, currency: str) -> dict[str, list[int]]:
    """A triangle that the case prints: origin → lag → cumulative amount."""
    return {
        origin: [money(row[lag], currency).minor for lag in sorted(row, key=int)]
        for origin, row in cells.items()
    }


def _ladder_cells(ladder: ChainLadder) -> dict[str, Any]:
    return {
        "link_ratios": _ratios(ladder.link_ratios),
        "completion_factors": _ratios(ladder.completion),
        "ultimate": {one.origin: str(one.ultimate.amount) for one in ladder.origins},
        "ibnr": {one.origin: str(one.ibnr.amount) for one in ladder.origins},
        "ibnr_total": str(ladder.total_ibnr.amount),
        "total_ibnr": str(ladder.total_ibnr.amount),
    }


def _metrics(made: Triangle, given: Json, currency: str) -> dict[str, Any]:
    rows = {made.label(row): row.cells for row in made.rows}
    ladder = chain_ladder(rows, currency)
    premium = {at: money(x, currency) for at, x in given.get("earned_premium", {}).items()}
    months = {at: Ratio.of(str(x)).exact for at, x in given.get("member_months", {}).items()}
    table = experience_table(ladder, premium, months)
    return _ladder_cells(ladder) | {
        "loss_ratio": {
            one.origin: str(decimals(one.loss_ratio, 4))
            for one in table
            if one.loss_ratio is not None
        },
        "pmpm_paid": _known({one.origin: one.pmpm_paid for one in table}),
        "pmpm_completed": _known({one.origin: one.pmpm_completed for one in table}),
    }


def _known(amounts: Mapping[str, Money | None]) -> dict[str, str]:
    return {at: str(amount.amount) for at, amount in amounts.items() if amount is not None}


def _ratios(exact: Sequence[Fraction]) -> list[str]:
    return [str(decimals(one, 6)) for one in exact]


def _exposure_cells(memberships: Sequence[Json], query: Json, currency: str) -> dict[str, Any]:
    covers = [
        Membership(
            one["member"],
            through(day(one["start"], "start"), day(one["end"], "end")),
            money(one["premium"], currency),
        )
        for one in memberships
    ]
    grain = Grain(query.get("og", "M"))
    return {
        one.period: {
            "earned_premium": str(one.earned_premium.amount),
            "member_days": one.member_days,
            "member_months_daily": str(decimals(one.member_months_daily, 4)),
            "member_months_15th": one.member_months_15th,
        }
        for one in exposure(covers, _periods(covers, query, grain), currency, grain)
    }


def _periods(covers: Sequence[Membership], query: Json, grain: Grain) -> range:
    """The periods that the query names, else all from the first day of cover to the last."""
    every = periods_of(covers, grain)
    first, last = maybe_day(query.get("from"), "from"), None
    for name in ("until", "to", "valuation", "known"):
        last = last or maybe_day(query.get(name), name)
    return range(
        index_of(first, grain) if first else every.start,
        index_of(last, grain) + 1 if last else every.stop,
    )


ROWS = {"triangle": answer}
