"""Has the fraud model looked after in a process of its own: learning takes minutes, and a worker
that is at it would hold up its queue and lose its lease.

The worker asks again every second whether it is done; it is known by its command's receipt. One at
a time for each insurer, by a lock that the process holds. `python -m workers.model_care_apart` is
that process; the worker starts it, nobody else does.
"""

import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

import msgspec

from adapters.decoders import read_as
from adapters.postgres import connect
from adapters.settings import get_settings
from commands.context import Context, Desk
from commands.desk import open_desk
from commands.fraud_models import KEEPERS, ModelChange, change_models
from commands.handling import Outcome
from domain.fraud_model import FRAUD_MODEL
from domain.fraud_model.checks import NoteCheckDue
from domain.refusals import WrongStage
from ml.health_features import LINE

LOCK = 1_112_100  # one number for this lock alone; the second one is the insurer
DONE, ANOTHER_IS = 0, 3
"""How the process ends: it has been done, or another process of this insurer is at it."""
LAST_WORDS, TO_LEAVE = 500, 20.0  # characters, seconds


class LookingAfterFailed(RuntimeError):
    """The process ended without having done it; its last words."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What the process is told on its input."""

    line_id: UUID
    version: int
    actor: str
    command_id: UUID
    correlation_id: UUID
    caused_by: int | None
    effective_on: date


_at_it: dict[UUID, subprocess.Popen[str]] = {}


def note_check_due(desk: Desk, context: Context, version: int, due_on: date) -> Outcome:
    """Note that a version is to be looked after; nothing where another one is in charge by now."""
    kept = replace(context, roles=KEEPERS)  # the saga keeps models, too
    return change_models(desk, kept, ModelChange(LINE, NoteCheckDue(version, due_on)))


def looked_after_apart(desk: Desk, context: Context, line_id: UUID, version: int) -> Outcome:
    """Answer once it has been done; until then raise WrongStage `fraud_model.being_looked_after`.

    Raises LookingAfterFailed where the process ended without having done it: that counts as a try.
    """
    done = desk.store.receipt(context.command_id)
    started = _at_it.get(context.command_id)
    if done is not None:
        if started is not None:
            _ended(context.command_id)
        return Outcome(done.answer, done, None)
    if started is not None and (code := started.poll()) is not None:
        words = _ended(context.command_id)
        if code == DONE:  # there was nothing to record: another version is in charge
            return Outcome({"id": str(line_id)}, None, None)
        if code == ANOTHER_IS:
            raise WrongStage("fraud_model.being_looked_after", "another process is at it")
        raise LookingAfterFailed(words or f"it ended with {code}")
    if started is None and not _somebody_is(desk):
        errand = Errand(
            line_id, version, context.actor, context.command_id, context.correlation_id,
            context.caused_by, context.effective_on,
        )  # fmt: skip
        _at_it[context.command_id] = _start(errand)
    raise WrongStage("fraud_model.being_looked_after", "a process of its own is still at it")


def _ended(command_id: UUID) -> str:
    """The last words of a process that has done its work, once it has gone."""
    process = _at_it.pop(command_id)
    _, words = process.communicate(timeout=TO_LEAVE)
    return words.strip()[-LAST_WORDS:]


def _start(errand: Errand) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.model_care_apart"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(asdict(errand)).decode())
    process.stdin.close()
    process.stdin = None  # or its end would be written to once more
    return process


def _somebody_is(desk: Desk) -> bool:
    """Whether a process of this insurer is at it, started by whichever worker."""
    with desk.store.pool.connection() as conn:
        row = conn.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s "
            "AND objid = %s AND objsubid = 2 AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            (LOCK, desk.store.tenant),
        ).fetchone()
    return bool(row and row[0])


def main() -> int:
    """Carry out the errand of the input; DONE or ANOTHER_IS."""
    errand = read_as(Errand, sys.stdin.read())
    settings = get_settings()
    desk = open_desk(settings)
    context = Context(
        actor=errand.actor,
        command_id=errand.command_id,
        correlation_id=errand.correlation_id,
        recorded_at=desk.clock.now(),
        effective_on=errand.effective_on,
        caused_by=errand.caused_by,
    )
    try:
        # A connection of its own: the lock is held for as long as it lasts, without a transaction.
        with connect(settings.require_database_url()) as held:
            locked = held.execute(
                "SELECT pg_try_advisory_lock(%s, %s)", (LOCK, settings.tenant)
            ).fetchone()
            if not (locked and locked[0]):
                return ANOTHER_IS
            if desk.store.load(FRAUD_MODEL, errand.line_id).state.in_charge != errand.version:
                return DONE
            # What learns is loaded here alone: a worker starts without it, and stays small.
            from workers.model_care import look_after

            look_after(desk, settings, context, errand.line_id, errand.version)
    finally:
        desk.store.close()
    return DONE


if __name__ == "__main__":
    sys.exit(main())
