"""Triangles: rows by origin, columns by lag; a zero is a figure, an absent cell is the future."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import accumulate

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


@dataclass(slots=True)
class Steps:
    """Sums by origin period and development period, and which origins there are.

    Steps of different claims can be put together: that is how closed months that were summed at
    once and claims that need a second look become one triangle.
    """

    sums: dict[int, dict[int, int]] = field(default_factory=dict)
    first: int | None = None
    last: int | None = None

    def note(self, origin: int) -> None:
        """There is a claim of this origin, whether or not anything moves."""
        self.first = origin if self.first is None else min(self.first, origin)
        self.last = origin if self.last is None else max(self.last, origin)

    def add(self, origin: int, column: int, value: int) -> None:
        row = self.sums.setdefault(origin, {})
        row[column] = row.get(column, 0) + value

    def joined(self, other: "Steps", sign: int = 1) -> "Steps":
        """Both together, for all origins of both."""
        sums = Steps({origin: dict(row) for origin, row in self.sums.items()})
        for bound in (self.first, self.last, other.first, other.last):
            if bound is not None:
                sums.note(bound)
        for origin, row in other.sums.items():
            for column, value in row.items():
                sums.add(origin, column, sign * value)
        return sums

    def without(self, part: "Steps") -> "Steps":
        """These steps less others, for all origins of both."""
        return self.joined(part, -1)

    def of(self, origin: int) -> Mapping[int, int]:
        return self.sums.get(origin, {})

    @property
    def origins(self) -> range:
        """All origins from the first to the last, without holes."""
        if self.first is None or self.last is None:
            return range(0)
        return range(self.first, self.last + 1)


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
    is absent. Raises RuleBroken as `develop` does.
    """
    return arranged(stepped(movements, question), question, currency)


def stepped(movements: Iterable[ClaimMovement], question: Question) -> Steps:
    """What each row moves in each column, before any column is known to be the last.

    The reserve of a layer is its incurred less its paid part.
    """
    if question.measure is Measure.RESERVE and question.layered:
        known = list(movements)
        incurred = stepped(known, replace(question, measure=Measure.INCURRED))
        return incurred.without(stepped(known, replace(question, measure=Measure.PAID)))
    postings, origins = develop(movements, question)
    inside = [p for p in postings if p.on <= question.valuation]
    steps = Steps()
    for day in origins:
        steps.note(index_of(day, question.origin))
    for posting in inside:
        row = index_of(posting.origin_on, question.origin)
        steps.note(row)
        steps.add(row, index_of(posting.on, question.development), posting.value)
    return steps


def arranged(steps: Steps, question: Question, currency: str) -> Triangle:
    """The triangle of these steps: rows without holes, columns up to the valuation."""
    rows = tuple(_rows(question, steps))
    return Triangle(question, rows, "" if question.measure.is_count else currency)


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


def _column(row: int, question: Question) -> int:
    """The development period in which an origin period begins: its column 0."""
    return index_of(start_of(row, question.origin), question.development)


def _rows(question: Question, steps: Steps) -> Iterator[TriangleRow]:
    last = index_of(question.valuation, question.development)
    for row in steps.origins:
        first = _column(row, question)
        if last < first:
            continue
        values = [0] * (last - first + 1)
        for column, value in steps.of(row).items():
            values[max(column - first, 0)] += value  # paid before the service: at lag 0
        if question.form is not Form.INCREMENTAL:
            values = list(accumulate(values))
        yield TriangleRow(row, tuple(values))
