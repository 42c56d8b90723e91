"""What an actuary reads of the ledger: triangles by any segment, exposure, experience, run-off.

All of it stands on movements (closed months and the rest of the table) and on the periods and
covers of policies; never on the log itself. Cover is read as it is known now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from adapters.postgres import Connection
from domain.actuarial.exposure import Membership
from domain.actuarial.question import Measure, Question, Side
from domain.actuarial.triangle import Triangle
from domain.money import Money
from domain.periods import Period
from projections.actuarial_request import Asked, run_id
from projections.claim_columns import claim_columns, kinds_for
from projections.movement_reading import closed_months, from_files, movements
from projections.triangles import triangles_by

_OWN = ("claim_kind", "product_id", "provider_id", "policy_id", "member_id")
_COLUMNS = ("event", "line", "kind", "effective_on", "recorded_at", "service_on", "minor",
            "claim_no", "currency")  # fmt: skip
# The name of a segment that is looked up: the column of the movement, and key and value.
_LOOKED_UP = {
    "visit_type": ("claim_no", "SELECT position, visit_type FROM claim_register"),
    "diagnosis_group": ("claim_no", "SELECT position, diagnosis_group FROM claim_register"),
    "scheme": ("product_id", "SELECT product_id::text, code FROM products"),
    "provider": ("provider_id", "SELECT provider_id::text, number FROM providers"),
    "region": ("provider_id", "SELECT provider_id::text, region FROM providers"),
    "level": ("provider_id", "SELECT provider_id::text, level FROM providers"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Triangles of one run, in the order of their segments; `known_at` is what was known."""

    triangles: tuple[Triangle, ...]
    known_at: datetime
    run_id: str


@dataclass(frozen=True, slots=True)
class Actuary:
    """Reads for one insurer. `files` are exported months to read instead of the ledger."""

    conn: Connection | None
    folder: Path
    tenant: int
    zone: ZoneInfo
    currency: str
    now: datetime
    files: tuple[Path, ...] = ()

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def triangles(self, asked: Asked) -> Answer:
        """The triangles that were asked for; raises AskedWrongly and the domain's refusals."""
        question = asked.question(self.currency, self.today, self.zone)
        measures = _read_for(question)
        frame = self.claims(asked, measures)
        made = triangles_by(
            frame, question, self.currency, asked.segments, asked.by, all_known=True
        )
        known_at = asked.known(self.zone).at or self.now
        return Answer(tuple(made), known_at, self._run_id(asked, question))

    def claims(self, asked: Asked, measures: Sequence[Measure]) -> pl.LazyFrame:
        """The claims' movements that these measures need, with the segments asked for."""
        posted = asked.share is None
        side = asked.basis if posted else Side.GROSS
        kinds = kinds_for(measures, side, posted=posted)
        own = [name for name in _OWN if name in self._columns_of(asked.segments)]
        columns = [*_COLUMNS, *own, *(["treaty_id"] if asked.treaty else [])]
        frame = self._looked_up(self._movements(columns, asked, kinds), asked.segments)
        counted = any(measure.is_count for measure in measures)
        return claim_columns(
            frame, self.zone.key, side, asked.segments, treaty=asked.treaty, counted=counted
        )

    def memberships(self) -> list[Membership]:
        """Covers as one life each, and premiums as a cover of no life, alike ones together."""
        conn = self._ledger()
        nothing = Money.zero(self.currency)
        covers = conn.execute(_COVERS, {"tenant": self.tenant}).fetchall()
        premiums = conn.execute(
            _PREMIUMS, {"tenant": self.tenant, "currency": self.currency}
        ).fetchall()
        return [
            *(
                Membership("", Period(start, until), nothing, lives)
                for start, until, lives in covers
            ),
            *(
                Membership("", Period(start, until), Money(int(minor), self.currency), 0)
                for start, until, minor in premiums
            ),
        ]

    def claim_numbers(self, claims: Sequence[int]) -> dict[int, str]:
        """The printed numbers of claims by their short ones."""
        rows = self._ledger().execute(
            "SELECT position, number FROM claim_register WHERE tenant = %s AND position = ANY (%s)",
            (self.tenant, list(claims)),
        )
        return {int(position): str(number) for position, number in rows}

    def _movements(
        self, columns: Sequence[str], asked: Asked, kinds: Sequence[str]
    ) -> pl.LazyFrame:
        known = asked.known(self.zone)
        if self.files:
            frame = from_files(self.files, columns).filter(known.filter())
            frame = frame.filter(pl.col("currency") == self.currency)
            return frame.filter(pl.col("kind").is_in(list(kinds)))
        return movements(
            self._ledger(), self.folder, self.tenant, columns, known, kinds, self.currency
        )

    def _columns_of(self, segments: Iterable[str]) -> set[str]:
        return {_LOOKED_UP[name][0] if name in _LOOKED_UP else name for name in segments}

    def _looked_up(self, frame: pl.LazyFrame, segments: Iterable[str]) -> pl.LazyFrame:
        for name in segments:
            if name in _LOOKED_UP:
                key, sql = _LOOKED_UP[name]
                rows = self._ledger().execute(f"{sql} WHERE tenant = %s", (self.tenant,)).fetchall()
                kind = pl.Int64() if key == "claim_no" else pl.String()
                table = pl.DataFrame(rows, schema={key: kind, name: pl.String()}, orient="row")
                frame = frame.join(table.lazy(), on=key, how="left")
        return frame

    def _run_id(self, asked: Asked, question: Question) -> str:
        if self.conn is None:
            return run_id(asked, question, [path.name for path in self.files], 0)
        months = closed_months(self.conn, self.tenant)
        row = self.conn.execute(
            "SELECT COALESCE(max(event), 0) FROM movements WHERE tenant = %s", (self.tenant,)
        ).fetchone()
        assert row is not None
        return run_id(asked, question, [month.file_sha256 for month in months], int(row[0]))

    def _ledger(self) -> Connection:
        if self.conn is None:
            raise LookupError("this is known to the ledger only, not to files of movements")
        return self.conn


def _read_for(question: Question) -> tuple[Measure, ...]:
    if question.measure is Measure.RESERVE and question.layered:
        return (Measure.PAID, Measure.INCURRED)
    return (question.measure,)


def at_end_of(asked: Asked, day: date) -> Asked:
    """The same question as it was known and valued at the end of a day."""
    return replace(asked, known_on=day, known_at=None, valued_on=None)


# Cover without the days of a pause, and not beyond the period that it belongs to.
_COVERS = """
WITH ends AS (
    SELECT tenant, policy_id, max(until_on) AS until_on FROM policy_periods
    WHERE tenant = %(tenant)s GROUP BY tenant, policy_id),
covered AS (
    SELECT c.policy_id, datemultirange(daterange(c.from_on, LEAST(c.until_on, e.until_on)))
           - COALESCE((SELECT range_agg(daterange(p.from_on, p.until_on)) FROM policy_pauses p
                       WHERE p.tenant = c.tenant AND p.policy_id = c.policy_id),
                      datemultirange()) AS days
    FROM policy_members c JOIN ends e USING (tenant, policy_id)
    WHERE c.from_on < LEAST(c.until_on, e.until_on))
SELECT lower(one), upper(one), count(*)::bigint FROM covered, unnest(days) AS one
WHERE upper(one) IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
"""
_PREMIUMS = """
SELECT from_on, until_on, sum(premium_minor)::bigint FROM policy_periods
WHERE tenant = %(tenant)s AND currency = %(currency)s AND until_on > from_on
GROUP BY 1, 2 ORDER BY 1, 2
"""
