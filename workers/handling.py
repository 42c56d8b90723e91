"""Handles one task: take it, carry it out, and put down how it ended.

Delivered twice is done once: a task that has ended or is in hand is left alone, and the command's
own receipt stops whatever slips through.
"""

import logging
from datetime import timedelta

import psycopg
from dramatiq.middleware import Interrupt

from adapters.bank import BankUnreachable
from adapters.codec import UnreadableEvent
from adapters.envelope import Recorded
from adapters.reaction_tasks import ReactionTasks
from commands.handling import LostRace
from domain.refusals import Refused
from workers.carrying_out import NotReadyYet, Workplace, carry_out
from workers.reactions import UnknownReaction, reaction_to

log = logging.getLogger("bima.workers")

# Seconds before the next try, after the first, second, … one; after the last it is given up.
BACKOFF = (1, 2, 4, 60, 120, 240)
LEASE = timedelta(seconds=10)
NOT_READY_PAUSE = timedelta(seconds=1)

# What these refusals say is: somebody has done it already, or it is no longer wanted.
NO_LONGER_APPLIES = frozenset(
    {
        "accumulator.already_posted",
        "claim.taken_over",
        "claim.wrong_stage",
        "payment.cannot_cancel",
        "payment.claim_not_decided",
        "payment.not_confirmed",
        "payment.not_instructed",
        "payment.not_scheduled",
    }
)

# Troubles that pass by themselves, and nobody's fault.
PASSING = (
    BankUnreachable,
    ConnectionError,
    Interrupt,
    LostRace,
    TimeoutError,
    psycopg.OperationalError,
)


class Handler:
    """Carries out tasks at one workplace; safe for many threads."""

    def __init__(self, place: Workplace, tasks: ReactionTasks) -> None:
        self._place = place
        self._tasks = tasks

    def handle(self, position: int, reaction: str) -> None:
        """Do the reaction to the event at a log position, if that is still to be done.

        Never raises for a fault of the task: that is put down with the task. Raises
        psycopg.OperationalError where even that cannot be written; then the task comes again.
        """
        tried = self._tasks.take(position, reaction, LEASE)
        if tried is None:
            return
        if tried > len(BACKOFF) + 1:
            self._give_up(position, reaction, f"its worker ended {tried - 1} times while at it")
            return
        try:
            note = self._carry_out(position, reaction)
        except NotReadyYet as why:
            self._tasks.postpone(position, reaction, NOT_READY_PAUSE, str(why), counts=False)
        except PASSING as trouble:
            self._try_again(position, reaction, tried, trouble)
        except Refused as refusal:
            if refusal.code in NO_LONGER_APPLIES:
                self._tasks.done(position, reaction, f"no longer applies: {refusal}")
            else:
                self._give_up(position, reaction, f"refused: {refusal}")
        except (UnknownReaction, UnreadableEvent) as why:
            self._give_up(position, reaction, f"{type(why).__name__}: {why}")
        except Exception as fault:
            log.exception("%s at position %s failed", reaction, position)
            self._try_again(position, reaction, tried, fault)
        else:
            self._tasks.done(position, reaction, note)

    def _carry_out(self, position: int, reaction: str) -> str:
        event = self._event(position)
        asked = carry_out(self._place, event, reaction_to(event, reaction))
        return "" if asked else "nothing to do"

    def _event(self, position: int) -> Recorded:
        """The event at a position; what has a task is final, so it can be read at once."""
        found = self._place.desk.store.read_after(position - 1, 1, until=position)
        if not found:
            raise UnknownReaction(f"the log has no event at position {position}")
        return found[0]

    def _try_again(self, position: int, reaction: str, tried: int, trouble: BaseException) -> None:
        reason = f"{type(trouble).__name__}: {trouble}"
        if tried > len(BACKOFF):
            self._give_up(position, reaction, reason)
            return
        log.info("%s at position %s is tried again: %s", reaction, position, reason)
        wait = timedelta(seconds=BACKOFF[tried - 1])
        self._tasks.postpone(position, reaction, wait, reason)

    def _give_up(self, position: int, reaction: str, reason: str) -> None:
        log.warning("%s at position %s was given up: %s", reaction, position, reason)
        self._tasks.fail(position, reaction, reason)
