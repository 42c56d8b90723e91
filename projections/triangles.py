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
from projections.claim_columns import WORDS, to_movements

_PAID, _RESERVE = WORDS[MovementKind.PAID], WORDS[MovementKind.RESERVE]
_OPENED = WORDS[MovementKind.OPENED]
_SPECIAL = [WORDS[kind] for kind in (MovementKind.SERVICE_DATE, MovementKind.VOID,
                                     MovementKind.MERGED)]  # fmt: skip
_OPENS = [_OPENED, WORDS[MovementKind.REOPENED]]
_STATUS = [*_OPENS, WORDS[MovementKind.CLOSED]]
_COUNTED: Mapping[Measure, list[str]] = {
    Measure.PAID: [_PAID],
    Measure.RESERVE: [_RESERVE],
    Measure.INCURRED: [_PAID, _RESERVE],
    Measure.REPORTED: [_OPENED],
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
    *,
    all_known: bool = False,
) -> list[Triangle]:
    """A triangle for every combination of values of some segments, in the order of the values.

    Each says in its question for which segment it stands. Rows run from the first to the last
    origin of the segment's own claims.
    """
    found = all_steps(frame, question, currency, segments, by, all_known=all_known)
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
    *,
    all_known: bool = False,
) -> dict[Key, Steps]:
    """What moves in each row and column, by the values of the columns `by`.

    `all_known` says that the frame holds nothing that was recorded too late.
    """
    if {name for name, _ in question.segment} - set(segments):
        return {}  # no claim has such a segment
    if question.measure is Measure.RESERVE and question.layered:
        incurred, paid = (
            all_steps(
                frame,
                replace(question, measure=measure),
                currency,
                segments,
                by,
                all_known=all_known,
            )
            for measure in (Measure.INCURRED, Measure.PAID)
        )
        return {key: of.without(paid.get(key, Steps())) for key, of in incurred.items()}
    known = frame.lazy()
    if not all_known:
        known = known.filter(pl.col("recorded_on") <= question.known_on)
    days = _by_day(known, question, by)
    special = _special(known, question, days)
    if special is None:
        return _steps(days, question, by)
    again = known.join(special, on="claim", how="semi").sort("seq").collect()
    days = pl.concat([days, _taken_out(_by_day(again.lazy(), question, by))])
    found = _steps(days, question, by)
    _add_special(found, to_movements(again, segments, currency), question, by)
    return found


def _by_day(known: pl.LazyFrame, question: Question, by: Sequence[str]) -> pl.DataFrame:
    """What moves, by the day of service and the day it counts on: a few thousand rows at most.

    As if every claim were plain; `rows` tells of how many movements, `first` of how many claims.
    """
    inside = known
    for name, value in question.segment:
        inside = inside.filter(pl.col(name) == value)
    day = pl.col("recorded_on" if question.basis is Basis.BOOKED else "effective_on")
    counts = pl.col("kind").is_in(_COUNTED[question.measure])
    if question.measure in (Measure.OPEN, Measure.CLOSED):
        inside = _status_changes(inside, day, question.measure)
    elif question.measure is Measure.REPORTED:
        inside = inside.with_columns(value=pl.lit(1, pl.Int64))
    else:
        inside = _amounts(inside, day, question, counts)
    keys = [*by, "kind", "service_on"]
    return (
        inside.group_by(*keys, day.alias("on"))
        .agg(
            pl.col("value").cast(pl.Int128).sum(),
            pl.len().cast(pl.Int64).alias("rows"),
            pl.col("first").sum().cast(pl.Int64),
        )
        .with_columns(value=pl.when(counts).then("value").otherwise(0))
        .collect(engine="streaming")
    )


def _taken_out(days: pl.DataFrame) -> pl.DataFrame:
    """The same rows with every number below zero, of the types that they have."""
    nothing = pl.lit(0, pl.Int64)
    return days.with_columns(
        (nothing - pl.col(name)).cast(days.schema[name]).alias(name)
        for name in ("value", "rows", "first")
    )


def _special(known: pl.LazyFrame, question: Question, days: pl.DataFrame) -> pl.LazyFrame | None:
    """The claims that need a second look, and those into which they were merged; None for none."""
    strange = pl.col("kind").is_in(_SPECIAL) | pl.col("service_on").is_null()
    if not question.segment and not days.filter(strange).height:
        return None  # nothing was left out of the days, so there is none
    found = known.filter(strange).select("claim", "into").collect(engine="streaming")
    if not found.height:
        return None
    claims = pl.concat([found["claim"], found["into"].drop_nulls()])
    return claims.unique().alias("claim").to_frame().lazy()


def _steps(days: pl.DataFrame, question: Question, by: Sequence[str]) -> dict[Key, Steps]:
    origin = _index(pl.col("service_on"), question.origin).alias("origin")
    column = _index(pl.col("on"), question.development).alias("column")
    groups = (
        days.lazy()
        .group_by(*by, "service_on", "on")
        .agg(pl.col("value").sum(), pl.col("rows").sum(), pl.col("first").sum())
        .filter(pl.col("rows") > 0)
        .with_columns(value=pl.when(pl.col("on") <= question.valuation).then("value").otherwise(0))
        .filter((pl.col("value") != 0) | (pl.col("first") > 0))
        .group_by(*by, origin, column)
        .agg(pl.col("value").sum())
        .collect()
    )
    found: dict[Key, Steps] = defaultdict(Steps)
    for *key, row, at, value in groups.iter_rows():
        steps = found[tuple(key)]
        steps.note(row)
        if value:
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


def _status_changes(inside: pl.LazyFrame, day: pl.Expr, measure: Measure) -> pl.LazyFrame:
    """A claim that is open cannot be opened again; what is not open cannot be closed."""
    counted = inside.filter(pl.col("kind").is_in([*_STATUS, *_SPECIAL]))
    opening = pl.col("kind").is_in(_OPENS)  # claims with other kinds are looked at again
    was_open = opening.shift(1).over("claim").fill_null(value=False)
    opens, closes = opening & ~was_open, ~opening & was_open
    again = opens & (pl.col("kind") == WORDS[MovementKind.REOPENED])
    if measure is Measure.OPEN:
        value = opens.cast(pl.Int64) - closes.cast(pl.Int64)
    else:
        value = closes.cast(pl.Int64) - again.cast(pl.Int64)
    return counted.sort("claim", day, "seq").with_columns(value=value)


def _amounts(
    inside: pl.LazyFrame, day: pl.Expr, question: Question, counts: pl.Expr
) -> pl.LazyFrame:
    """The part of each movement that falls into the layer and to the side asked for."""
    value = pl.col("minor")
    if question.layered:
        minor = pl.when(counts).then("minor").otherwise(0)
        inside = inside.sort("claim", day, "seq")
        layered = _in_layer(minor.cum_sum().over("claim"), question)
        value = layered - layered.shift(1).over("claim").fill_null(0)
    if question.share is not None and question.side is not Side.GROSS:
        ceded = _share(value, question.share.exact)
        value = ceded if question.side is Side.CEDED else value - ceded
    return inside.with_columns(value=value)


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
