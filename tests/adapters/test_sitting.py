"""Commands of one sitting load once, see what they recorded, and notice who overtook them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from adapters import sitting as sittings
from adapters.envelope import Conflict, Loaded
from adapters.event_store import EventStore
from adapters.postgres import connect
from adapters.sitting import sitting
from commands.context import Context
from commands.handling import Decision, Outcome, carry_out, changed
from domain.refusals import Refused
from tests.adapters.premiums import ACCOUNT, Account, AccountClosed, AccountOpened, meta, paid


def opened() -> AccountOpened:
    return AccountOpened(uuid4(), date(2026, 1, 1), Decimal(1))


@pytest.fixture
def account(store: EventStore) -> UUID:
    stream = uuid4()
    store.append(Loaded(stream, 0, Account()), [opened(), paid(1)], meta())
    return stream


def pay(store: EventStore, account: UUID, minor: int) -> Outcome:
    """Pays what is due, unless the account is closed."""
    said = meta()
    context = Context(
        "clerk", said.command_id, said.command_id, said.recorded_at, said.effective_on
    )

    def decide() -> Decision:
        loaded = store.load(ACCOUNT, account)
        if not loaded.state.open:
            raise Refused("account.closed", "the account is closed")
        return Decision((changed(loaded, [paid(minor)]),))

    return carry_out(store, context, decide)


def elsewhere(store: EventStore, account: UUID, fact: object) -> None:
    """Another process records something of the account."""
    with sitting():
        store.append(store.load(ACCOUNT, account), [fact], meta())


def test_what_was_loaded_is_loaded_once(store: EventStore, account: UUID) -> None:
    with sitting():
        first = store.load(ACCOUNT, account)
        assert store.load(ACCOUNT, account) is first


def test_of_many_those_are_loaded_that_were_not_before(store: EventStore, account: UUID) -> None:
    other = uuid4()
    store.append(Loaded(other, 0, Account()), [opened(), paid(5)], meta())
    with sitting():
        first = store.load(ACCOUNT, account)
        both = store.load_many(ACCOUNT, [other, account])
        assert list(both) == [other, account]
        assert both[account] is first
        assert both[other].state.paid == 5
        assert store.load(ACCOUNT, other) is both[other]


def test_a_command_sees_what_the_one_before_it_recorded(store: EventStore, account: UUID) -> None:
    with sitting():
        for minor in (2, 3, 4):
            pay(store, account, minor)
        held = store.load(ACCOUNT, account)
        store.pool.close()
    stored = EventStore(store.pool.dsn, store.codec.catalogue, kept_states=0)
    assert stored.load(ACCOUNT, account) == held
    assert held.state.paid == 10
    stored.close()


def test_nothing_is_asked_of_the_server_between_commands(store: EventStore, account: UUID) -> None:
    with sitting():
        pay(store, account, 2)
        with connect(store.pool.dsn) as conn:  # what is not asked cannot fail
            conn.execute("ALTER TABLE es_event RENAME COLUMN data TO hidden")
            assert store.load(ACCOUNT, account).state.paid == 3
            conn.execute("ALTER TABLE es_event RENAME COLUMN hidden TO data")


def test_who_was_overtaken_decides_again(store: EventStore, account: UUID) -> None:
    with sitting():
        pay(store, account, 2)
        elsewhere(store, account, paid(100))
        assert store.load(ACCOUNT, account).state.paid == 3
        pay(store, account, 4)
        assert store.load(ACCOUNT, account).state.paid == 107


def test_a_conflict_without_a_second_try_is_told_and_forgotten(
    store: EventStore, account: UUID
) -> None:
    with sitting():
        before = store.load(ACCOUNT, account)
        elsewhere(store, account, paid(100))
        with pytest.raises(Conflict):
            store.append(before, [paid(5)], meta())
        assert store.load(ACCOUNT, account).version == 3


def test_a_refusal_that_rests_on_what_has_changed_is_not_the_last_word(
    store: EventStore, account: UUID
) -> None:
    closed = uuid4()
    store.append(Loaded(closed, 0, Account()), [opened(), AccountClosed("moved")], meta())
    with sitting():
        assert not store.load(ACCOUNT, closed).state.open
        elsewhere(store, closed, opened())
        pay(store, closed, 7)
    with sitting():
        store.load(ACCOUNT, account)
        elsewhere(store, account, AccountClosed("moved"))
        with pytest.raises(Refused, match="closed"):  # its first try is overtaken, its second told
            pay(store, account, 7)
    with pytest.raises(Refused, match="closed"):
        pay(store, account, 7)


def test_a_command_that_was_carried_out_before_has_the_others_load_anew(
    store: EventStore, account: UUID
) -> None:
    said = meta()
    first = store.append(store.load(ACCOUNT, account), [paid(2)], said)
    with sitting():
        loaded = store.load(ACCOUNT, account)
        elsewhere(store, account, paid(3))
        again = store.append(loaded, [paid(2)], replace(said, reason="again"))
        assert (again.repeated, again.position) == (True, first.position)
        assert store.load(ACCOUNT, account).state.paid == 6


def test_nothing_is_held_for_long(
    store: EventStore, account: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sittings, "LONGEST", -1.0)
    with sitting():
        assert store.load(ACCOUNT, account).state.paid == 1
        elsewhere(store, account, paid(100))
        assert store.load(ACCOUNT, account).state.paid == 101
