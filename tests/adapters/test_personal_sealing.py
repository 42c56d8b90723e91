"""Personal fields lie sealed in the log, open with the person's key alone, and go with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest

from adapters.codec import Codec, CorruptEvent, KeyLost
from adapters.envelope import Batch, Change, Loaded, Receipt
from adapters.event_store import EventStore
from adapters.person_keys import PersonKeys
from adapters.personal_parts import Unsealable, joined, parts_of
from adapters.personal_sealing import NobodysData
from adapters.postgres import connect
from adapters.snapshots import EVERY
from adapters.verification import verify_streams
from adapters.wrapping import Wrapping
from domain.claim import CLAIM
from domain.claim.events import ClaimDenied, ClaimPrepared, ClaimSubmitted
from domain.decider import Decider
from domain.events import CATALOGUE
from domain.member import MEMBER
from domain.member.events import MemberDetails, MemberDetailsCorrected, MemberEnrolled
from domain.member.state import Enrolled
from domain.money import Money
from domain.personal import ERASED, Personal
from tests.adapters.premiums import meta
from tests.support.sample_facts import DETAILS, SAMPLES
from tests.support.sample_facts import MEMBER as ASHA

NOW = datetime(2026, 3, 1, tzinfo=UTC)
submitted = next(fact for fact in SAMPLES if isinstance(fact, ClaimSubmitted))
enrolled = MemberEnrolled("MB-2025-00001", DETAILS)


@pytest.fixture
def keys(database_url: str) -> Iterator[PersonKeys]:
    opened = PersonKeys(database_url)
    yield opened
    opened.close()


@pytest.fixture
def own_keys(database_url: str, tmp_path: Path) -> Iterator[PersonKeys]:
    """Wrapped by a key that no other test uses, so that it can be renewed."""
    opened = PersonKeys(database_url, Wrapping(tmp_path / "secrets"))
    yield opened
    opened.close()


@pytest.fixture
def own_store(database_url: str, own_keys: PersonKeys) -> Iterator[EventStore]:
    opened = EventStore(database_url, CATALOGUE, keys=own_keys, kept_states=0)
    yield opened
    opened.close()


@pytest.fixture
def store(database_url: str, keys: PersonKeys) -> Iterator[EventStore]:
    opened = EventStore(database_url, CATALOGUE, keys=keys, kept_states=0)
    yield opened
    opened.close()


def record(store: EventStore, decider: Decider[Any, Any, Any], stream: UUID, *facts: Any) -> None:
    store.append(store.load(decider, stream), facts, meta())


def details_of(store: EventStore, member: UUID) -> MemberDetails:
    state = store.load(MEMBER, member).state
    assert isinstance(state, Enrolled)
    return state.details


def raw(store: EventStore) -> list[tuple[bytes, bytes | None]]:
    with connect(store.pool.dsn) as conn:
        rows = conn.execute("SELECT data, sealed FROM es_event ORDER BY position").fetchall()
    return [(bytes(data), sealed) for data, sealed in rows]


def test_what_is_personal_is_nowhere_in_the_open(store: EventStore) -> None:
    member, claim = uuid4(), uuid4()
    record(store, MEMBER, member, enrolled)
    record(store, CLAIM, claim, replace(submitted, member_id=member))
    for data, sealed in raw(store):
        assert sealed is not None
        assert sealed[1:17] == member.bytes
        for text in (b"Asha", b"Mwakalinga", b"asha@", b"1985-02-14", b"B54", b"R50.9"):
            assert text not in data
            assert text not in sealed
    assert b'"diagnoses":["A00-B99","R00-R99"]' in raw(store)[1][0]


def test_readers_see_the_whole_event_by_every_way(store: EventStore) -> None:
    member = uuid4()
    record(store, MEMBER, member, enrolled)
    assert store.load(MEMBER, member).state == Enrolled("MB-2025-00001", DETAILS, None)
    assert store.stream(member)[0].fact == enrolled
    assert store.read_after(0, 10)[0].fact == enrolled
    assert store.load_many(MEMBER, [member])[member] == store.load(MEMBER, member)
    assert store.load(MEMBER, member, known_at=datetime(2100, 1, 1, tzinfo=UTC)).version == 1


def test_an_event_that_names_nobody_is_about_whom_its_stream_is(store: EventStore) -> None:
    claim = uuid4()
    record(store, CLAIM, claim, submitted)
    record(store, CLAIM, claim, ClaimPrepared("neema", "agrees with the file"))
    record(store, CLAIM, claim, ClaimDenied(("NOT_COVERED",)))
    (_, first), (_, note), (_, nothing) = raw(store)
    assert first is not None
    assert note is not None
    assert first[1:17] == note[1:17] == ASHA.bytes
    assert nothing is None, "without a note there is nothing to seal"


def test_within_one_command_the_first_fact_says_whose_the_others_are(store: EventStore) -> None:
    record(store, CLAIM, uuid4(), submitted, ClaimPrepared("neema", "agrees with the file"))
    assert {sealed[1:17] for _, sealed in raw(store) if sealed} == {ASHA.bytes}


def test_personal_fields_of_nobody_are_not_stored(store: EventStore) -> None:
    nobody = Loaded(uuid4(), 0, CLAIM.initial)
    with pytest.raises(NobodysData, match=r"claim\.prepared"):
        store.append(nobody, [ClaimPrepared("neema", "whose?")], meta())
    assert raw(store) == []


def test_what_is_sealed_opens_in_its_own_place_only(store: EventStore) -> None:
    one, other = uuid4(), uuid4()
    record(store, MEMBER, one, enrolled, MemberDetailsCorrected(replace(DETAILS, ward="Kariakoo")))
    record(store, MEMBER, other, enrolled)
    with connect(store.pool.dsn) as conn:
        conn.execute("ALTER TABLE es_event DISABLE TRIGGER ALL")
        for part in range(8):
            conn.execute(f"ALTER TABLE es_event_{part} DISABLE TRIGGER ALL")
        conn.execute(
            "UPDATE es_event e SET sealed = o.sealed FROM es_event o "
            "WHERE e.stream_id = %s AND e.version = 1 AND o.stream_id = e.stream_id "
            "AND o.version = 2",
            (one,),
        )
    with pytest.raises(CorruptEvent, match="not sealed for this place"):
        store.stream(one)
    assert store.stream(other)[0].fact == enrolled
    faults = verify_streams(store.pool.dsn, codec=store.codec).faults
    assert any("hash" in fault.what for fault in faults)


def test_with_the_key_goes_the_person_and_nothing_else(store: EventStore) -> None:
    gone, stays, claim = uuid4(), uuid4(), uuid4()
    for member in (gone, stays):
        record(store, MEMBER, member, enrolled)
    record(store, CLAIM, claim, replace(submitted, member_id=gone))
    before = raw(store)
    assert store.keys.destroy(store.tenant, gone, NOW)
    assert not store.keys.destroy(store.tenant, gone, NOW), "done before"
    assert raw(store) == before
    details = details_of(store, gone)
    assert {details.first_name, details.last_name, details.national_id, details.email} == {ERASED}
    assert (details.born_on, details.sex, details.region) == (
        date(1985, 1, 1), DETAILS.sex, DETAILS.region,
    )  # fmt: skip
    assert details_of(store, stays) == DETAILS
    read = store.stream(claim)[0].fact
    assert read == replace(submitted, member_id=gone, diagnoses=("A00-B99", "R00-R99"))
    assert verify_streams(store.pool.dsn, codec=store.codec).faults == []


def test_of_one_who_was_erased_nothing_new_is_kept(store: EventStore) -> None:
    claim = uuid4()
    store.keys.destroy(store.tenant, ASHA, NOW)
    record(store, CLAIM, claim, submitted)
    assert raw(store)[0][1] is None
    assert store.stream(claim)[0].fact.diagnoses == ("A00-B99", "R00-R99")


def test_another_process_forgets_the_key_soon(
    store: EventStore, keys: PersonKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = uuid4()
    record(store, MEMBER, member, enrolled)
    other = PersonKeys(store.pool.dsn, keys.wrapping)
    assert other.of(store.tenant, member.bytes) is not None
    keys.destroy(store.tenant, member, NOW)
    monkeypatch.setattr(other, "_forget_at", 0.0)
    assert other.of(store.tenant, member.bytes) is None
    other.close()


def test_a_lost_key_is_no_erasure(store: EventStore) -> None:
    lost, stays = uuid4(), uuid4()
    for member in (lost, stays):
        record(store, MEMBER, member, enrolled)
    with connect(store.pool.dsn) as conn:
        conn.execute("CREATE TABLE kept AS SELECT * FROM vault.person_key")
        conn.execute("DELETE FROM vault.person_key WHERE person_id = %s", (lost,))
    store.keys.forget()
    for read in (lambda: store.load(MEMBER, lost), lambda: store.stream(lost)):
        with pytest.raises(KeyLost, match=f"{lost}.*restore"):
            read()
    assert details_of(store, stays) == DETAILS
    (fault,) = verify_streams(store.pool.dsn, codec=store.codec).faults
    assert "restore the keys" in fault.what
    with connect(store.pool.dsn) as conn:
        conn.execute("INSERT INTO vault.person_key SELECT * FROM kept ON CONFLICT DO NOTHING")
    assert details_of(store, lost) == DETAILS


def test_without_the_insurers_own_key_nothing_is_taken_for_erased(
    store: EventStore, tmp_path: Path
) -> None:
    member = uuid4()
    record(store, MEMBER, member, enrolled)
    elsewhere = PersonKeys(store.pool.dsn, Wrapping(tmp_path / "other-secrets"))
    with pytest.raises(KeyLost, match="other-secrets"):
        elsewhere.of(store.tenant, member.bytes)
    elsewhere.close()


def test_renewing_the_insurers_key_leaves_old_copies_useless(
    own_store: EventStore, own_keys: PersonKeys, tmp_path: Path
) -> None:
    member = uuid4()
    record(own_store, MEMBER, member, enrolled)
    with connect(own_store.pool.dsn) as conn:
        ((copy,),) = conn.execute("SELECT wrapped FROM vault.person_key").fetchall()
    running = PersonKeys(own_store.pool.dsn, Wrapping(tmp_path / "secrets"))
    assert running.of(own_store.tenant, member.bytes) is not None
    assert own_keys.rewrap() == 1
    own_keys.forget()
    running.forget()
    assert details_of(own_store, member) == DETAILS
    assert running.of(own_store.tenant, member.bytes) is not None, "who runs learns of the new key"
    with connect(own_store.pool.dsn) as conn:
        conn.execute("UPDATE vault.person_key SET wrapped = %s", (copy,))
    own_keys.forget()
    with pytest.raises(KeyLost):
        own_store.load(MEMBER, member)
    running.close()


def test_an_interrupted_renewal_leaves_all_keys_readable(
    own_store: EventStore, own_keys: PersonKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = uuid4()
    record(own_store, MEMBER, member, enrolled)

    def full(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr("os.replace", full)
        with pytest.raises(OSError, match="no space"):
            own_keys.rewrap()
    own_keys.forget()
    assert details_of(own_store, member) == DETAILS
    assert own_keys.rewrap() == 1
    own_keys.forget()
    assert details_of(own_store, member) == DETAILS


def test_a_thousand_new_members_need_few_looks_at_the_keys(
    store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    fetch = PersonKeys.fetch

    def counted(self: PersonKeys, tenant: int, persons: Any) -> Any:
        nonlocal looks
        looks += 1
        return fetch(self, tenant, persons)

    monkeypatch.setattr(PersonKeys, "fetch", counted)
    batches = [
        Batch((Change(Loaded(uuid4(), 0, MEMBER.initial), (enrolled,)),), meta())
        for _ in range(1_000)
    ]
    answers = store.append_many(batches)
    assert all(isinstance(answer, Receipt) for answer in answers)
    assert looks <= 3


def test_a_snapshot_of_somebody_is_sealed_too(store: EventStore) -> None:
    member = uuid4()
    corrections = [MemberDetailsCorrected(replace(DETAILS, ward=f"Ward {n}")) for n in range(EVERY)]
    record(store, MEMBER, member, enrolled, *corrections)
    before = store.load(MEMBER, member)
    with connect(store.pool.dsn) as conn:
        ((state,),) = conn.execute("SELECT state FROM es_snapshot").fetchall()
    assert b"Asha" not in bytes(state)
    assert store.load(MEMBER, member) == before
    store.keys.destroy(store.tenant, member, NOW)
    assert details_of(store, member).first_name == ERASED


def test_a_field_must_say_what_is_read_when_it_is_erased() -> None:
    @dataclass(frozen=True, slots=True)
    class Settled:
        gift: Annotated[Money, Personal("identity")]

    with pytest.raises(Unsealable, match=r"Settled\.gift"):
        parts_of(Settled)


@pytest.mark.parametrize("fact", SAMPLES, ids=lambda fact: type(fact).__name__)
def test_every_event_is_whole_again_when_both_parts_are_joined(
    fact: Any,
) -> None:
    codec = Codec(CATALOGUE)
    parts = codec.divided(fact)
    whole = (
        parts.data
        if parts.personal is None
        else joined(parts.data, parts.personal, flat=parts.flat)
    )
    assert codec.decode(parts.name, parts.schema_version, whole) == fact
    assert type(codec.decode(parts.name, parts.schema_version, parts.data)) is type(fact)
