"""Ids of new things, running numbers, and ids of secret values."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.blind_index import HmacBlindIndex
from adapters.event_store import EventStore
from adapters.ids import SeededIds, Uuid7Ids
from adapters.numbers import PostgresNumbers
from domain.catalogue import Catalogue

KEY = bytes(range(32))


def test_ids_made_later_sort_later_and_say_when_they_were_made() -> None:
    ids = Uuid7Ids()
    before = time.time_ns() // 1_000_000
    made = [ids.new() for _ in range(10_000)]
    assert made == sorted(set(made))
    assert all(one.version == 7 for one in made)
    assert before <= made[0].int >> 80 <= time.time_ns() // 1_000_000


def test_threads_never_get_the_same_id() -> None:
    ids = Uuid7Ids()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ids.new(), range(4_000)))
    assert len(set(made)) == 4_000


def test_the_same_seed_plays_the_same_ids_again() -> None:
    first, again, other = SeededIds(7), SeededIds(7), SeededIds(8)
    made = [first.new() for _ in range(5_000)]
    assert made == [again.new() for _ in range(5_000)]
    assert made == sorted(set(made))
    assert {one.version for one in made} == {7}
    assert not set(made) & {other.new() for _ in range(5_000)}


def test_no_number_is_given_twice(database_url: str) -> None:
    store = EventStore(database_url, Catalogue(()))
    numbers = PostgresNumbers(store)
    with ThreadPoolExecutor(8) as pool:
        singles = list(pool.map(lambda _: numbers.take("CLM|2025")[0], range(200)))
    block = numbers.take("CLM|2025", 10)
    store.close()
    assert sorted(singles) == list(range(1, 201))
    assert list(block) == list(range(201, 211))


def test_every_series_counts_for_itself(database_url: str) -> None:
    store = EventStore(database_url, Catalogue(()))
    numbers = PostgresNumbers(store)
    taken = [numbers.take(series)[0] for series in ("CLM|2025", "CLM|2026", "CLM|2025")]
    store.close()
    assert taken == [1, 1, 2]


def test_a_secret_value_meets_itself_and_nothing_else() -> None:
    index = HmacBlindIndex(KEY)
    found = index.of("national_id", "19850214141160000123")
    assert found == HmacBlindIndex(KEY).of("national_id", "19850214141160000123")
    assert found != index.of("national_id", "19850214141160000124")
    assert found != index.of("invoice", "19850214141160000123")
    assert found.version == 8


def test_another_key_finds_nothing() -> None:
    found = HmacBlindIndex(KEY).of("invoice", "INV-1")
    assert found != HmacBlindIndex(bytes(32)).of("invoice", "INV-1")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        HmacBlindIndex(b"short")
