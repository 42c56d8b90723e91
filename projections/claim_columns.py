"""Movements of claims as columns, in the words of the actuary: what every triangle is made of.

A frame of this form has one row a movement, in any order: `seq` is the total order in which the
ledger recorded them. Rows of one claim carry its number in `claim`; a merged claim names the
surviving one in `into`; `first` marks a movement that tells of a new claim. Every movement but a
correction of it tells the claim's first day of service in `service_on`. Further columns are
segments, as many as one likes.
"""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from domain.actuarial.movement import ClaimMovement, MovementKind
from domain.actuarial.question import Measure, Side
from domain.money import Money
from projections.movement_rows import Moved

SCHEMA: Mapping[str, pl.DataType] = {
    "seq": pl.Int64(),
    "claim": pl.Int64(),
    "kind": pl.String(),
    "effective_on": pl.Date(),
    "recorded_on": pl.Date(),
    "minor": pl.Int64(),
    "service_on": pl.Date(),
    "into": pl.Int64(),
    "first": pl.Boolean(),
}
LINES = 1_000  # `seq` is the log position times this, plus the line: more than an event has

WORDS: Mapping[MovementKind, str] = {
    MovementKind.OPENED: str(Moved.CLAIM_BILLED),
    MovementKind.PAID: str(Moved.CLAIM_PAID),
    MovementKind.RESERVE: str(Moved.CLAIM_RESERVED),
    MovementKind.CLOSED: str(Moved.CLAIM_CLOSED),
    MovementKind.REOPENED: str(Moved.CLAIM_REOPENED),
    MovementKind.SERVICE_DATE: str(Moved.CLAIM_REDATED),
    MovementKind.VOID: str(Moved.CLAIM_VOIDED),
    MovementKind.MERGED: "claim_merged",  # other systems merge claims, this ledger does not
}
"""How the ledger calls what the actuary reads: the values of `kind`."""
_KIND_OF = {word: kind for kind, word in WORDS.items()}
_CEDED = {
    str(Moved.CEDED_PAID): str(Moved.CLAIM_PAID),
    str(Moved.CEDED_RESERVED): str(Moved.CLAIM_RESERVED),
}
_MONEY = (Moved.CLAIM_PAID, Moved.CLAIM_RESERVED)
_NEEDED: Mapping[Measure, tuple[Moved, ...]] = {
    Measure.PAID: (Moved.CLAIM_PAID,),
    Measure.RESERVE: (Moved.CLAIM_RESERVED,),
    Measure.INCURRED: _MONEY,
    Measure.REPORTED: (),
    Measure.CLOSED: (Moved.CLAIM_CLOSED, Moved.CLAIM_REOPENED),
    Measure.OPEN: (Moved.CLAIM_CLOSED, Moved.CLAIM_REOPENED),
}
_ALWAYS = (Moved.CLAIM_BILLED, Moved.CLAIM_REDATED, Moved.CLAIM_VOIDED)


def kinds_for(measures: Iterable[Measure], side: Side, *, posted: bool) -> list[str]:
    """The kinds of movements that these measures need; `posted`: with what treaties took."""
    kinds = set(_ALWAYS)
    for measure in measures:
        needed = _NEEDED[measure]
        if side is not Side.CEDED or not posted:
            kinds |= set(needed)
        if side is not Side.GROSS and posted:
            if Moved.CLAIM_PAID in needed:
                kinds.add(Moved.CEDED_PAID)
            if Moved.CLAIM_RESERVED in needed:
                kinds.add(Moved.CEDED_RESERVED)
    return sorted(kinds)


def claim_columns(
    movements: pl.LazyFrame,
    zone: str,
    side: Side,
    segments: Sequence[str] = (),
    *,
    treaty: str = "",
    counted: bool = False,
) -> pl.LazyFrame:
    """The ledger's movements of the kinds that `kinds_for` names, in this form.

    Days of recording are those of the insurer's zone. CEDED and NET are what treaties took by the
    posted cessions: net is gross less ceded. With a `treaty`, only what that one took.
    """
    kind, minor = pl.col("kind"), pl.col("minor")
    if counted:  # what corrects the bill does not bring the claim once more
        opens = (kind != str(Moved.CLAIM_BILLED)) | (pl.col("event") == pl.col("claim_no"))
        movements = movements.filter(opens)
    if side is not Side.GROSS:
        ceded = kind.is_in(list(_CEDED))
        if treaty:
            movements = movements.filter(~ceded | (pl.col("treaty_id") == treaty))
        if side is Side.NET:
            minor = pl.when(ceded).then(-minor).otherwise(minor)
        kind = kind.replace(_CEDED)
    return movements.select(
        (pl.col("event") * LINES + pl.col("line")).alias("seq"),
        pl.col("claim_no").alias("claim"),
        kind.alias("kind"),
        "effective_on",
        pl.col("recorded_at").dt.convert_time_zone(zone).dt.date().alias("recorded_on"),
        minor.alias("minor"),
        "service_on",
        pl.lit(None, dtype=pl.Int64).alias("into"),
        (pl.col("kind") == str(Moved.CLAIM_BILLED)).alias("first"),
        *segments,
    )


def of_movements(movements: Iterable[ClaimMovement]) -> tuple[pl.DataFrame, list[str]]:
    """Movements of the domain as columns, with the names of their segments.

    A movement without a segment has that of its claim's first movement.
    """
    known = sorted(movements, key=lambda m: (m.recorded_on, m.seq))
    numbers: dict[str, int] = {}
    first: dict[str, ClaimMovement] = {}
    names: dict[str, None] = {}
    for one in known:
        numbers.setdefault(one.claim, len(numbers))
        first.setdefault(one.claim, one)
        names.update(dict.fromkeys(name for name, _ in one.segment))
    for one in known:
        if one.into:
            numbers.setdefault(one.into, len(numbers))
    rows = [
        {
            "seq": one.seq,
            "claim": numbers[one.claim],
            "kind": WORDS[one.kind],
            "effective_on": one.effective_on,
            "recorded_on": one.recorded_on,
            "minor": one.amount.minor if one.amount else 0,
            "service_on": (
                one.service_on
                if one.kind is MovementKind.SERVICE_DATE
                else first[one.claim].service_on
            ),
            "into": numbers[one.into] if one.into else None,
            "first": one is first[one.claim],
            **{n: dict(one.segment or first[one.claim].segment).get(n) for n in names},
        }
        for one in known
    ]
    segments = dict.fromkeys(names, pl.String())
    return pl.DataFrame(rows, schema={**SCHEMA, **segments}), list(names)


def to_movements(
    frame: pl.DataFrame, segments: Sequence[str], currency: str
) -> list[ClaimMovement]:
    """Rows of this form as movements of the domain, for claims that need a second look."""
    return [
        ClaimMovement(
            seq=row["seq"],
            claim=str(row["claim"]),
            kind=_KIND_OF[row["kind"]],
            effective_on=row["effective_on"],
            recorded_on=row["recorded_on"],
            amount=Money(row["minor"], currency),
            service_on=row["service_on"],
            into="" if row["into"] is None else str(row["into"]),
            segment=tuple((n, str(row[n])) for n in segments if row[n] is not None),
        )
        for row in frame.iter_rows(named=True)
    ]
