"""Looking after the model in charge: it is checked by and by, and learnt anew where claims have
moved away from those that it learnt from, or where it has grown old."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from domain.fraud_model.events import Figure, ModelCheckDue, ModelChecked, ModelPromoted
from domain.fraud_model.state import ModelLine

CHECKED_EVERY = timedelta(days=30)
LEARNT_ANEW_EVERY = 6
"""Checks after which a successor is trained whatever they found: half a year."""
DRIFTED = "drifted"
BY_DRIFT, BY_AGE = "drift", "age"


@dataclass(frozen=True, slots=True)
class NoteCheckDue:
    version: int
    due_on: date


@dataclass(frozen=True, slots=True)
class CheckModel:
    """What a check of the version in charge found; as the event."""

    version: int
    checked_on: date
    claims: int
    verdict: str
    moved: tuple[Figure, ...]
    fraud_learnt: Decimal
    fraud_settled: Decimal | None
    figures: tuple[Figure, ...]
    checked_by: str
    successor: int | None = None
    note: str = ""


def note_due(line: ModelLine, command: NoteCheckDue) -> Sequence[ModelCheckDue]:
    """Nothing for a version that is no longer in charge."""
    if line.in_charge != command.version:
        return []
    return [ModelCheckDue(command.version, command.due_on)]


def check(line: ModelLine, command: CheckModel) -> Sequence[ModelChecked]:
    """Nothing for a version that is no longer in charge."""
    if line.in_charge != command.version:
        return []
    return [
        ModelChecked(
            version=command.version,
            check=line.checks + 1,
            claims=command.claims,
            verdict=command.verdict,
            moved=command.moved,
            fraud_learnt=command.fraud_learnt,
            fraud_settled=command.fraud_settled,
            figures=command.figures,
            learn_anew_because=learn_anew(line, command.verdict),
            next_on=command.checked_on + CHECKED_EVERY,
            checked_by=command.checked_by,
            successor=command.successor,
            note=command.note,
        )
    ]


def learn_anew(line: ModelLine, verdict: str) -> str:
    """Why a successor is to be learnt with the next check; empty where none is."""
    if verdict == DRIFTED:
        return BY_DRIFT
    return BY_AGE if (line.checks + 1) % LEARNT_ANEW_EVERY == 0 else ""


def first_check(promoted: ModelPromoted, promoted_on: date) -> tuple[int, date]:
    """Which version is checked first, and when."""
    return promoted.version, promoted_on + CHECKED_EVERY
