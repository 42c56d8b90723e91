"""A sound report with all that it is checked against, and ways to make it an unsound one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from adapters.postgres import Connection
from api.report_desk import ReportDesk
from commands.reports import OfReport
from domain.cession.events import CededLine, LossCeded
from domain.money import Money
from domain.ratio import Ratio
from domain.reinsurance.premium_terms import ExcessPremium, Reinstatements
from domain.reinsurance.terms import Cover, Kind, RiskLevel, Section, Treaty
from projections.canonical import Row
from projections.treaty_reports.asking import Asked
from projections.treaty_reports.building import Built, build, built_of
from projections.treaty_reports.evidence import Evidence
from tests.support.sample_treaties import REINSURERS, YEAR
from tests.treaties.reinsured import Reinsured

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
