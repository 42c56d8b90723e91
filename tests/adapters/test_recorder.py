"""The `eventsourcing` library's own test cases, run against its recorders on the ledger's log.

They are the library's promises to its users, written by its author. What is added here: nothing
written through the library escapes the chain, the safe position or the triggers.
"""

import sys
from collections.abc import Iterator
from uuid import UUID, uuid4

import eventsourcing.cryptography
import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    ProcessRecorder,
    ProgrammingError,
    StoredEvent,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.projection import EventSourcedProjectionRunner
from eventsourcing.utils import Environment, get_topic

from adapters.envelope import Loaded
from adapters.event_store import open_store
from adapters.library_log import LibraryLog, tenant_of
from adapters.library_state import LogTrackingRecorder, SnapshotRecorder
from adapters.postgres import connect
from adapters.recorder import LogFactory, LogProcessRecorder, LogRecorder
from adapters.verification import verify_streams
from tests.adapters.premiums import CATALOGUE, Account, meta, paid

# The library's test cases import the one of its two ciphers that needs another package; they are
# the same cipher, and this is the one that is installed.
sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)

from eventsourcing.tests import application as example  # noqa: E402
from eventsourcing.tests import persistence as promises  # noqa: E402
from eventsourcing.tests import projection as following  # noqa: E402

TENANT = -5


@pytest.fixture(autouse=True)
def log(request: pytest.FixtureRequest, database_url: str) -> Iterator[LibraryLog]:
    """A library application's log in a database of the test's own."""
    opened = LibraryLog(database_url, TENANT, "Trial")
    if request.instance is not None:
        request.instance.log = opened
    yield opened
    opened.close()


class TestSnapshots(promises.AggregateRecorderTestCase):
    log: LibraryLog

    def create_recorder(self) -> AggregateRecorder:
        return SnapshotRecorder(self.log, "snapshots")


class TestApplicationRecorder(promises.ApplicationRecorderTestCase[LogRecorder]):
    log: LibraryLog

    def create_recorder(self) -> LogRecorder:
        return LogRecorder(self.log)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestTrackingRecorder(promises.TrackingRecorderTestCase):
    log: LibraryLog

    def create_recorder(self) -> TrackingRecorder:
        return LogTrackingRecorder(self.log)


class TestProcessRecorder(promises.ProcessRecorderTestCase):
    log: LibraryLog

    def create_recorder(self) -> ProcessRecorder:
        return LogProcessRecorder(self.log)


class OwnTracking(LogTrackingRecorder):
    """As a read model of a library projection would be."""


class TestFactory(promises.InfrastructureFactoryTestCase[LogFactory]):
    log: LibraryLog

    def setUp(self) -> None:
        self.env = Environment("Trial", environment(self.log))
        super().setUp()

    def expected_factory_class(self) -> type[LogFactory]:
        return LogFactory

    def expected_aggregate_recorder_class(self) -> type[AggregateRecorder]:
        return SnapshotRecorder

    def expected_application_recorder_class(self) -> type[ApplicationRecorder]:
        return LogRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return LogTrackingRecorder

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return OwnTracking

    def expected_process_recorder_class(self) -> type[ProcessRecorder]:
        return LogProcessRecorder


@pytest.fixture
def chosen_for_applications(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSISTENCE_MODULE", "adapters.recorder")
    monkeypatch.setenv("DATABASE_URL", database_url)


@pytest.mark.usefixtures("chosen_for_applications")
class TestApplication(example.ExampleApplicationTestCase):
    expected_factory_topic = get_topic(LogFactory)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's cases wait one second for a follower; a busy machine may take longer."""
    monkeypatch.setattr(EventSourcedProjectionRunner.wait, "__defaults__", (30.0,))


@pytest.mark.usefixtures("chosen_for_applications", "patient")
class TestProjection(following.EventSourcedProjectionTestCase):
    """An application, and a second one that follows it through a process recorder."""


def environment(log: LibraryLog) -> dict[str, str]:
    return {"PERSISTENCE_MODULE": "adapters.recorder", "DATABASE_URL": log.pool.dsn}


class Visit(Aggregate):
    """An aggregate in the library's own style."""

    @event("Begun")
    def __init__(self, patient: str) -> None:
        self.patient = patient
        self.notes: list[str] = []

    @event("Noted")
    def note(self, text: str) -> None:
        self.notes.append(text)


def stored(stream: UUID, version: int, topic: str = "visit:Noted") -> StoredEvent:
    return StoredEvent(stream, version, topic, b"{}")


def test_an_application_of_the_library_lives_in_the_ledgers_log(log: LibraryLog) -> None:
    with Application[UUID](env=environment(log)) as application:
        visit = Visit("Neema")
        application.save(visit)
        visit.note("fever")
        recordings = application.save(visit)
        again: Visit = application.repository.get(visit.id)
        assert (again.patient, again.notes) == ("Neema", ["fever"])
        with application.recorder.subscribe() as subscription:
            assert next(subscription).originator_version == 1
            assert next(subscription) == recordings[0].notification
    with connect(log.pool.dsn) as conn:
        rows = conn.execute("SELECT DISTINCT tenant, actor FROM es_event").fetchall()
    assert rows == [(tenant_of("Application"), "eventsourcing:Application")]


def test_what_the_library_writes_is_chained(log: LibraryLog) -> None:
    recorder, stream = LogRecorder(log), uuid4()
    recorder.insert_events([stored(stream, 1), stored(stream, 2), stored(uuid4(), 0)])
    recorder.insert_events([stored(stream, 3)])
    assert verify_streams(log.pool.dsn).faults == []
    with connect(log.pool.dsn) as conn:
        conn.execute("SET session_replication_role = replica")
        conn.execute("UPDATE es_event SET data = 'x' WHERE version = 2")
    assert [fault.version for fault in verify_streams(log.pool.dsn).faults] == [2]


def test_both_ways_of_writing_share_one_order(log: LibraryLog) -> None:
    """The library's readers stop where the ledger's do, and the other way round."""
    with open_store(log.pool.dsn, CATALOGUE) as store:
        recorder = LogRecorder(log)
        positions = [store.append(Loaded(uuid4(), 0, Account()), [paid(1)], meta()).position]
        positions += recorder.insert_events([stored(uuid4(), 1)]) or []
        with connect(log.pool.dsn) as other:
            other.execute("BEGIN")
            other.execute(
                "SELECT pg_advisory_xact_lock_shared(1112100172, last_value::int) FROM es_position"
            )
            positions += recorder.insert_events([stored(uuid4(), 1)]) or []
            assert recorder.max_notification_id() == positions[1]
            assert [n.id for n in recorder.select_notifications(1, 9)] == positions[1:2]
            assert store.safe_position() == positions[1]
            other.execute("COMMIT")
        assert recorder.max_notification_id() == positions[2] == store.safe_position()
        assert [n.id for n in recorder.select_notifications(1, 9)] == positions[1:]
        assert [e.position for e in store.read_after(0, 9)] == positions[:1]


def test_an_append_whose_answer_was_lost_is_told_its_positions(log: LibraryLog) -> None:
    recorder, stream = LogRecorder(log), uuid4()
    events = [stored(stream, 1), stored(stream, 2)]
    group = recorder._group(events)
    first = log.writer.once([group]).positions
    assert log.writer.once([group]).positions == ()
    assert recorder._positions(events) == list(first)


def test_a_tracking_that_is_refused_takes_its_events_with_it(log: LibraryLog) -> None:
    recorder, stream = LogProcessRecorder(log), uuid4()
    recorder.insert_events([stored(stream, 1)], tracking=Tracking("upstream", 7))
    with pytest.raises(IntegrityError, match="upstream 7"):
        recorder.insert_events([stored(stream, 2)], tracking=Tracking("upstream", 7))
    assert len(recorder.select_events(stream)) == 1


def test_a_stream_must_be_named_by_a_uuid(log: LibraryLog) -> None:
    with pytest.raises(ProgrammingError, match="UUID"):
        LogRecorder(log).insert_events([StoredEvent("visit-1", 1, "visit:Noted", b"{}")])


def test_the_factory_says_what_it_lacks() -> None:
    with pytest.raises(OSError, match="DATABASE_URL"):
        LogFactory(Environment("Trial", {}))
