"""Kinds of mistakes that were seen in reports elsewhere: how each is planted, and its check."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from domain.cession.events import CededLine
from domain.money import Money, RoundingMode, round_minor
from domain.ratio import Ratio
from projections.treaty_reports.evidence import Evidence
from tests.treaties.scene import LIMIT, PRICE, Scene


def last_limit_charged(rows: list[dict[str, Any]]) -> None:
    """The limit that nothing is left to restore is charged like the one before it."""
    free = next(
        row for row in rows if row["ceded_paid_to_date"] and not row["reinstatement_premium"]
    )
    used = Fraction(free["ceded_paid_to_date"].minor, LIMIT.minor)
    free["reinstatement_premium"] = Money(round_minor(PRICE.minor * used), "TZS")


def half_even(line: CededLine) -> CededLine:
    """One minor unit less where a half was rounded up: as if the amount had ended in a half."""
    exact = line.incurred.minor - Ratio.of("1/2").exact
    less = round_minor(exact, RoundingMode.DOWN) - line.incurred.minor
    return replace(line, incurred=Money(line.incurred.minor + less, "TZS"))


def other_order(line: CededLine) -> CededLine:
    """What a layer takes that reads the whole loss, not what the quota share has left."""
    return replace(line, incurred=Money(line.incurred.minor * 5 // 3, "TZS"))


def shuffled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return rows[::-1]


def as_float(rows: list[dict[str, Any]]) -> None:
    amount = rows[0]["ceded_incurred"]
    rows[0]["ceded_incurred"] = Money(float(amount.minor), amount.currency)  # type: ignore[arg-type]  # the defect


def cumulative(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        row["ceded_paid_this_period"] = row["ceded_paid_to_date"]


def other_premium(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        row["ceded_premium"] = Money(row["ceded_premium"].minor + 1, "TZS")


def without_a_claim(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["claim_ref"] != rows[0]["claim_ref"]]


def edited(scene: Scene) -> Evidence:
    cells = [list(row) for row in scene.built.cells]
    at = scene.built.asked.layout.columns.index("ceded_incurred")
    cells[0][at] = "1.00"
    return replace(
        scene.evidence, built=replace(scene.built, cells=tuple(tuple(row) for row in cells))
    )


def formula(scene: Scene) -> Evidence:
    cells = [list(row) for row in scene.built.cells]
    at = scene.built.asked.layout.columns.index("provider_ref")
    cells[0][at] = "=HYPERLINK(1)"
    return replace(
        scene.evidence, built=replace(scene.built, cells=tuple(tuple(row) for row in cells))
    )


def version_used(scene: Scene) -> Evidence:
    return replace(scene.evidence, issued={1: "0" * 64})


def later_terms(scene: Scene) -> Evidence:
    terms = replace(scene.built.asked.terms, rounding=RoundingMode.DOWN)
    asked = replace(scene.built.asked, terms=terms)
    return replace(scene.evidence, built=replace(scene.built, asked=asked))


def other_predecessor(scene: Scene) -> Evidence:
    before = scene.evidence.before
    assert before is not None
    told = {row["claim_ref"] for row in scene.built.rows}
    rows = [dict(row) for row in before.rows]
    for row in rows:
        if row["claim_ref"] in told:
            amount = row["ceded_paid_to_date"]
            assert isinstance(amount, Money)
            row["ceded_paid_to_date"] = Money(amount.minor + 100, amount.currency)
    return replace(scene.evidence, before=replace(before, rows=tuple(rows)))


def comes_back(scene: Scene) -> Evidence:
    before = scene.evidence.before
    assert before is not None
    first = {**before.rows[0], "claim_ref": scene.built.rows[0]["claim_ref"]}
    ended = {**first, "claim_status": "void"}
    told = replace(scene.evidence, before=replace(before, rows=(ended,)))
    return replace(told, built=scene.with_cell("claim_status", "open").built)


def premium_terms(scene: Scene) -> Evidence:
    """The ledger posted another premium than the terms say, and the report repeats it."""
    events = [
        event._replace(
            fact=replace(
                event.fact,
                lines=tuple(
                    replace(line, premium=Money(line.premium.minor - 1, "TZS"))
                    for line in event.fact.lines
                ),
            )
        )
        if event.name == "cession.premium_ceded"
        else event
        for event in scene.evidence.events
    ]
    return replace(scene.evidence, events=tuple(events))


CLAIMS, PREMIUM = "claims", "premium"

LOST = """DELETE FROM cessions WHERE event = (
    SELECT max(event) FROM cessions
    WHERE what = 'loss' AND priority = 1 AND effective_on < '2025-03-01')"""
DOUBLED = """INSERT INTO cessions
    SELECT (jsonb_populate_record(c, '{"line": 77}')).* FROM cessions c
    WHERE what = 'loss' AND priority = 1 AND line = 1"""
TOUCHED = "UPDATE cessions SET incurred_minor = incurred_minor + 1 WHERE what = 'loss'"
NOT_CEDED = """INSERT INTO movements
    SELECT (jsonb_populate_record(m, '{"line": 78, "version": 999}')).* FROM movements m
    WHERE kind = 'claim_paid' AND effective_on < '2025-03-01' LIMIT 1"""
NOWHERE = "5b0c1d52-6a0b-5f0e-9f5a-6d2a9f1c7e34:7"

# What goes wrong, in which report, how, and the check that must name it.
DEFECTS: dict[str, tuple[str, str, Callable[[Scene], Evidence], str]] = {
    "cut-off by the wrong date": (
        "QS-2025",
        CLAIMS,
        lambda s: s.by(until_on=date(2025, 2, 1)),
        "no claim is left out",
    ),
    "events after the cut-off": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_cell("source_event_ids", (s.insurer.later_event(),)),
        "source events are in the ledger",
    ),
    "an event that is not there": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_cell("source_event_ids", (NOWHERE,)),
        "source events are in the ledger",
    ),
    "half-even instead of half-up": (
        "QS-2025",
        CLAIMS,
        lambda s: s.posted(half_even),
        "the treaties take what was ceded",
    ),
    "reinstatement on the last limit": (
        "RI-2025",
        CLAIMS,
        lambda s: s.with_rows(last_limit_charged),
        "limits are restored at their price",
    ),
    "unsorted group-by": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_rows(shuffled),
        "rows stand in order",
    ),
    "float sum": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_rows(as_float),
        "control totals are exact sums",
    ),
    "recoveries in the wrong order": (
        "XL-2025",
        CLAIMS,
        lambda s: s.posted(other_order),
        "the treaties take what was ceded",
    ),
    "cumulative read as period": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_rows(cumulative),
        "ceded in the period rolls forward",
    ),
    "the last report forgotten": (
        "QS-2025",
        CLAIMS,
        lambda s: s.by(before=0),
        "ceded in the period rolls forward",
    ),
    "a lost event": (
        "QS-2025",
        CLAIMS,
        lambda s: s.after(LOST),
        "no claim is left out",
    ),
    "a doubled event": (
        "QS-2025",
        CLAIMS,
        lambda s: s.after(DOUBLED),
        "ceded to date is what the ledger says",
    ),
    "an edited row of the read model": (
        "QS-2025",
        CLAIMS,
        lambda s: s.after(TOUCHED),
        "ceded to date is what the ledger says",
    ),
    "an edited cell": ("QS-2025", CLAIMS, edited, "rows are as they were made"),
    "a re-used version": ("QS-2025", CLAIMS, version_used, "the version is new"),
    "a version left out": (
        "QS-2025",
        CLAIMS,
        lambda s: replace(
            s.evidence, built=replace(s.built, asked=replace(s.built.asked, report_version=3))
        ),
        "the version is new",
    ),
    "a claim left out": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_rows(without_a_claim),
        "no claim is left out",
    ),
    "a claim twice": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_rows(lambda rows: [rows[0], *rows]),
        "no line stands twice",
    ),
    "a share that is not the signed one": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_cell("reinsurer_share", Ratio.of("0.5")),
        "reinsurers' parts add up",
    ),
    "the odd unit dropped": (
        "QS-2025",
        CLAIMS,
        lambda s: s.plus("reinsurer_paid_this_period", -1),
        "reinsurers' parts add up",
    ),
    "incurred without the reserve": (
        "QS-2025",
        CLAIMS,
        lambda s: s.plus("reserve_indemnity", 500),
        "incurred adds up",
    ),
    "ceded reserve of the wrong sign": (
        "QS-2025",
        CLAIMS,
        lambda s: s.plus("ceded_reserve", -2),
        "ceded incurred adds up",
    ),
    "a layer forgotten in what is kept": (
        "QS-2025",
        CLAIMS,
        lambda s: s.plus("retained_incurred", 100),
        "kept and ceded are the whole",
    ),
    "payments of another claim": (
        "QS-2025",
        CLAIMS,
        lambda s: s.plus("paid_this_period_indemnity", 100),
        "gross figures are the claim's movements",
    ),
    "a payment that was not ceded yet": (
        "QS-2025",
        CLAIMS,
        lambda s: s.after(NOT_CEDED),
        "every movement was ceded",
    ),
    "another report before": (
        "QS-2025",
        CLAIMS,
        other_predecessor,
        "it goes on from the last report",
    ),
    "an ended claim that lives": ("QS-2025", CLAIMS, comes_back, "no ended claim comes back"),
    "a name instead of a pseudonym": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_cell("patient", "Asha Mollel"),
        "nobody is named",
    ),
    "a formula in a cell": ("QS-2025", CLAIMS, formula, "no cell is a formula"),
    "a mandatory cell empty": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_cell("insured_country", None),
        "mandatory columns are filled",
    ),
    "another cut-off in one row": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_cell("known_at", datetime(2025, 1, 1, tzinfo=UTC)),
        "one report, version, period and cut-off",
    ),
    "a correction of no period": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_cell("movement_kind", "correction"),
        "corrections name what they adjust",
    ),
    "advice before the loss": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_cell("date_first_advised", date(2025, 1, 1)),
        "days follow each other",
    ),
    "a missing loss date": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_cell("loss_date_from", None),
        "days follow each other",
    ),
    "closed on no day": (
        "QS-2025",
        CLAIMS,
        lambda s: s.with_rows(lambda rows: rows[0].update(claim_status="closed", date_closed=None)),
        "status agrees with its day",
    ),
    "terms that were not known": (
        "QS-2025",
        CLAIMS,
        later_terms,
        "the terms were known at the cut-off",
    ),
    "premium of another policy": (
        "QS-2025",
        PREMIUM,
        lambda s: s.with_rows(other_premium),
        "ceded premium is what the ledger says",
    ),
    "premium by other terms": ("QS-2025", PREMIUM, premium_terms, "the treaties take this premium"),
    "gross premium of another version": (
        "QS-2025",
        PREMIUM,
        lambda s: s.plus("gross_premium_this_time", 5),
        "gross premium is what was written",
    ),
    "a share of the net, not the gross": (
        "QS-2025",
        PREMIUM,
        lambda s: s.with_cell("cession_pct", Ratio.of("0.3")),
        "ceded premium is a share",
    ),
}
