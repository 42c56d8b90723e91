"""Handles tasks: take them, carry them out, and put down how each ended.

Delivered twice is done once: a task that has ended or is in hand is left alone, and the command's
own receipt stops whatever slips through. Where the next step of a saga waits for nobody, it is
carried out at once: no message, nothing read again. If that fails, or the worker ends, the step
is a task like any other, which the feed has put down meanwhile and the sweeper sends.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

import psycopg
from dramatiq.middleware import Interrupt

from adapters.bank import BankStillAtIt, BankUnreachable
from adapters.codec import UnreadableEvent
from adapters.envelope import Recorded
from adapters.faults import in_short, where
from adapters.mail import MailAway
from adapters.reaction_tasks import Key, ReactionTasks, Task
from adapters.sitting import sitting
from adapters.text_messages import MessageAway
from commands.handling import LostRace
from domain.refusals import Refused
from workers.carrying_out import CarriedOut, NotDueYet, NotReadyYet, Workplace, carry_out
from workers.deadlines import named as deadline_named
from workers.reactions import UnknownReaction, goes_on, reaction_to

log = logging.getLogger("bima.workers")

# Seconds before the next try, after the first, second, … one; after the last it is given up.
BACKOFF = (1, 2, 4, 60, 120, 240)
LEASE = timedelta(seconds=10)
# A bank that tells later is asked all the same, since what it tells may be lost.
ASK_AGAIN, ASK_AGAIN_AT_LAST = timedelta(seconds=5), timedelta(minutes=15)
NOT_READY_PAUSE = timedelta(seconds=1)
READ_MODEL_SECONDS = 2.0

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
    MailAway,
    MessageAway,
    BankUnreachable,
    ConnectionError,
    Interrupt,
    LostRace,
    TimeoutError,
    psycopg.OperationalError,
)


class Handler:
    """Carries out tasks at one workplace; safe for many threads."""

    def __init__(
        self, place: Workplace, tasks: ReactionTasks, prepare: Callable[[], None] = lambda: None
    ) -> None:
        """`prepare` makes ready for claims; a process that handles them calls it before."""
        self._place = place
        self._tasks = tasks
        self.prepare = prepare

    def handle(self, keys: Sequence[Key]) -> None:
        """Do those of these tasks that are still to be done, in the order of the log.

        Never raises for a fault of a task: that is put down with the task. Raises Interrupt when
        the time is up, and psycopg.OperationalError where nothing can be written: then what was
        not put down comes again, and its command's receipt tells that it was done.
        """
        taken = self._tasks.take(keys, LEASE)
        if not taken:
            return
        found = self._events([position for position, _ in taken])
        done: dict[Key, str] = {}
        gone_on: list[Task] = []
        patience = READ_MODEL_SECONDS
        try:
            for key, tried in taken.items():
                with sitting():
                    try:
                        ended = self._try(key, tried, found[key[0]], patience)
                    except NotReadyYet as why:
                        self._tasks.postpone(key, NOT_READY_PAUSE, str(why), counts=False)
                        patience = 0.0  # the rest of these waits no longer than the first
                    else:
                        if isinstance(ended, CarriedOut):
                            done[key] = "" if ended.asked else "nothing to do"
                            self._go_on(ended.events, gone_on)
                        elif ended is not None:
                            done[key] = ended
        finally:
            if done:
                self._tasks.done(done, gone_on)

    def _go_on(self, events: Sequence[Recorded], gone_on: list[Task]) -> None:
        """Carry out what follows at once from events just recorded, and from what that brings."""
        for event in events:
            for then in goes_on(event):
                try:
                    carried_out = carry_out(self._place, event, then)
                except Exception as why:  # noqa: BLE001  # its own task comes to the same, and tells
                    log.info("%s at position %s waits: %s", then.name, event.position, where(why))
                    continue
                if carried_out.asked:
                    gone_on.append(Task(event.position, then.name, str(then.queue)))
                    self._go_on(carried_out.events, gone_on)

    def _try(
        self, key: Key, tried: int, event: Recorded | Exception, patience: float
    ) -> CarriedOut | str | None:
        """What was carried out, or a note where it is done with; None where it has been put down
        otherwise."""
        if tried > len(BACKOFF) + 1:
            self._give_up(key, f"its worker ended {tried - 1} times while at it")
            return None
        try:
            if isinstance(event, Exception):
                raise event
            then = deadline_named(event, key[1]) or reaction_to(event, key[1])
            return carry_out(self._place, event, then, patience)
        except NotReadyYet:
            raise
        except NotDueYet as later:
            self._tasks.wait(key, later.at - self._place.desk.clock.now())
        except BankStillAtIt as why:
            assert isinstance(event, Recorded)
            self._tasks.postpone(key, self._bank_takes(event), str(why), counts=False)
        except PASSING as trouble:
            self._try_again(key, tried, f"{type(trouble).__name__}: {trouble}")
            if isinstance(trouble, Interrupt):
                raise
        except Refused as refusal:
            if refusal.code in NO_LONGER_APPLIES:
                return f"no longer applies: {refusal}"
            self._give_up(key, f"refused: {refusal}")
        except (UnknownReaction, UnreadableEvent) as why:
            self._give_up(key, f"{type(why).__name__}: {why}")
        except Exception as fault:  # noqa: BLE001  # told, and seen among the failures
            log.error(  # noqa: TRY400  # the fault's own words may hold personal data
                "%s at position %s failed: %s", key[1], key[0], where(fault)
            )
            self._try_again(key, tried, in_short(fault))
        return None

    def _bank_takes(self, event: Recorded) -> timedelta:
        """When to ask a bank again that has not told yet: after half as long as it has taken."""
        taken = (self._place.desk.clock.now() - event.meta.recorded_at) / 2
        return min(max(taken, ASK_AGAIN), ASK_AGAIN_AT_LAST)

    def _events(self, positions: Sequence[int]) -> dict[int, Recorded | Exception]:
        """The events at these positions, or for each one that cannot be had, why.

        What has a task is final, so it can be read at once.
        """
        read = self._place.desk.store.reader.at
        found: dict[int, Recorded | Exception] = {
            position: UnknownReaction(f"the log has no event at position {position}")
            for position in positions
        }
        try:
            found.update((event.position, event) for event in read(positions))
        except UnreadableEvent:
            for position in positions:
                try:
                    found.update((event.position, event) for event in read([position]))
                except UnreadableEvent as error:
                    found[position] = error
        return found

    def _try_again(self, key: Key, tried: int, reason: str) -> None:
        if tried > len(BACKOFF):
            self._give_up(key, reason)
            return
        log.info("%s at position %s is tried again: %s", key[1], key[0], reason)
        self._tasks.postpone(key, timedelta(seconds=BACKOFF[tried - 1]), reason)

    def _give_up(self, key: Key, reason: str) -> None:
        log.warning("%s at position %s was given up: %s", key[1], key[0], reason)
        self._tasks.fail(key, reason)
