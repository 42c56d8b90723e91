"""The frozen encoding of `bima.event.1`; a hash that changes here breaks every proof given out."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from adapters.chain import START, Place, link, stamp_of
from adapters.envelope import Meta

META = Meta(
    recorded_at=datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC),
    effective_on=date(2026, 2, 28),
    actor="amina",
    command_id=UUID(int=1),
    correlation_id=UUID(int=2),
    caused_by=17,
    reason="enrolment",
)
PLACE = Place(1, UUID(int=3).bytes, 1, "account.opened", 1)


def number(value: int, size: int) -> bytes:
    return value.to_bytes(size, "big", signed=True)


def text(value: bytes) -> bytes:
    return number(len(value), 4) + value


def test_the_hash_is_what_the_written_rule_says() -> None:
    """Spelled out by hand from the module's docstring, without its code."""
    said = (
        b"bima.event.1" + bytes(32) + number(1, 4) + number(3, 16) + number(1, 4) + number(1, 2)
        + number(1_772_357_400_123_456, 8) + number(20_512, 4) + number(1, 16) + number(2, 16)
        + number(17, 8) + text(b"amina") + text(b"enrolment")
        + text(b"account.opened") + text(b"{}")
    )  # fmt: skip
    absent = hashlib.sha256(said + number(-1, 4)).digest()
    assert link(b"", PLACE, stamp_of(META), b"{}", None) == absent
    assert link(START, PLACE, stamp_of(META), b"{}", None) == absent
    empty = hashlib.sha256(said + number(0, 4)).digest()
    assert link(START, PLACE, stamp_of(META), b"{}", b"") == empty


def test_the_hash_of_one_event_is_pinned() -> None:
    assert link(bytes(range(32)), PLACE, stamp_of(META), b'{"a":1}', b"sealed").hex() == (
        "9354184d66e7a38a02351f6d1569cf331462022adbf77c4ec25f237a5c454d9a"
    )


@pytest.mark.parametrize(
    "changed",
    [
        replace(META, recorded_at=META.recorded_at + timedelta(microseconds=1)),
        replace(META, effective_on=date(2026, 3, 1)),
        replace(META, actor="aminata"),
        replace(META, command_id=UUID(int=9)),
        replace(META, correlation_id=UUID(int=9)),
        replace(META, caused_by=None),
        replace(META, reason="enrolmen"),
        replace(META, actor="aminae", reason="nrolment"),
    ],
)
def test_every_part_of_the_envelope_is_covered(changed: Meta) -> None:
    assert link(START, PLACE, stamp_of(changed), b"{}", None) != link(
        START, PLACE, stamp_of(META), b"{}", None
    )


@pytest.mark.parametrize(
    "changed",
    [
        PLACE._replace(tenant=2),
        PLACE._replace(stream=UUID(int=4).bytes),
        PLACE._replace(version=2),
        PLACE._replace(name="account.opene"),
        PLACE._replace(schema_version=2),
    ],
)
def test_every_part_of_the_place_is_covered(changed: Place) -> None:
    assert link(START, changed, stamp_of(META), b"{}", None) != link(
        START, PLACE, stamp_of(META), b"{}", None
    )


def test_the_same_instant_in_another_zone_is_the_same_stamp() -> None:
    elsewhere = META.recorded_at.astimezone(timezone(timedelta(hours=3)))
    assert stamp_of(replace(META, recorded_at=elsewhere)) == stamp_of(META)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        stamp_of(replace(META, recorded_at=datetime(2026, 1, 1)))  # noqa: DTZ001
