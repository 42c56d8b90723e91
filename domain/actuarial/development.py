"""How claims become dated amounts in rows of a triangle.

By day of effect, everything known about a claim is applied from its first day on: a merged claim
counts under the surviving one, a void claim nowhere. By day of recording nothing is rewritten: a
correction takes the old figures out and puts the new ones in on the day it was recorded.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from domain.actuarial.movement import ClaimMovement, MovementKind, Segment
from domain.actuarial.question import Basis, Measure, Question, Side
from domain.money import round_minor
from domain.refusals import RuleBroken


@dataclass(frozen=True, slots=True)
class Posting:
    """A change of the measure: whole minor units, or a number of claims."""

    claim: str
    on: date
    origin_on: date
    value: int


@dataclass(slots=True)
class _Claim:
    """A claim on its way: raw running total, the part inside the layer, and what was posted."""

    name: str
    origin_on: date
    segment: Segment = ()
    raw: int = 0
    layered: int = 0
    posted: int = 0
    is_open: bool = False
    void: bool = False
    into: str = ""


@dataclass(slots=True)
class _Book:
    claims: dict[str, _Claim] = field(default_factory=dict)
    origins: list[date] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)


def develop(
    movements: Iterable[ClaimMovement], question: Question
) -> tuple[list[Posting], list[date]]:
    """The dated amounts that answer a question, and the origins of all claims it knows.

    Raises RuleBroken `triangle.missing_service_date` for a claim that has no day of service, and
    `triangle.endless_merge` for claims merged in a circle.
    """
    known = sorted(
        (m for m in movements if m.recorded_on <= question.known_on),
        key=lambda m: (m.recorded_on, m.seq),
    )
    book = _Book()
    if question.basis is Basis.BOOKED:
        for movement in known:
            _record(book, movement, question)
    else:
        _restate(book, known, question)
    return book.postings, book.origins


def _record(book: _Book, movement: ClaimMovement, question: Question) -> None:
    """By day of recording: corrections are postings of their own day."""
    on = movement.recorded_on
    claim = _claim(book, movement, question)
    match movement.kind:
        case MovementKind.SERVICE_DATE:
            moved = claim.posted
            _post(book, on, claim, -moved)
            claim.origin_on = _service_date(movement)
            _note_origin(book, claim, question)
            _post(book, on, claim, moved)
        case MovementKind.VOID:
            _post(book, on, claim, -claim.posted)
            claim.void = claim.void or not claim.into
            claim.raw = claim.layered = claim.posted = 0
        case MovementKind.MERGED:
            claim.into = movement.into
            _move_into(book, on, claim, _survivor(book, movement.claim), question)
        case _:
            survivor = _survivor(book, movement.claim)
            merged = survivor is not claim
            if not survivor.void and not (merged and question.measure.is_count):
                _apply(book, on, survivor, movement, question)


def _restate(book: _Book, known: list[ClaimMovement], question: Question) -> None:
    """By day of effect: first learn all corrections, then post every movement where it belongs."""
    for movement in known:
        claim = _claim(book, movement, question)
        match movement.kind:
            case MovementKind.SERVICE_DATE:
                claim.origin_on = _service_date(movement)
            case MovementKind.VOID:
                claim.void = claim.void or not claim.into
            case MovementKind.MERGED:
                claim.into = movement.into
    book.origins = [c.origin_on for c in book.claims.values() if _inside(c.segment, question)]
    for movement in sorted(known, key=lambda m: (m.effective_on, m.seq)):
        survivor = _survivor(book, movement.claim)
        merged = survivor is not book.claims[movement.claim]
        if not survivor.void and not (merged and question.measure.is_count):
            _apply(book, movement.effective_on, survivor, movement, question)


def _claim(book: _Book, movement: ClaimMovement, question: Question) -> _Claim:
    claim = book.claims.get(movement.claim)
    if claim is None:
        claim = _Claim(movement.claim, _service_date(movement), movement.segment)
        book.claims[movement.claim] = claim
        _note_origin(book, claim, question)
    return claim


def _note_origin(book: _Book, claim: _Claim, question: Question) -> None:
    if _inside(claim.segment, question):
        book.origins.append(claim.origin_on)


def _service_date(movement: ClaimMovement) -> date:
    if movement.service_on is None:
        raise RuleBroken(
            "triangle.missing_service_date",
            f"claim {movement.claim!r} has no day of service when movement {movement.seq} "
            f"({movement.kind.value}) needs it",
        )
    return movement.service_on


def _survivor(book: _Book, name: str) -> _Claim:
    """The claim that a merged claim ended in, or the void one on the way to it."""
    seen = {name}
    claim = book.claims[name]
    while claim.into and not claim.void:
        if claim.into in seen:
            raise RuleBroken("triangle.endless_merge", f"claim {name!r} is merged into itself")
        if claim.into not in book.claims:
            raise RuleBroken("triangle.unknown_claim", f"claim {claim.into!r} is not known")
        seen.add(claim.into)
        claim = book.claims[claim.into]
    return claim


def _apply(
    book: _Book, on: date, claim: _Claim, movement: ClaimMovement, question: Question
) -> None:
    segment = movement.segment or book.claims[movement.claim].segment
    if not _inside(segment, question):
        return
    change = _change(claim, movement, question.measure)
    if change:
        _post(book, on, claim, _value(claim, change, question))


def _change(claim: _Claim, movement: ClaimMovement, measure: Measure) -> int:
    """What a movement changes in the measure; a claim that is open cannot be opened again."""
    kind = movement.kind
    amount = movement.amount.minor if movement.amount else 0
    match measure:
        case Measure.PAID:
            return amount if kind is MovementKind.PAID else 0
        case Measure.RESERVE:
            return amount if kind is MovementKind.RESERVE else 0
        case Measure.INCURRED:
            return amount if kind in (MovementKind.PAID, MovementKind.RESERVE) else 0
        case Measure.REPORTED:
            return 1 if kind is MovementKind.OPENED else 0
        case Measure.OPEN | Measure.CLOSED:
            return _status_change(claim, kind, measure)


def _status_change(claim: _Claim, kind: MovementKind, measure: Measure) -> int:
    opens = kind in (MovementKind.OPENED, MovementKind.REOPENED) and not claim.is_open
    closes = kind is MovementKind.CLOSED and claim.is_open
    if not opens and not closes:
        return 0
    claim.is_open = opens
    if measure is Measure.OPEN:
        return 1 if opens else -1
    return 1 if closes else -(kind is MovementKind.REOPENED)


def _value(claim: _Claim, change: int, question: Question) -> int:
    """The part of a change that falls into the layer and to the side asked for, rounded once."""
    if question.measure.is_count:
        claim.posted += change
        return change
    claim.raw += change
    inside = _in_layer(claim.raw, question)
    step, claim.layered = inside - claim.layered, inside
    value = step
    if question.share is not None and question.side is not Side.GROSS:
        ceded = round_minor(step * question.share.exact)
        value = ceded if question.side is Side.CEDED else step - ceded
    claim.posted += value
    return value


def _in_layer(raw: int, question: Question) -> int:
    if not question.layered:
        return raw
    above = max(raw - (question.attachment.minor if question.attachment else 0), 0)
    return above if question.limit is None else min(above, question.limit.minor)


def _move_into(book: _Book, on: date, claim: _Claim, survivor: _Claim, question: Question) -> None:
    raw, posted = claim.raw, claim.posted
    _post(book, on, claim, -posted)
    claim.raw = claim.layered = claim.posted = 0
    if question.measure.is_count or survivor.void:
        return
    if question.layered:
        _post(book, on, survivor, _value(survivor, raw, question))
        return
    survivor.raw, survivor.layered = survivor.raw + raw, survivor.layered + raw
    survivor.posted += posted
    _post(book, on, survivor, posted)


def _post(book: _Book, on: date, claim: _Claim, value: int) -> None:
    if value:
        book.postings.append(Posting(claim.name, on, claim.origin_on, value))


def _inside(segment: Segment, question: Question) -> bool:
    return all(pair in segment for pair in question.segment)
