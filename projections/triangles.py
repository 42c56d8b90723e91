"""Triangles of many claims at once: whole columns where claims are plain, claim by claim where not.

A claim is plain while its day of service stands and it is neither void nor merged: then its
movements are sums by origin and development. All others go through `domain.actuarial.development`,
movement by movement. Both give `Steps`, and one function of the domain makes the triangle of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import polars as pl

from domain.actuarial.grain import Grain
from domain.actuarial.movement import ClaimMovement, MovementKind, Segment
from domain.actuarial.question import Basis, Measure, Question, Side
from domain.actuarial.triangle import Steps, Triangle, arranged, stepped
from projections.claim_columns import to_movements

_REDATED = MovementKind.SERVICE_DATE.value
_SPECIAL = [_REDATED, MovementKind.VOID.value, MovementKind.MERGED.value]
_OPENS = [MovementKind.OPENED.value, MovementKind.REOPENED.value]
_STATUS = [*_OPENS, MovementKind.CLOSED.value]
_COUNTED: Mapping[Measure, list[str]] = {
    Measure.PAID: [MovementKind.PAID.value],
    Measure.RESERVE: [MovementKind.RESERVE.value],
    Measure.INCURRED: [MovementKind.PAID.value, MovementKind.RESERVE.value],
    Measure.REPORTED: [MovementKind.OPENED.value],
    Measure.OPEN: _STATUS,
    Measure.CLOSED: _STATUS,
}
Key = tuple[str | None, ...]


def triangle(
    frame: pl.DataFrame | pl.LazyFrame,
    question: Question,
    currency: str,
    segments: Sequence[str] = (),
) -> Triangle:
    """The triangle of the claims in the question's segment; raises RuleBroken as the domain does.

    `frame` has the form of `claim_columns`, `segments` names its columns that are segments.
    """
    found = all_steps(frame, question, currency, segments, ())
    return arranged(found.get((), Steps()), question, currency)


def triangles_by(
    frame: pl.DataFrame | pl.LazyFrame,
    question: Question,
    currency: str,
    segments: Sequence[str],
    by: Sequence[str],
) -> list[Triangle]:
    """A triangle for every combination of values of some segments, in the order of the values.

    Each says in its question for which segment it stands. Rows run from the first to the last
    origin of the segment's own claims.
    """
    found = all_steps(frame, question, currency, segments, by)
    made = []
    for key in sorted(found, key=lambda key: tuple(value or "" for value in key)):
        segment = (*question.segment, *_pairs(by, key))
        made.append(arranged(found[key], replace(question, segment=segment), currency))
    return made


def all_steps(
    frame: pl.DataFrame | pl.LazyFrame,
    question: Question,
    currency: str,
    segments: Sequence[str],
    by: Sequence[str],
) -> dict[Key, Steps]:
    """What moves in each row and column, by the values of the columns `by`."""
    if {name for name, _ in question.segment} - set(segments):
        return {}  # no claim has such a segment
    if question.measure is Measure.RESERVE and question.layered:
        incurred, paid = (
            all_steps(frame, replace(question, measure=measure), currency, segments, by)
            for measure in (Measure.INCURRED, Measure.PAID)
        )
        return {key: of.without(paid.get(key, Steps())) for key, of in incurred.items()}
    known = frame.lazy().filter(pl.col("recorded_on") <= question.known_on)
    special = _special(known)
    plain = known
    if special.height:
        plain = known.join(special.lazy(), on="claim", how="anti")
    found = _plain_steps(plain, question, by)
    if special.height:
        again = known.join(special.lazy(), on="claim", how="semi").sort("seq").collect()
        _add_special(found, to_movements(again, segments, currency), question, by)
    return found


def _special(known: pl.LazyFrame) -> pl.DataFrame:
    """The claims that need a second look, and those into which they were merged."""
    strange = pl.col("kind").is_in(_SPECIAL) | pl.col("service_on").is_null()
    found = known.filter(strange).select("claim", "into").collect()
    claims = pl.concat([found["claim"], found["into"].drop_nulls()])
    return claims.unique().alias("claim").to_frame()


def _plain_steps(plain: pl.LazyFrame, question: Question, by: Sequence[str]) -> dict[Key, Steps]:
    inside = plain
    for name, value in question.segment:
        inside = inside.filter(pl.col(name) == value)
    day = pl.col("recorded_on" if question.basis is Basis.BOOKED else "effective_on")
    counted = inside.filter(pl.col("kind").is_in(_COUNTED[question.measure]))
    if question.measure in (Measure.OPEN, Measure.CLOSED):
        counted = _status_changes(counted, day, question.measure)
    elif question.measure is Measure.REPORTED:
        counted = counted.with_columns(value=pl.lit(1, pl.Int64))
    else:
        counted = _amounts(counted, day, question)
    origin = _index(pl.col("service_on"), question.origin).alias("origin")
    column = _index(day, question.development).alias("column")
    sums = (
        counted.filter((day <= question.valuation) & (pl.col("value") != 0))
        .group_by(*by, origin, column)
        .agg(pl.col("value").cast(pl.Int128).sum())
    )
    bounds = (origin.min().alias("low"), origin.max().alias("high"))
    first = inside.filter("first")
    born = first.group_by(by).agg(bounds) if by else first.select(bounds)
    summed, origins = pl.collect_all([sums, born])
    found: dict[Key, Steps] = defaultdict(Steps)
    for *key, low, high in origins.drop_nulls("low").iter_rows():
        found[tuple(key)].note(low)
        found[tuple(key)].note(high)
    for *key, row, at, value in summed.iter_rows():
        steps = found[tuple(key)]
        steps.note(row)
        steps.add(row, at, int(value))
    return dict(found)


def _add_special(
    found: dict[Key, Steps], movements: list[ClaimMovement], question: Question, by: Sequence[str]
) -> None:
    keys = {tuple(dict(one.segment).get(name) for name in by) for one in movements}
    for key in keys:
        asked = replace(question, segment=(*question.segment, *_pairs(by, key)))
        steps = stepped(movements, asked)
        if steps.origins:
            found[key] = found.get(key, Steps()).joined(steps)


def _pairs(by: Sequence[str], key: Key) -> Segment:
    return tuple((name, value or "") for name, value in zip(by, key, strict=True))


def _status_changes(counted: pl.LazyFrame, day: pl.Expr, measure: Measure) -> pl.LazyFrame:
    """A claim that is open cannot be opened again; what is not open cannot be closed."""
    opening = pl.col("kind").is_in(_OPENS)
    was_open = opening.shift(1).over("claim").fill_null(value=False)
    opens, closes = opening & ~was_open, ~opening & was_open
    again = opens & (pl.col("kind") == MovementKind.REOPENED.value)
    if measure is Measure.OPEN:
        value = opens.cast(pl.Int64) - closes.cast(pl.Int64)
    else:
        value = closes.cast(pl.Int64) - again.cast(pl.Int64)
    return counted.sort("claim", day, "seq").with_columns(value=value)


def _amounts(counted: pl.LazyFrame, day: pl.Expr, question: Question) -> pl.LazyFrame:
    """The part of each movement that falls into the layer and to the side asked for."""
    amounts = counted.filter(pl.col("minor") != 0)
    value = pl.col("minor")
    if question.layered:
        running = pl.col("minor").cum_sum().over("claim")
        inside = _in_layer(running, question)
        value = inside - inside.shift(1).over("claim").fill_null(0)
        amounts = amounts.sort("claim", day, "seq")
    if question.share is not None and question.side is not Side.GROSS:
        ceded = _share(value, question.share.exact)
        value = ceded if question.side is Side.CEDED else value - ceded
    return amounts.with_columns(value=value)


def _in_layer(running: pl.Expr, question: Question) -> pl.Expr:
    attachment = question.attachment.minor if question.attachment else 0
    above = pl.max_horizontal(running - attachment, pl.lit(0, pl.Int64))
    if question.limit is None:
        return above
    return pl.min_horizontal(above, pl.lit(question.limit.minor, pl.Int64))


def _share(value: pl.Expr, share: Fraction) -> pl.Expr:
    """A share of each amount, rounded half away from zero, in whole numbers throughout."""
    wide = value.cast(pl.Int128)
    doubled = wide.abs() * (2 * share.numerator) + share.denominator
    return (wide.sign() * (doubled // (2 * share.denominator))).cast(pl.Int64)


def _index(day: pl.Expr, grain: Grain) -> pl.Expr:
    """The number of the calendar period that holds a day, as `domain.actuarial.grain` counts."""
    months = day.dt.year().cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32) - 1
    return months // grain.months
