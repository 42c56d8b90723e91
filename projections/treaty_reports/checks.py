"""CHECKS: everything that must hold before a report may be issued, by name.

A report that fails one of them does not leave the house; its findings name the rows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from projections.treaty_reports import ledger_checks as ledger
from projections.treaty_reports import row_checks as alone
from projections.treaty_reports.building import Built
from projections.treaty_reports.evidence import Evidence

BOTH = ("claims", "premium")
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Check:
    """`kinds` are the reports that it is for."""

    name: str
    run: Callable[[Evidence], Iterator[str]]
    kinds: tuple[str, ...] = BOTH


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    detail: str

    def __str__(self) -> str:
        return f"{self.check}: {self.detail}"


def _rows(run: Callable[[Built], Iterator[str]]) -> Callable[[Evidence], Iterator[str]]:
    return lambda evidence: run(evidence.built)


_CLAIMS, _PREMIUM = ("claims",), ("premium",)

CHECKS: tuple[Check, ...] = (
    Check("mandatory columns are filled", _rows(alone.mandatory)),
    Check("no line stands twice", _rows(alone.unique_lines)),
    Check("rows are as they were made", _rows(alone.row_hashes)),
    Check("rows stand in order", _rows(alone.total_order)),
    Check("one report, version, period and cut-off", _rows(alone.cut_off)),
    Check("corrections name what they adjust", _rows(alone.corrections)),
    Check("nobody is named", _rows(alone.privacy)),
    Check("no cell is a formula", _rows(alone.formulas)),
    Check("control totals are exact sums", _rows(alone.totals)),
    Check("reinsurers' parts add up", _rows(alone.reinsurers_parts)),
    Check("incurred adds up", _rows(alone.incurred_adds_up), _CLAIMS),
    Check("ceded incurred adds up", _rows(alone.ceded_adds_up), _CLAIMS),
    Check("days follow each other", _rows(alone.dates), _CLAIMS),
    Check("status agrees with its day", _rows(alone.statuses), _CLAIMS),
    Check("ceded premium is a share", _rows(alone.premium_arithmetic), _PREMIUM),
    Check("source events are in the ledger", ledger.source_events),
    Check("the version is new", ledger.version_is_new),
    Check("the terms were known at the cut-off", ledger.terms_are_known),
    Check("ceded to date is what the ledger says", ledger.ceded_is_logged, _CLAIMS),
    Check("ceded in the period rolls forward", ledger.ceded_this_period, _CLAIMS),
    Check("no claim is left out", ledger.nothing_is_left_out, _CLAIMS),
    Check("the treaties take what was ceded", ledger.treaties_take_this, _CLAIMS),
    Check("limits are restored at their price", ledger.limits_are_restored, _CLAIMS),
    Check("kept and ceded are the whole", ledger.retained_adds_up, _CLAIMS),
    Check("gross figures are the claim's movements", ledger.gross_is_moved, _CLAIMS),
    Check("every movement was ceded", ledger.struck_to_the_last_movement, _CLAIMS),
    Check("it goes on from the last report", ledger.goes_on_from_the_last, _CLAIMS),
    Check("no ended claim comes back", ledger.status_moves_on, _CLAIMS),
    Check("ceded premium is what the ledger says", ledger.premium_is_logged, _PREMIUM),
    Check("the treaties take this premium", ledger.premium_treaties_take_this, _PREMIUM),
    Check("gross premium is what was written", ledger.gross_premium_is_written, _PREMIUM),
)


def names(kind: str) -> tuple[str, ...]:
    """The checks that a kind of report has to pass."""
    return tuple(check.name for check in CHECKS if kind in check.kinds)


def findings(evidence: Evidence) -> list[Finding]:
    """Everything that is wrong with a report; empty where it may be issued."""
    found: list[Finding] = []
    for check in CHECKS:
        if evidence.built.asked.kind not in check.kinds:
            continue
        details = list(check.run(evidence))
        found += [Finding(check.name, detail) for detail in details[:MOST_NAMED]]
        if len(details) > MOST_NAMED:
            found.append(Finding(check.name, f"and {len(details) - MOST_NAMED} more"))
    return found
