"""Every event that was ever published can be read, and means what it meant."""

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.codec import Codec
from domain.events import CATALOGUE
from tests.golden.write_missing import FOLDER, path_of
from tests.support.sample_facts import SAMPLES

CODEC = Codec(CATALOGUE)
STORED = sorted(FOLDER.glob("*.json"))
# An older version is turned by its upcaster on reading, which has tests of its own.
WRITTEN_TODAY = [path_of(name, CATALOGUE.schema_of(name)) for name in CATALOGUE.names()]


def test_every_event_has_a_stored_sample_of_each_of_its_versions() -> None:
    wanted = {
        path_of(entry.name, version)
        for entry in CATALOGUE.entries
        for version in range(1, entry.schema_version + 1)
    }
    assert set(STORED) == wanted, "run `python -m tests.golden.write_missing`"


def test_every_event_has_one_sample_fact() -> None:
    assert sorted(CATALOGUE.name_of(type(fact)) for fact in SAMPLES) == sorted(CATALOGUE.names())


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_stored_event_can_be_read(path: Path) -> None:
    name, _, version = path.stem.rpartition(".v")
    fact = CODEC.decode(name, int(version), path.read_bytes())
    assert type(fact) is CATALOGUE.type_of(name)


@pytest.mark.parametrize("path", WRITTEN_TODAY, ids=lambda path: path.stem)
def test_nothing_that_was_stored_is_lost_or_changed_in_reading(path: Path) -> None:
    """A field may be added, but none renamed, dropped or given another meaning."""
    name, _, version = path.stem.rpartition(".v")
    stored = json.loads(path.read_bytes())
    again = json.loads(CODEC.encode(CODEC.decode(name, int(version), path.read_bytes())).data)
    assert _only(stored, again) == stored


@pytest.mark.parametrize("fact", SAMPLES, ids=lambda fact: type(fact).__name__)
def test_encode_then_decode_is_the_same_fact(fact: Any) -> None:
    encoded = CODEC.encode(fact)
    assert CODEC.decode(encoded.name, encoded.schema_version, encoded.data) == fact


def _only(stored: Any, again: Any) -> Any:
    """`again` without the fields that `stored` did not have yet."""
    if isinstance(stored, dict) and isinstance(again, dict):
        return {key: _only(stored[key], again[key]) for key in stored if key in again}
    if isinstance(stored, list) and isinstance(again, list) and len(stored) == len(again):
        return [_only(one, other) for one, other in zip(stored, again, strict=True)]
    return again
