"""What a command relies on: facts come back as they went in, whole or not at all, once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.envelope import Batch, Change, CommandReused, Conflict, Loaded, Receipt
from adapters.event_store import EventStore
from adapters.verification import verify_streams
from tests.adapters.premiums import (
    ACCOUNT,
    CATALOGUE,
    Account,
    AccountClosed,
    AccountOpened,
    Part,
    PremiumPaid,
    Way,
    meta,
    paid,
    tzs,
)

STREAM = UUID("01900000-0000-7000-8000-000000000001")
OTHER = UUID("01900000-0000-7000-8000-000000000002")


def new(stream_id: UUID = STREAM) -> Loaded[Account]:
    return Loaded(stream_id, 0, ACCOUNT.initial)


def count(store: EventStore, table: str) -> int:
    with store.pool.connection() as conn:
        return len(conn.execute(f"SELECT FROM {table}").fetchall())


def test_a_stream_without_events_is_at_its_beginning(store: EventStore) -> None:
    assert store.load(ACCOUNT, STREAM) == Loaded(STREAM, 0, Account())


def test_facts_come_back_with_who_when_and_why(store: EventStore) -> None:
    facts = [
        AccountOpened(OTHER, date(2026, 1, 1), Decimal("0.125"), (Part("dental", tzs(500)),)),
        PremiumPaid(tzs(25_000_00), Way.CASH, "first, “quoted” — and ünïcode"),
    ]
    said = meta(caused_by=17, reason="enrolment")
    receipt = store.append(store.load(ACCOUNT, STREAM), facts, said)
    opened, payment = store.stream(STREAM)
    assert [opened.fact, payment.fact] == facts
    assert (opened.name, payment.name) == ("account.opened", "account.premium_paid")
    assert (opened.version, payment.version) == (1, 2)
    assert opened.meta == payment.meta == said
    assert opened.position < payment.position == receipt.position
    assert receipt == Receipt(said.command_id, payment.position)


def test_a_loaded_stream_is_the_fold_of_its_facts(store: EventStore) -> None:
    first = store.append(new(), [AccountOpened(OTHER, date(2026, 1, 1), Decimal(1))], meta())
    loaded = store.load(ACCOUNT, STREAM)
    assert (loaded.version, loaded.state) == (1, Account(open=True))
    store.append(loaded, [paid(10), paid(5)], meta())
    assert store.load(ACCOUNT, STREAM).state == Account(15, 2, open=True)
    assert store.load(ACCOUNT, STREAM, up_to_position=first.position).state == Account(open=True)


def test_a_stale_append_is_a_conflict_and_stores_nothing(store: EventStore) -> None:
    stale = store.load(ACCOUNT, STREAM)
    store.append(stale, [paid(1)], meta())
    late = meta()
    with pytest.raises(Conflict, match=str(STREAM)):
        store.append_together([Change(new(OTHER), (paid(2),)), Change(stale, (paid(3),))], late)
    assert store.receipt(late.command_id) is None
    assert store.stream(OTHER) == []
    assert [event.fact for event in store.stream(STREAM)] == [paid(1)]


def test_an_append_cannot_leave_a_gap(store: EventStore) -> None:
    with pytest.raises(Conflict):
        store.append(Loaded(STREAM, 3, Account()), [paid(1)], meta())
    assert count(store, "es_event") == 0


def test_a_race_that_is_lost_after_the_look_is_a_conflict(
    store: EventStore, database_url: str
) -> None:
    """The rival has inserted and not yet committed: the look finds nothing, the insert waits."""
    rival = psycopg.connect(database_url)
    copy = store.append(new(OTHER), [paid(1)], meta())
    rival.execute("INSERT INTO es_type VALUES (99, 'rival.won')")
    rival.execute(
        "INSERT INTO es_event SELECT nextval('es_position'), recorded_at, caused_by, tenant, 1, "
        "effective_on, type, schema_version, %s, command_id, correlation_id, actor, reason, data, "
        "sealed, hash FROM es_event WHERE position = %s",
        (STREAM, copy.position),
    )
    rival.commit()
    rival.close()
    with pytest.raises(Conflict):
        store.append(new(), [paid(2)], meta())


def test_several_streams_and_the_receipt_are_one_transaction(store: EventStore) -> None:
    said = meta()
    receipt = store.append_together(
        [Change(new(), (paid(1), paid(2))), Change(new(OTHER), (paid(3),))],
        said,
        fingerprint=b"request",
        answer={"number": "MB-2026-00001", "amount": "3.00"},
    )
    assert [event.fact for event in store.read_after(0, 10)] == [paid(1), paid(2), paid(3)]
    assert store.receipt(said.command_id) == Receipt(
        said.command_id, receipt.position, {"number": "MB-2026-00001", "amount": "3.00"}, True
    )


def test_a_stream_named_twice_in_one_command_is_refused(store: EventStore) -> None:
    with pytest.raises(ValueError, match="twice"):
        store.append_together([Change(new(), (paid(1),)), Change(new(), (paid(2),))], meta())


def test_a_repeated_command_is_one_effect_and_gets_the_first_answer(store: EventStore) -> None:
    said = meta()
    first = store.append(new(), [paid(1)], said, fingerprint=b"a", answer={"n": 1})
    again = store.append(new(OTHER), [paid(9)], said, fingerprint=b"a", answer={"n": 2})
    assert again == Receipt(said.command_id, first.position, {"n": 1}, repeated=True)
    assert count(store, "es_event") == 1
    with pytest.raises(CommandReused):
        store.append(new(OTHER), [paid(9)], said, fingerprint=b"b")
    assert count(store, "es_event") == 1


def test_an_append_without_facts_keeps_only_what_is_to_be_remembered(store: EventStore) -> None:
    assert store.append(new(), [], meta()).position == 0
    assert count(store, "es_receipt") == 0
    said = meta()
    assert store.append(new(), [], said, answer={"nothing": "to do"}).position == 0
    assert store.append(new(), [paid(1)], said).answer == {"nothing": "to do"}
    assert count(store, "es_event") == 0


def test_many_commands_in_one_call_are_answered_each_on_its_own(store: EventStore) -> None:
    stale = store.load(ACCOUNT, STREAM)
    used = meta()
    store.append(stale, [paid(1)], used, fingerprint=b"x", answer={"ok": True})
    fresh = store.load(ACCOUNT, STREAM)
    third = uuid4()
    results = store.append_many(
        [
            Batch((Change(new(OTHER), (paid(2),)),), meta()),
            Batch((Change(new(third), (paid(3),)), Change(stale, (paid(4),))), meta()),
            Batch((Change(new(third), (paid(5),)),), meta()),
            Batch((Change(new(uuid4()), (paid(6),)),), used, b"x"),
            Batch((Change(new(uuid4()), (paid(7),)),), used, b"y"),
            Batch((Change(fresh, (paid(8),)),), meta()),
            Batch((), meta()),
        ]
    )
    kinds = [type(result) for result in results]
    assert kinds == [Receipt, Conflict, Receipt, Receipt, CommandReused, Receipt, Receipt]
    assert isinstance(results[3], Receipt)
    assert results[3].repeated
    assert results[3].answer == {"ok": True}
    assert [event.fact.amount.minor for event in store.read_after(0, 99)] == [1, 2, 5, 8]


def test_two_commands_on_one_stream_in_one_call_keep_their_order(store: EventStore) -> None:
    results = store.append_many(
        [Batch((Change(new(), (paid(n),)),), meta()) for n in (1, 2)]
        + [Batch((Change(new(OTHER), (paid(3),)),), meta())]
    )
    assert [type(result) for result in results] == [Receipt, Conflict, Receipt]


def test_load_many_answers_for_every_stream_that_was_asked_for(store: EventStore) -> None:
    store.append(new(), [paid(1), paid(2)], meta())
    store.append(new(OTHER), [paid(5)], meta())
    unknown = uuid4()
    found = store.load_many(ACCOUNT, [STREAM, unknown, OTHER, STREAM])
    assert found == {
        STREAM: store.load(ACCOUNT, STREAM),
        OTHER: store.load(ACCOUNT, OTHER),
        unknown: Loaded(unknown, 0, Account()),
    }
    assert [found[s].version for s in (STREAM, OTHER, unknown)] == [2, 1, 0]


def test_a_stream_is_loaded_as_it_was_known_at_an_instant(store: EventStore) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    hours = [0, 10, 5, 20]  # the third event came from a writer whose clock was behind
    for hour in hours:
        at = start + timedelta(hours=hour)
        store.append(store.load(ACCOUNT, STREAM), [paid(1)], meta(recorded_at=at))

    def known(hour: int) -> int:
        at = start + timedelta(hours=hour)
        return store.load(ACCOUNT, STREAM, known_at=at).version

    assert [known(hour) for hour in (-1, 0, 5, 9, 10, 19, 20)] == [0, 1, 1, 1, 3, 3, 4]


def test_one_connection_is_enough(database_url: str) -> None:
    store = EventStore(database_url, CATALOGUE, connections=1)
    store.append(store.load(ACCOUNT, STREAM), [paid(1)], meta())
    assert store.load_many(ACCOUNT, [STREAM, OTHER])[STREAM].version == 1
    assert [event.fact for event in store.read_after(0, 9)] == [paid(1)]
    assert list(store.take_numbers("claim-2026")) == [1]
    store.close()


def test_tenants_do_not_see_each_other(store: EventStore, database_url: str) -> None:
    other = EventStore(database_url, store.codec.catalogue, tenant=2)
    said = meta()
    store.append(new(), [paid(1)], said)
    assert other.append(new(), [paid(2), paid(3)], said).repeated is False
    assert [event.fact for event in other.read_after(0, 9)] == [paid(2), paid(3)]
    assert store.load(ACCOUNT, STREAM).version == 1
    other.close()


def test_events_are_read_by_name_and_in_pages(store: EventStore) -> None:
    store.append(new(), [paid(1), AccountClosed("moved"), paid(2), paid(3)], meta())
    names = ["account.premium_paid", "account.opened"]
    page = store.read_after(0, 2, names=names)
    assert [event.fact for event in page] == [paid(1), paid(2)]
    rest = store.read_after(page[-1].position, 2, names=names)
    assert [event.fact for event in rest] == [paid(3)]
    assert store.read_after(0, 9, until=page[0].position) == page[:1]
    assert store.read_after(0, 9, names=["account.opened"]) == []


def test_numbers_are_taken_in_blocks_that_do_not_overlap(store: EventStore) -> None:
    assert list(store.take_numbers("claim-2026", 3)) == [1, 2, 3]
    assert list(store.take_numbers("claim-2026")) == [4]
    assert list(store.take_numbers("member-2026", 2)) == [1, 2]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE es_event SET actor = 'nobody'",
        "DELETE FROM es_event",
        "TRUNCATE es_event",
        "UPDATE {part} SET actor = 'nobody'",
        "DELETE FROM {part}",
        "TRUNCATE {part}",
    ],
)
def test_the_database_refuses_to_change_or_remove_events(store: EventStore, change: str) -> None:
    store.append(new(), [paid(1)], meta())
    with store.pool.connection() as conn:
        ((part,),) = conn.execute("SELECT tableoid::regclass FROM es_event").fetchall()
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="never changed"):
            conn.execute(change.format(part=part))
    assert count(store, "es_event") == 1


def test_facts_of_one_command_may_hold_from_days_of_their_own(
    store: EventStore, database_url: str
) -> None:
    days = (date(1998, 2, 1), date(1998, 3, 31))
    facts = (AccountOpened(OTHER, days[0], Decimal(1)), PremiumPaid(tzs(100)))
    store.append_together((Change(new(), facts, days),), meta())
    assert [event.meta.effective_on for event in store.stream(STREAM)] == list(days)
    assert verify_streams(database_url).faults == []
