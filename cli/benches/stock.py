"""The same works done by the `eventsourcing` library alone: its own tables, recorder and runner.

It is the yardstick that says what our own tables and recorder are good for. Same server, same
database, same durability, the same policies and premiums, written the way its manual shows.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL

from cli.benches.measuring import Work, side_by_side

STOCK = "stock"
FILLED_AT_ONCE = 200  # events; the library has been seen to hang on a save of thousands


class StockPolicy(Aggregate):
    """What a policy is here: who holds it, and what was received for it."""

    @event("Issued")
    def __init__(self, number: str, holder_id: str, covered: list[str], premium: int) -> None:
        self.number = number
        self.holder_id = holder_id
        self.covered = covered
        self.premium = premium
        self.received = 0

    @event("PremiumReceived")
    def receive(self, amount: int, received_on: str, reference: str) -> None:
        self.received += amount


class StockLedger(Application[UUID]):
    """Policies in the library's own tables."""

    def issue(self) -> UUID:
        policy = issued()
        self.save(policy)
        return policy.id

    def receive(self, policy_id: UUID, amount: int) -> None:
        policy: StockPolicy = self.repository.get(policy_id)
        policy.receive(amount, "2026-01-01", "bench")
        self.save(policy)


class StockView(PostgresTrackingRecorder):
    """One row for each policy, written with the position in one transaction."""

    _created_for = "stock_received"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.create_table_statement = SQL(
            "CREATE TABLE IF NOT EXISTS stock_received "
            "(policy_id uuid PRIMARY KEY, received bigint NOT NULL, payments bigint NOT NULL)"
        ).format()
        self.sql_create_statements.append(self.create_table_statement)

    def received(self, policy_id: UUID, amount: int, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "INSERT INTO stock_received AS s VALUES (%s, %s, 1) ON CONFLICT (policy_id) "
                "DO UPDATE SET received = s.received + excluded.received, "
                "payments = s.payments + 1",
                (policy_id, amount),
                prepare=True,
            )


class StockReceived(Projection[StockView]):
    """What was received for each policy."""

    name = "stockreceived"

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        amount = getattr(domain_event, "amount", 0)
        self.view.received(domain_event.originator_id, amount, tracking)


def issued() -> StockPolicy:
    member = str(uuid4())
    return StockPolicy(f"POL-{member[:8]}", member, [member], 12_000_000)


class Stock:
    """The library's application on the bench's database, with streams to work on."""

    def __init__(self, url: str) -> None:
        self.env = environment(url)
        self.ledger = StockLedger(env=self.env)
        self.policies: list[UUID] = []
        self.long: list[UUID] = []
        self.events = 0

    def prepare(self, streams: int, each: int, long: int, events_in_long: int) -> None:
        """Policies with some premiums each, and a few with many."""
        self.policies = self._fill(streams, each)
        self.long = self._fill(long, events_in_long)

    def _fill(self, streams: int, each: int) -> list[UUID]:
        made: list[UUID] = []
        together = max(1, FILLED_AT_ONCE // each)
        for begin in range(0, streams, together):
            policies = [issued() for _ in range(min(together, streams - begin))]
            for policy in policies:
                for _ in range(each - 1):
                    policy.receive(100_000, "2026-01-01", "bench")
            self.ledger.save(*policies)
            made += [policy.id for policy in policies]
            self.events += each * len(policies)
        return made

    def appends(self, callers: int, seconds: float) -> Work:
        """Save a new policy: one event."""

        @contextmanager
        def caller(_: int) -> Iterator[Callable[[], int]]:
            def once() -> int:
                self.ledger.issue()
                return 1

            yield once

        return self._work("append", callers, seconds, caller)

    def commands(self, callers: int, seconds: float) -> Work:
        """Get a policy, let it receive a premium, save it."""

        @contextmanager
        def caller(number: int) -> Iterator[Callable[[], int]]:
            mine = self.policies[number::callers]
            turn = count()

            def once() -> int:
                self.ledger.receive(mine[next(turn) % len(mine)], 100_000)
                return 1

            yield once

        return self._work("command", callers, seconds, caller)

    def loads(self, seconds: float) -> Work:
        """Get policies of many events, one after another."""

        @contextmanager
        def caller(_: int) -> Iterator[Callable[[], int]]:
            turn = count()

            def once() -> int:
                self.ledger.repository.get(self.long[next(turn) % len(self.long)])
                return 1

            yield once

        return self._work("load", 1, seconds, caller)

    def _work(self, name: str, callers: int, seconds: float, caller: Any) -> Work:
        return Work(
            f"stock: {name}", "a second", lambda: side_by_side(callers, seconds, caller),
            called=STOCK,
        )  # fmt: skip

    def reads(self, seconds: float) -> Work:
        """Select notifications 500 at a time and make domain events of them."""

        def rate() -> float:
            started, at, done = time.perf_counter(), 0, 0
            while time.perf_counter() - started < seconds:
                notifications = self.ledger.recorder.select_notifications(
                    at, 500, inclusive_of_start=False
                )
                for notification in notifications:
                    self.ledger.mapper.to_domain_event(notification)
                done += len(notifications)
                at = notifications[-1].id if len(notifications) == 500 else 0
            return done / (time.perf_counter() - started)

        return Work("stock: read", "events/s", rate, called=STOCK)

    def projecting(self, seconds: float) -> Work:
        """The library's runner, one transaction an event, from the beginning of the log."""
        turn = count(1)

        def rate() -> float:
            # A name of its own each time, so that it begins at the first event.
            fresh = type("Fresh", (StockReceived,), {"name": f"stockreceived{next(turn)}"})
            with ProjectionRunner(
                application_class=StockLedger, projection_class=fresh,
                view_class=StockView, env=self.env,
            ) as runner:  # fmt: skip
                started = time.perf_counter()
                last = self.ledger.recorder.max_notification_id() or 0
                while _tracked(runner) < last and time.perf_counter() - started < seconds:
                    runner.run_forever(timeout=0.02)  # raises what processing raised
                return _tracked(runner) / (time.perf_counter() - started)

        return Work("stock: projection", "events/s", rate, called=STOCK)

    def close(self) -> None:
        self.ledger.close()


def _tracked(runner: ProjectionRunner[StockLedger, StockView]) -> int:
    return runner.view.max_tracking_id(runner.app.name) or 0


def environment(url: str) -> dict[str, str]:
    """The library's settings for the database behind a URL."""
    parts = conninfo_to_dict(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts.get("host", "")),
        "POSTGRES_PORT": str(parts.get("port", 5432)),
        "POSTGRES_USER": str(parts.get("user", "")),
        "POSTGRES_PASSWORD": str(parts.get("password", "")) or "none",
        "POSTGRES_POOL_SIZE": "16",
        "POSTGRES_MAX_OVERFLOW": "16",
    }
