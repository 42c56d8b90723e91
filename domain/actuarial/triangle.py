"""Triangles: rows by origin, columns by lag; a zero is a figure, an absent cell is the future."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.actuarial.development import develop
from domain.actuarial.grain import Grain, index_of, label, period_of, start_of
from domain.actuarial.movement import ClaimMovement
from domain.actuarial.question import Basis, Form, Measure, Question


@dataclass(frozen=True, slots=True)
class TriangleRow:
    """One origin period and its figures at lag 0, 1, …, as far as they are known."""

    origin: int
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Triangle:
    """The answer to a question; money in minor units of `currency`, counts without one."""

    question: Question
    rows: tuple[TriangleRow, ...]
    currency: str

    def label(self, row: TriangleRow) -> str:
        return label(row.origin, self.question.origin)


@dataclass(frozen=True, slots=True)
class LongRow:
    """One cell as it is exported: a day or an amount in every column, nothing to look up."""

    segment: tuple[tuple[str, str], ...]
    origin_start: date
    origin_end: date
    eval_date: date
    dev_lag_months: int
    measure: str
    basis: str
    form: str
    value_minor: int
    currency: str
    known_on: date
    view: str


def triangle(movements: Iterable[ClaimMovement], question: Question, currency: str) -> Triangle:
    """Build one triangle from claim movements.

    Rows run from the first to the last origin of the claims known, without holes. A cell inside
    the triangle without any figure is zero; a cell of a period that starts after the valuation
    is absent. The reserve of a layer is its incurred less its paid part. Raises RuleBroken as
    `develop` does.
    """
    if question.measure is Measure.RESERVE and question.layered:
        known = list(movements)
        incurred = triangle(known, replace(question, measure=Measure.INCURRED), currency)
        paid = triangle(known, replace(question, measure=Measure.PAID), currency)
        return replace(_less(incurred, paid), question=question)
    postings, origins = develop(movements, question)
    inside = [p for p in postings if p.on <= question.valuation]
    origin_of = [index_of(day, question.origin) for day in origins]
    origin_of += [index_of(p.origin_on, question.origin) for p in inside]
    steps: dict[tuple[int, int], int] = defaultdict(int)
    for posting in inside:
        row = index_of(posting.origin_on, question.origin)
        steps[row, max(_lag(posting.on, row, question), 0)] += posting.value
    rows = _rows(question, steps, origin_of)
    return Triangle(question, tuple(rows), "" if question.measure.is_count else currency)


def calendar_totals(of: Triangle) -> dict[str, int]:
    """The diagonals of a triangle: what each calendar period of development added.

    They are the control totals to the ledger's payments of the period.
    """
    sums: dict[int, int] = defaultdict(int)
    for row in incremental(of).rows:
        first = index_of(start_of(row.origin, of.question.origin), of.question.development)
        for lag, value in enumerate(row.cells):
            sums[first + lag] += value
    return {label(at, of.question.development): sums[at] for at in sorted(sums)}


def incremental(of: Triangle) -> Triangle:
    """The same triangle with each cell less the one before it."""
    if of.question.form is Form.INCREMENTAL:
        return of
    rows = tuple(
        replace(
            row,
            cells=tuple(b - a for a, b in zip((0, *row.cells), row.cells, strict=False)),
        )
        for row in of.rows
    )
    return replace(of, rows=rows, question=replace(of.question, form=Form.INCREMENTAL))


def long_rows(of: Triangle) -> Iterator[LongRow]:
    """The triangle in dense long form, one row a cell.

    The lag is counted in months from the start of the origin to the evaluation, so that the
    first cell of a year by year triangle has lag 12, as reserving libraries expect.
    """
    question = of.question
    for row in of.rows:
        origin = period_of(row.origin, question.origin)
        first = index_of(origin.from_on, question.development)
        for lag, value in enumerate(row.cells):
            until = start_of(first + lag + 1, question.development)
            months = index_of(until, Grain.MONTH) - index_of(origin.from_on, Grain.MONTH)
            yield LongRow(
                segment=question.segment,
                origin_start=origin.from_on,
                origin_end=start_of(row.origin + 1, question.origin) - timedelta(days=1),
                eval_date=until - timedelta(days=1),
                dev_lag_months=months,
                measure=question.measure.value,
                basis=question.side.value,
                form=question.form.value,
                value_minor=value,
                currency=of.currency,
                known_on=question.known_on,
                view=_view(question),
            )


def _view(question: Question) -> str:
    if question.basis is Basis.BOOKED:
        return "booked"
    return "as_known" if question.valuation >= question.known_on else "restated"


def _lag(on: date, row: int, question: Question) -> int:
    first = index_of(start_of(row, question.origin), question.development)
    return index_of(on, question.development) - first


def _rows(
    question: Question, steps: dict[tuple[int, int], int], origins: list[int]
) -> Iterator[TriangleRow]:
    if not origins:
        return
    for row in range(min(origins), max(origins) + 1):
        cells: list[int] = []
        running = 0
        for lag in range(_lag(question.valuation, row, question) + 1):
            step = steps.get((row, lag), 0)
            running += step
            cells.append(step if question.form is Form.INCREMENTAL else running)
        if cells:
            yield TriangleRow(row, tuple(cells))


def _less(whole: Triangle, part: Triangle) -> Triangle:
    rows = tuple(
        TriangleRow(a.origin, tuple(x - y for x, y in zip(a.cells, b.cells, strict=True)))
        for a, b in zip(whole.rows, part.rows, strict=True)
    )
    return replace(whole, rows=rows)
