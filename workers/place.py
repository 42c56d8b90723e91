"""Puts a worker's place together: the desk, the read models it waits for, and its tasks."""

import time

from adapters.event_store import EventStore
from adapters.postgres import LATER_ON_DISK, Pool
from adapters.reaction_tasks import ReactionTasks
from adapters.settings import Settings
from commands.desk import open_desk
from commands.ports import Bank, Clock
from domain.events import CATALOGUE
from ml.judging import ModelJudge
from projections.claims_known import ClaimsDeskKnows
from projections.waiting import REACHED, wait_for
from workers.carrying_out import Workplace
from workers.handling import Handler

FRAUD_READS = ("claim_facts", "fraud_cases")
_REMEMBERED = 1.0  # seconds


class FraudReads:
    """How far the rows are that fraud rules read. What was found is remembered for a moment,
    since claims that are scored together stand close to each other in the log."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._found = (0, 0.0)

    def reached(self, position: int, seconds: float) -> bool:
        """Whether they show everything up to a position; waits for it, but not longer."""
        known, asked_at = self._found
        if position <= known and time.monotonic() - asked_at < _REMEMBERED:
            return True
        with self._pool.connection() as conn:
            row = conn.execute(REACHED, {"names": list(FRAUD_READS)}).fetchone()
            self._found = (int(row[0] or 0) if row else 0, time.monotonic())
            return self._found[0] >= position or wait_for(conn, position, seconds, FRAUD_READS)


def open_handler(
    settings: Settings, *, clock: Clock | None = None, bank: Bank | None = None
) -> Handler:
    """What handles the tasks of one insurer; connections open at their first use, after forks."""
    dsn, tenant = settings.require_database_url(), settings.tenant
    store = EventStore(dsn, CATALOGUE, tenant=tenant, connections=16)
    known = ClaimsDeskKnows(store.pool, tenant)
    judge = ModelJudge(store, settings)
    desk = open_desk(settings, claims_known=known, judge=judge, store=store, clock=clock, bank=bank)
    tasks = ReactionTasks(Pool(dsn, application="bima-tasks", settings=LATER_ON_DISK), tenant)
    return Handler(Workplace(desk, FraudReads(store.pool)), tasks, judge.open_ahead)
