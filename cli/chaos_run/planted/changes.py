"""What a planted defect changes in the product's modules; run in the trial's processes only."""

import logging
import threading
import time
from typing import Any
from uuid import uuid4


def _no_sweeper(module: Any) -> None:
    module.Sweeper.sweep = lambda self: 0


def _bank_pays_each_time(module: Any) -> None:
    pay = module.SimulatedBank.pay
    module.SimulatedBank.pay = lambda self, instruction_id, account, amount: pay(
        self, f"{instruction_id}/{uuid4().hex[:6]}", account, amount
    )


def _no_receipts(module: Any) -> None:
    """A repeated command is a new one each time."""
    together = module.EventStore.append_together

    def append_together(self: Any, changes: Any, meta: Any, **more: Any) -> Any:
        other = type(meta)(
            meta.recorded_at, meta.effective_on, meta.actor, uuid4(), meta.correlation_id,
            meta.caused_by, meta.reason,
        )  # fmt: skip
        return together(self, changes, other, **more)

    module.EventStore.append_together = append_together
    module.EventStore.receipt = lambda self, command_id, fingerprint=None: None


def _answers_before_commit(module: Any) -> None:
    """The caller hears yes while the write is still on its way."""
    together = module.EventStore.append_together

    def append_together(self: Any, changes: Any, meta: Any, **more: Any) -> Any:
        def later() -> None:
            time.sleep(0.5)
            together(self, changes, meta, **more)

        threading.Thread(target=later, daemon=True).start()
        position = self.safe_position() + sum(len(change.facts) for change in changes)
        return module.Receipt(meta.command_id, position, more.get("answer") or {})

    module.EventStore.append_together = append_together


def _feed_moves_first(module: Any) -> None:
    """The feed's position is stored before the tasks that it stands for."""
    add = module.ReactionTasks.add

    def added_later(self: Any, conn: Any, tasks: Any, send_again: Any) -> None:
        def later() -> None:
            time.sleep(0.3)
            with self.pool.connection() as own, own.transaction():
                add(self, own, tasks, send_again)

        threading.Thread(target=later, daemon=True).start()

    module.ReactionTasks.add = added_later


def _projector_moves_first(module: Any) -> None:
    """The read models' position is stored before their rows."""
    apply = module.Projector._apply

    def moved_first(self: Any, conn: Any, cohort: Any, batch: Any, reached: int) -> None:
        names = [runner.name for runner in cohort]
        with conn.transaction():
            module.standing.lock(conn, names)
            module.standing.advance(conn, names, reached)
        for runner in cohort:
            runner.position = reached
        time.sleep(0.3)
        apply(self, conn, cohort, batch, reached)

    module.Projector._apply = moved_first


def _gives_up_at_once(module: Any) -> None:
    module.BACKOFF = ()


def _forgets_the_predecessor(module: Any) -> None:
    """An event's hash no longer covers the one before it."""
    link = module.link
    module.link = lambda previous, *more: link(module.START, *more)


def _logs_what_it_writes(module: Any) -> None:
    """A line of the log for every command, with its facts as they are."""
    together = module.EventStore.append_together

    def append_together(self: Any, changes: Any, meta: Any, **more: Any) -> Any:
        facts = [fact for change in changes for fact in change.facts]
        logging.getLogger("bima").warning("written: %s", facts)
        return together(self, changes, meta, **more)

    module.EventStore.append_together = append_together


CHANGES = {
    "no-sweeper": {"workers.sweeper": _no_sweeper},
    "bank-pays-each-time": {"adapters.bank": _bank_pays_each_time},
    "no-receipts": {"adapters.event_store": _no_receipts},
    "answers-before-commit": {"adapters.event_store": _answers_before_commit},
    "feed-moves-first": {"adapters.reaction_tasks": _feed_moves_first},
    "projector-moves-first": {"projections.running": _projector_moves_first},
    "gives-up-at-once": {"workers.handling": _gives_up_at_once},
    "chain-without-predecessor": {"adapters.chain": _forgets_the_predecessor},
    "logs-what-it-writes": {"adapters.event_store": _logs_what_it_writes},
    "commits-lazily": {},
    "no-watermark": {},
}
