"""Rows and position are one transaction; apart, a projector that is killed counts events twice."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from adapters.event_store import EventStore
from adapters.postgres import Connection, connect
from cli.benches.log_book import issued
from cli.benches.log_readers import PREMIUMS
from domain.policy import POLICY
from domain.policy.decide import ReceivePremium
from projections import standing
from projections.running import Projector, Runner, catch_up
from projections.scanning import Logged
from tests.adapters.premiums import meta, tzs


class Killed(BaseException):
    """The end of the process, at the place where it is raised."""


class KilledBeforeTheCommit(Projector):
    """Ends when all is written and nothing is committed."""

    def _apply(
        self, conn: Connection, cohort: list[Runner], batch: Sequence[Logged], reached: int
    ) -> None:
        with conn.transaction():
            super()._apply(conn, cohort, batch, reached)
            raise Killed


class PositionApart(Projector):
    """A mutant: rows first, the position in a transaction of its own; ends between the two."""

    def _apply(
        self, conn: Connection, cohort: list[Runner], batch: Sequence[Logged], reached: int
    ) -> None:
        with conn.transaction():
            for runner in cohort:
                runner.fold(conn, batch)
                runner.rows.flush(conn)
        raise Killed


class PositionFirst(Projector):
    """A mutant the other way round: the position first; ends between the two."""

    def _apply(
        self, conn: Connection, cohort: list[Runner], batch: Sequence[Logged], reached: int
    ) -> None:
        standing.advance(conn, [runner.name for runner in cohort], reached)
        raise Killed


def receive(store: EventStore, policy: UUID, times: int) -> None:
    for _ in range(times):
        loaded = store.load(POLICY, policy)
        command = ReceivePremium(tzs(100), meta().effective_on, "bank")
        store.append(loaded, POLICY.decide(loaded.state, command), meta())


def shown_after_a_kill(url: str, store: EventStore, kind: type[Projector]) -> tuple[int, int]:
    """What the read model shows of a policy with five premiums, three of which came before."""
    policy = uuid4()
    store.append(store.load(POLICY, policy), [issued(1, uuid4())], meta())
    catch_up(url, [PREMIUMS])
    receive(store, policy, 3)
    with connect(url) as conn:
        projector = kind([Runner(PREMIUMS)])
        projector.take_over(conn)
        with pytest.raises(Killed):
            projector.catch_up(conn)
    receive(store, policy, 2)
    with connect(url) as conn:
        projector = Projector([Runner(PREMIUMS)])
        projector.take_over(conn)
        projector.catch_up(conn)
        rows = conn.execute(
            "SELECT payments, received_minor FROM bench_received WHERE policy_id = %s", (policy,)
        ).fetchall()
    ((payments, received),) = rows
    return payments, received


def test_a_projector_that_is_killed_before_its_commit_counts_each_event_once(
    database_url: str, store: EventStore
) -> None:
    assert shown_after_a_kill(database_url, store, KilledBeforeTheCommit) == (5, 500)


def test_a_position_outside_the_transaction_is_caught(database_url: str, store: EventStore) -> None:
    payments, received = shown_after_a_kill(database_url, store, PositionApart)
    assert (payments, received) == (8, 800), "three premiums were counted twice"


def test_a_position_ahead_of_its_rows_is_caught(database_url: str, store: EventStore) -> None:
    payments, received = shown_after_a_kill(database_url, store, PositionFirst)
    assert (payments, received) == (2, 200), "three premiums were never counted"
