"""The locked versions are whole, agree with each other, and name no package index."""

import json
from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from cli import sbom
from deploy.bootstrap import DEVELOPER_LOCK, PROJECT, RUNTIME_LOCK
from deploy.locks import LOCKS, allows, faults, pins


def test_the_locks_answer_to_the_wishes_and_to_each_other() -> None:
    assert faults() == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_address_and_has_a_hash_for_every_version(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]  # parametrized with paths
    assert "://" not in text
    entries = [entry for entry in text.split("\n") if "==" in entry and not entry.startswith(" ")]
    assert entries
    assert all(entry.rstrip().endswith("\\") for entry in entries)


def test_the_developers_lock_holds_all_that_runs() -> None:
    assert pins(RUNTIME_LOCK).items() <= pins(DEVELOPER_LOCK).items()
    assert "pytest" not in pins(RUNTIME_LOCK)


def test_the_bill_of_materials_names_every_locked_version_once() -> None:
    told = json.loads(CliRunner().invoke(sbom.app, []).stdout)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    named = [one["purl"] for one in told["components"]]
    entries = [
        line.split()[0]
        for line in (PROJECT / RUNTIME_LOCK).read_text().split("\n")
        if line[:1].isalpha()
    ]
    assert len(named) == len(set(named)) > 50
    assert set(named) == {
        "pkg:pypi/" + entry.split("[")[0].partition("==")[0] + "@" + entry.partition("==")[2]
        for entry in entries
    }
    psycopg = {one["name"]: one["version"] for one in told["components"]}["psycopg"]
    assert psycopg == version("psycopg")


@pytest.mark.parametrize(
    ("limits", "number", "met"),
    [
        (">=3.3,<4", "3.3.9", True),
        (">=3.3,<4", "3.3", True),
        (">=3.3,<4", "4.0.0", False),
        (">=3.3,<4", "3.2.9", False),
        (">=9.5,<9.6", "9.10", False),
        (">=9.1,<10", "9.1.2.post2", True),
        ("", "0.1", True),
    ],
)
def test_a_version_is_held_against_its_limits(limits: str, number: str, met: bool) -> None:
    assert allows(limits, number) is met


def test_a_sign_that_is_not_understood_is_refused() -> None:
    with pytest.raises(ValueError, match="only >=, < and =="):
        allows("~=1.0", "1.0")
