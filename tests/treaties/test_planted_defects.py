"""Kinds of mistakes that were seen in reports elsewhere, each planted and found by its check.

The report of February on a book with two treaties is made with exactly one mistake; the check that
is named must report it. Without a mistake no check reports anything.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from adapters.event_store import open_store
from adapters.postgres import Connection
from adapters.settings import Settings
from api.report_desk import ReportDesk
from commands import reports
from commands.cessions import YearStrike, strike_years
from commands.reports import OfReport
from commands.restriking import lives_ceded
from domain.cession.events import CededLine, LossCeded
from domain.claim.desk_events import ClaimRecovered
from domain.events import CATALOGUE
from domain.money import Money, RoundingMode, round_minor
from domain.ratio import Ratio
from domain.reinsurance.premium_terms import ExcessPremium, Reinstatements
from domain.reinsurance.terms import Cover, Kind, RiskLevel, Section, Treaty
from projections.canonical import Row
from projections.treaty_reports.asking import Asked, Wanted
from projections.treaty_reports.building import Built, build, built_of
from projections.treaty_reports.checks import CHECKS, findings
from projections.treaty_reports.evidence import Evidence
from projections.treaty_reports.manifest import CSV
from tests.projections.book import Book
from tests.support.sample_treaties import REINSURERS, YEAR
from tests.support.servers import DatabaseMaker
from tests.treaties.reinsured import Reinsured, reinsure

LIMIT, PRICE = Money.of("4000.00", "TZS"), Money.of("1000.00", "TZS")
RESTORED = Treaty(
    "RI-2025", "TZS",
    (
        Section(
            "R1", Kind.PER_RISK_EXCESS, risk_level=RiskLevel.CLAIM,
            risk=Cover(Money.of("3000.00", "TZS"), LIMIT),
            premium=ExcessPremium(fixed=PRICE, reinstatements=Reinstatements((Ratio(1),))),
        ),
    ),
    priority=3, period=YEAR, participants=REINSURERS,
)  # fmt: skip
"""What is left of a claim above 3,000, twice 4,000 in the year; once more costs the premium."""


@dataclass
class Scene:
    """A sound report, and everything it is checked against."""

    insurer: Reinsured
    desk: ReportDesk
    of: OfReport
    evidence: Evidence

    @property
    def built(self) -> Built:
        return self.evidence.built

    def with_rows(self, change: Callable[[list[dict[str, Any]]], Any]) -> Evidence:
        """The report with other rows, each with a hash of its own: as if made so."""
        rows: list[dict[str, Any]] = [dict(row) for row in self.built.rows]
        changed = change(rows)
        made: Sequence[Row] = rows if changed is None else changed
        return replace(self.evidence, built=built_of(self.built.asked, made))

    def with_cell(self, column: str, value: object, where: int = 0) -> Evidence:
        return self.with_rows(lambda rows: rows[where].__setitem__(column, value))

    def plus(self, column: str, minor: int = 1) -> Evidence:
        """An amount of the first row that is other than it should be."""
        amount = self.built.rows[0][column]
        assert isinstance(amount, Money)
        return self.with_cell(column, Money(amount.minor + minor, amount.currency))

    def by(self, **parameters: object) -> Evidence:
        """The report made by a statement with other parameters."""
        asked = self.built.asked
        right = asked.parameters
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Asked, "parameters", property(lambda _: {**right, **parameters}))
            made = build_in(self.evidence.conn, asked)
        return replace(self.evidence, built=made)

    def after(self, sql: str) -> Evidence:
        """The report made of read models that somebody has touched."""
        self.evidence.conn.execute(sql)
        return replace(self.evidence, built=build_in(self.evidence.conn, self.built.asked))

    def posted(self, change: Callable[[CededLine], CededLine]) -> Evidence:
        """The ledger itself has posted other amounts, and the report says the same."""
        which = self.built.asked.treaty_id
        moved: dict[UUID, tuple[int, int]] = {}
        events = []
        for event in self.evidence.events:
            if isinstance(event.fact, LossCeded):
                lines = tuple(
                    change(line) if line.treaty_id == which else line for line in event.fact.lines
                )
                for old, new in zip(event.fact.lines, lines, strict=True):
                    paid, incurred = moved.get(old.claim_id, (0, 0))
                    moved[old.claim_id] = (
                        paid + new.paid.minor - old.paid.minor,
                        incurred + new.incurred.minor - old.incurred.minor,
                    )
                event = event._replace(fact=replace(event.fact, lines=lines))  # noqa: PLW2901
            events.append(event)
        numbers = {claim.number: claim.claim_id for claim in self.evidence.struck.values()}

        def told(rows: list[dict[str, Any]]) -> None:
            for row in rows:
                paid, incurred = moved.get(numbers[row["claim_ref"]], (0, 0))
                for column, more in (
                    ("ceded_paid_to_date", paid),
                    ("ceded_incurred", incurred),
                    ("ceded_reserve", incurred - paid),
                ):
                    row[column] = Money(row[column].minor + more, row[column].currency)

        return replace(self.with_rows(told), events=tuple(events))


def build_in(conn: Connection, asked: Asked) -> Built:
    """As `build`, inside the transaction of the test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(conn), "execute", quiet(type(conn).execute))
        return build(conn, asked)


def quiet(execute: Callable[..., Any]) -> Callable[..., Any]:
    def run(self: Connection, statement: Any, *rest: Any, **more: Any) -> Any:
        if str(statement).startswith("SET TRANSACTION"):
            return None
        return execute(self, statement, *rest, **more)

    return run


@pytest.fixture(scope="module")
def insurer(
    new_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Reinsured, ReportDesk]]:
    """January is issued for both treaties and kinds; February is to be reported."""
    url = new_database()
    home = tmp_path_factory.mktemp("reinsured")
    with open_store(url, CATALOGUE) as store:
        book = Book(store, random.Random(7))
        book.open()
        made = reinsure(book, url)
        made.place(RESTORED)
        settings = Settings.model_validate(
            {"DATABASE_URL": url, "REDIS_URL": "", "BIMA_HOME": home}
        )
        desk = ReportDesk(made.desk, settings, patience=0.0)
        made.month(1, 40)
        strike_year(made, date(2025, 1, 31))
        book.now = datetime(2025, 2, 10, 8, 0, tzinfo=UTC)
        for treaty in ("QS-2025", "XL-2025"):
            for kind in ("claims", "premium"):
                issue(made, desk, OfReport(treaty, kind, "2025-01"), home)
        issue(made, desk, OfReport("RI-2025", "claims", "2025-01"), home)
        made.month(2, 40)
        comes_in(book)
        book.open(6)
        book.flush()
        made.cede()
        strike_year(made, date(2025, 2, 28))
        book.now = datetime(2025, 3, 10, 8, 0, tzinfo=UTC)
        made.known()
        yield made, desk


def strike_year(insurer: Reinsured, on: date) -> None:
    """What `bima treaty strike --year` does at the end of a month."""
    strike = YearStrike(on, lives_ceded(insurer.desk))
    strike_years(insurer.desk, insurer.by("zawadi", reason="end of the month"), strike)


def comes_in(book: Book) -> None:
    """What was paid too much in January comes back in February, in part."""
    with book.store.pool.connection() as conn:
        rows = conn.execute("SELECT claim_id FROM claims WHERE paid_minor > 100000 LIMIT 5")
        paid = [claim for (claim,) in rows.fetchall()]
    for at, claim in enumerate(paid):
        day = date(2025, 2, 12)
        book.tell((claim, [ClaimRecovered(Money(10_000, "TZS"), f"BACK-{at}", day)]), on=day)
    book.flush()


def issue(insurer: Reinsured, desk: ReportDesk, of: OfReport, home: Any) -> None:
    insurer.known()
    desk.draft(insurer.by("zawadi"), Wanted(of.treaty, of.kind, of.period))
    insurer.known()
    desk.check(insurer.by("zawadi"), of)
    insurer.known()
    reports.approve_report(desk.desk, insurer.by("rehema"), of)
    insurer.known()
    desk.issue(insurer.by("zawadi"), of, home / f"{of.treaty}-{of.kind}")
    insurer.known()


@pytest.fixture
def scene_of(insurer: tuple[Reinsured, ReportDesk]) -> Iterator[Callable[[str, str], Scene]]:
    """Makes scenes; whatever is done to the read models is undone afterwards."""
    made, desk = insurer
    with made.connection() as conn:
        conn.autocommit = False

        def scene(treaty: str, kind: str) -> Scene:
            made.known()
            wanted = Wanted(treaty, kind, "2025-02")
            before = desk.made(Wanted(treaty, kind, "2025-01", version=1))
            built = desk.made(wanted)
            from projections.treaty_reports.evidence import gathered

            evidence = gathered(desk.store, conn, built, before)
            return Scene(made, desk, OfReport(treaty, kind, "2025-02"), evidence)

        yield scene
        conn.rollback()


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


def test_there_are_enough_kinds_of_defects_and_every_check_has_one() -> None:
    assert len(DEFECTS) >= 25
    assert {check for _, _, _, check in DEFECTS.values()} == {check.name for check in CHECKS}


@pytest.mark.parametrize(
    ("treaty", "kind"),
    [("QS-2025", CLAIMS), ("XL-2025", CLAIMS), ("RI-2025", CLAIMS), ("QS-2025", PREMIUM)],
)
def test_a_sound_report_passes_every_check(
    scene_of: Callable[[str, str], Scene], treaty: str, kind: str
) -> None:
    scene = scene_of(treaty, kind)
    assert findings(scene.evidence) == []
    assert len(scene.built.rows) >= 4
    assert scene.built.csv.startswith(b"report_id,")
    assert CSV == "report.csv"


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_named_by_its_check(
    scene_of: Callable[[str, str], Scene], defect: str
) -> None:
    treaty, kind, plant, check = DEFECTS[defect]
    found = findings(plant(scene_of(treaty, kind)))
    assert check in {one.check for one in found}, [str(one) for one in found][:5]
