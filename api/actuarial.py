"""Actuarial reading over HTTP: triangles and the tables beside them, as JSON or as files.

The words and the figures are those of `bima triangle` and `bima actuarial`; both ask the same
functions.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import polars as pl
from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool

from api.envelope import success
from api.errors import wrong_field
from api.fields import DAY_PATTERN, day
from api.parameters import KNOWN_AT, UP_TO_POSITION, Parameter, flag
from api.readable import MOVEMENTS
from api.reads import Read, Reads
from api.routing import resource_router
from domain.actuarial.grain import Grain
from domain.actuarial.question import Form, Measure, Side
from domain.money import BadAmount, Money
from domain.ratio import BadRatio, Ratio
from domain.refusals import Refused
from projections.actuarial_export import Format, encoded, long_frame, readable
from projections.actuarial_request import SEGMENTS, Asked, AskedWrongly
from projections.actuarial_tables import (
    completion_table,
    experience,
    exposure_table,
    large_claims,
    run_off_table,
)
from projections.actuary import Actuary

router = resource_router("/api/v1/actuarial", "Actuarial")

_DAY = {"type": "string", "format": "date", "pattern": DAY_PATTERN}
_AMOUNT = {"type": "string", "pattern": r"^[0-9]{1,15}(\.[0-9]{1,3})?$"}


def _word(name: str, kind: type[StrEnum], says: str) -> Parameter:
    def read(text: str) -> StrEnum:
        try:
            return kind(text)
        except ValueError:
            raise ValueError(f"is none of {', '.join(kind)}") from None

    return Parameter(name, "query", read, {"type": "string", "enum": list(kind)}, says)


def _amount(text: str) -> Decimal:
    try:
        return Money.of(text, "KWD").amount  # as many decimals as any currency has
    except BadAmount as bad:
        raise ValueError(str(bad)) from None


def _currency(text: str) -> str:
    if not (len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()):
        raise ValueError("is not a code of three capital letters, such as TZS")
    return text


def _share(text: str) -> Ratio:
    try:
        return Ratio.of(text[:40])
    except BadRatio as bad:
        raise ValueError(str(bad)) from None


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text[:200].split(","))
    for name in names:
        if name not in SEGMENTS:
            raise ValueError(f"{name[:40]!r} is none of {', '.join(SEGMENTS)}")
    return names


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [one.partition("=") for one in text[:1000].split(",")]
    if any(not equals for _, equals, _ in pairs):
        raise ValueError("is not SEGMENT=VALUE, with commas between several")
    _names(",".join(name for name, _, _ in pairs))
    return tuple((name, value) for name, _, value in pairs)


FORMAT = _word("format", Format, "As JSON, or as a file.")
MEASURE = _word("measure", Measure, "Of money or of numbers of claims; `paid` where left out.")
BASIS = _word("basis", Side, "Gross, what is ceded of it, or the rest.")
ORIGIN = _word("origin", Grain, "Width of the rows: month, quarter or year.")
DEVELOPMENT = _word("development", Grain, "Width of the columns; that of the rows if left out.")
FORM = _word("form", Form, "Running totals, or what each period added.")
BOOKED = Parameter("booked", "query", flag, {"type": "boolean"}, "By the day of recording.")
KNOWN_ON = Parameter("known_on", "query", day, _DAY, "As known at the end of this day.")
VALUED_ON = Parameter("valued_on", "query", day, _DAY, "Columns up to this day.")
OPENED_ON = Parameter("opened_on", "query", day, _DAY, "The day whose reserve is followed.")
CURRENCY = Parameter(
    "currency", "query", _currency, {"type": "string", "pattern": "^[A-Z]{3}$"},
    "Of this currency; that of the insurer where left out.",
)  # fmt: skip
XS = Parameter("xs", "query", _amount, _AMOUNT, "Only what exceeds this of each claim.")
CAP = Parameter("cap", "query", _amount, _AMOUNT, "At most this of each claim.")
THRESHOLD = Parameter("threshold", "query", _amount, _AMOUNT, "Incurred at least this.")
SHARE = Parameter(
    "share", "query", _share, {"type": "string", "maxLength": 40},
    "Ceded or net by this share of gross, such as 0.4 or 1/3; without it what treaties took.",
)  # fmt: skip
TREATY = Parameter(
    "treaty", "query", str, {"type": "string", "maxLength": 40}, "Only what this treaty took."
)
BY = Parameter(
    "by", "query", _names, {"type": "string", "maxLength": 200},
    f"One triangle for each value of these segments: {', '.join(SEGMENTS)}.",
)  # fmt: skip
WHERE = Parameter(
    "where", "query", _pairs, {"type": "string", "maxLength": 1000},
    "Only claims with these values of segments: SEGMENT=VALUE, with commas between several.",
)  # fmt: skip

_KNOWN = (KNOWN_ON, KNOWN_AT, UP_TO_POSITION, CURRENCY)
_QUESTION = (FORMAT, MEASURE, BASIS, BOOKED, ORIGIN, DEVELOPMENT, *_KNOWN, VALUED_ON, XS, CAP,
             SHARE, TREATY, WHERE)  # fmt: skip
Triangles = Annotated[Read, Depends(Reads(MOVEMENTS, more=(*_QUESTION, FORM, BY)))]
Completion = Annotated[Read, Depends(Reads(MOVEMENTS, more=_QUESTION))]
OfExposure = Annotated[Read, Depends(Reads(MOVEMENTS, more=(FORMAT, ORIGIN, KNOWN_ON, CURRENCY)))]
OfExperience = Annotated[
    Read,
    Depends(Reads(MOVEMENTS, more=(FORMAT, MEASURE, BASIS, ORIGIN, *_KNOWN, SHARE, TREATY, WHERE))),
]
OfLargeClaims = Annotated[
    Read, Depends(Reads(MOVEMENTS, more=(FORMAT, BASIS, *_KNOWN, VALUED_ON, THRESHOLD, WHERE)))
]
OfRunOff = Annotated[
    Read, Depends(Reads(MOVEMENTS, more=(FORMAT, BASIS, ORIGIN, *_KNOWN, OPENED_ON, WHERE)))
]
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The table, as JSON or as a file.",
        "content": {
            form.media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for form in Format
            if form is not Format.JSON
        },
    }
}


@router.get("/triangles", responses=FILES)
async def show_triangles(read: Triangles) -> Response:
    """Triangles of claims in dense long form: one row a cell and segment."""

    def made(actuary: Actuary, asked: Asked) -> pl.DataFrame:
        return long_frame(actuary.triangles(asked), asked.by)

    return await _answer(read, made, "triangles")


@router.get("/completion", responses=FILES)
async def show_completion(read: Completion) -> Response:
    """By lag: the factor to the next, the share of the ultimate that is there, what comes."""
    return await _answer(read, completion_table, "completion")


@router.get("/exposure", responses=FILES)
async def show_exposure(read: OfExposure) -> Response:
    """Earned premium, member days and member months of each period."""
    return await _answer(read, exposure_table, "exposure")


@router.get("/experience", responses=FILES)
async def show_experience(read: OfExperience) -> Response:
    """Premium, members, losses, loss ratio and cost per member and month of each origin."""
    return await _answer(read, experience, "experience")


@router.get("/large-claims", responses=FILES)
async def show_large_claims(read: OfLargeClaims) -> Response:
    """Claims whose paid and reserved amount reaches the threshold, the largest first."""
    threshold: Decimal | None = read.said["threshold"]
    if threshold is None:
        raise wrong_field("threshold", "is missing: say from which amount a claim is large")

    def made(actuary: Actuary, asked: Asked) -> pl.DataFrame:
        return large_claims(actuary, asked, Money.of(threshold, actuary.currency))

    return await _answer(read, made, "large-claims")


@router.get("/run-off", responses=FILES)
async def show_run_off(read: OfRunOff) -> Response:
    """How the reserve of a day did since: paid on it, still reserved, and the result."""
    opened_on: date | None = read.said["opened_on"]
    if opened_on is None:
        raise wrong_field("opened_on", "is missing: say the day whose reserve is followed")

    def made(actuary: Actuary, asked: Asked) -> pl.DataFrame:
        return run_off_table(actuary, asked, opened_on)

    return await _answer(read, made, "run-off")


Make = Callable[[Actuary, Asked], pl.DataFrame]


async def _answer(read: Read, make: Make, name: str) -> Response:
    read.nothing_else()
    form = read.said.get("format") or Format.JSON
    table, content = await run_in_threadpool(_made, read, make, form)
    if form is Format.JSON:
        rows = readable(table)
        return success({"results": rows, "count": len(rows)})
    return Response(
        content,
        media_type=form.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )


def _made(read: Read, make: Make, form: Format) -> tuple[pl.DataFrame, bytes]:
    parts = read.parts
    settings = parts.settings
    store = parts.desk.store
    try:
        asked = _asked(read.said)
        with store.pool.connection() as conn:
            actuary = Actuary(
                conn, settings.movements_folder, store.tenant, settings.zone,
                read.said.get("currency") or settings.currency, parts.desk.clock.now(),
            )  # fmt: skip
            table = make(actuary, asked)
    except AskedWrongly as wrong:
        raise wrong_field(wrong.name, wrong.why) from wrong
    except (BadAmount, Refused) as wrong:
        raise wrong_field("where", str(wrong)) from wrong
    return table, b"" if form is Format.JSON else encoded(table, form)


_ASKED: Iterable[tuple[str, str]] = (
    ("measure", "measure"), ("basis", "basis"), ("booked", "booked"), ("origin", "origin"),
    ("development", "development"), ("form", "form"), ("known_on", "known_on"),
    ("known_at", "known_at"), ("position", "known_position"), ("valued_on", "valued_on"),
    ("xs", "attachment"), ("cap", "limit"), ("share", "share"), ("treaty", "treaty"),
    ("by", "by"), ("where", "where"),
)  # fmt: skip


def _asked(said: dict[str, Any]) -> Asked:
    """The question of the address; what was left out is as `Asked` has it."""
    given = {field: said[name] for name, field in _ASKED if said.get(name) is not None}
    if "origin" in given:
        given.setdefault("development", given["origin"])
    return replace(Asked(), **given)
