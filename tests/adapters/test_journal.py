"""The logs of all parts have one form, which no entry breaks and nobody can fill a disk with."""

import json
import logging
from pathlib import Path

import pytest

from adapters.journal import SERVED, AtMost, OneForm, entry, refusals
from deploy.parts import PARTS

PROJECT = Path(__file__).resolve().parents[2]


def record(said: str, *values: object, **told: object) -> logging.LogRecord:
    made = logging.LogRecord("bima.api", logging.WARNING, "", 1, said, values, None)
    made.told = told
    return made


@pytest.mark.parametrize("said", ['it\nis "so"', "a\r\n{}", "\x1b[31mred\x00", "\u2028next", "å"])
def test_an_entry_is_one_line_whatever_it_says(said: str) -> None:
    line = OneForm().format(record("a call: %s", said, who=said))
    assert line.isprintable()
    assert line.isascii()
    told = json.loads(line)
    assert (told["said"], told["who"]) == (f"a call: {said}", said)


def test_an_entry_says_when_where_how_grave_and_what() -> None:
    told = json.loads(entry("bima.projector", "ready"))
    assert set(told) == {"at", "level", "logger", "process", "said"}
    assert told["at"].endswith("+00:00"), "an instant of UTC"
    assert (told["level"], told["logger"], told["said"]) == ("info", "bima.projector", "ready")


def test_the_servers_of_the_api_write_in_that_form() -> None:
    assert SERVED["formatters"]["one"]["()"] is OneForm
    assert SERVED["root"]["handlers"] == ["out"]
    assert "--fd={socket}" in next(part for part in PARTS if part.name == "api").arguments


def test_more_than_can_be_read_is_counted_and_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([7.0] * 5 + [8.5])
    monkeypatch.setattr("adapters.journal.time.monotonic", lambda: next(seconds))
    bound, entries = AtMost(2), [record("refused") for _ in range(6)]
    assert [bound.filter(one) for one in entries] == [True, True, False, False, False, True]
    assert json.loads(OneForm().format(entries[-1]))["left_out_before"] == 3
    assert any(isinstance(one, AtMost) for one in refusals().filters)


def test_the_page_names_every_log_and_no_other() -> None:
    page = (PROJECT / "docs/operations/logs.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `logs/")]
    named = {name.strip().removeprefix("`logs/").removesuffix(".log`") for name in rows}
    assert named == {part.name for part in PARTS} | {"supervisor", "postgres", "valkey"}
