"""`bima explain` tells what the running tables say; `bima failures` lists, retries, sets aside."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from typer.testing import CliRunner, Result

from adapters.postgres import Pool
from adapters.reaction_failures import ReactionFailures
from adapters.reaction_tasks import ReactionTasks, Task
from adapters.settings import get_settings
from cli.explain import app as explain_app
from cli.failures import app as failures_app
from domain.events import CATALOGUE
from projections import PROJECTIONS
from workers.reactions import REACTIONS

Bima = Callable[..., Result]


class TestExplain:
    def run(self, *words: str) -> Result:
        return CliRunner().invoke(explain_app, list(words))

    def test_an_event_is_told_from_the_three_tables(self) -> None:
        told = self.run("claim.submitted")
        assert told.exit_code == 0
        assert "claim.submitted (version 1)\n  Claim submitted." in told.output
        assert "diagnoses            tuple[str, ...]  personal: health" in told.output
        assert "claim_inbox" in told.output
        assert "score_for_fraud" in told.output
        assert "asks for ScoreClaim on queue claims" in told.output

    def test_an_event_without_consequences_says_so(self) -> None:
        assert "nothing by itself" in self.run("claim.closed").output
        assert (
            "nothing but who, when and why"
            in self.run("underwriting.counter_offer_accepted").output
        )

    def test_as_json_it_says_the_same(self) -> None:
        told = json.loads(self.run("payment.instructed", "--json").output)
        assert told["fields"] == [
            {"name": name, "type": "str", "personal": ""} for name in ("instruction_id", "batch")
        ]
        assert [step["reaction"] for step in told["next"]] == ["ask_bank"]
        assert {shown["projection"] for shown in told["shown_by"]} == {
            projection.name
            for projection in PROJECTIONS
            if projection.on_any or CATALOGUE.type_of("payment.instructed") in projection.on
        }

    def test_all_events_are_listed(self) -> None:
        lines = self.run().output.splitlines()
        assert [line.split()[0] for line in lines] == list(CATALOGUE.names())
        told = [json.loads(line) for line in self.run("--json").output.splitlines()]
        assert {one["event"] for one in told if one["next"]} == {
            CATALOGUE.name_of(kind) for kind in REACTIONS
        }
        assert all(shown["question"] for one in told for shown in one["shown_by"])

    def test_a_misspelt_event_is_asked_back(self) -> None:
        told = self.run("claim.submited")
        assert told.exit_code == 2
        assert "did you mean `claim.submitted`?" in told.output


@pytest.fixture
def bima(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Bima:
    """`bima failures …` against the test's own database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    get_settings.cache_clear()
    return lambda *words: CliRunner().invoke(failures_app, list(words))


@pytest.fixture(autouse=True)
def _settings_are_read_again() -> Iterator[None]:
    yield
    get_settings.cache_clear()


@pytest.fixture
def failed(pool: Pool, tasks: ReactionTasks) -> list[int]:
    """Two tasks that were given up."""
    with pool.connection() as conn:
        tasks.add(conn, [Task(7, "ask_bank", "payments")], timedelta(0))
        tasks.add(conn, [Task(9, "score_for_fraud", "claims")], timedelta(0))
    for key in ((7, "ask_bank"), (9, "score_for_fraud")):
        tasks.take([key], timedelta(minutes=1))
        tasks.fail(key, f"BankUnreachable: nobody answered {key[0]}")
    return [7, 9]


class TestFailures:
    def test_what_failed_is_listed_with_its_reason(self, bima: Bima, failed: list[int]) -> None:
        told = bima("list")
        assert told.exit_code == 0
        assert "ask_bank" in told.output
        assert "BankUnreachable: nobody answered 7" in told.output
        lines = [json.loads(line) for line in bima("list", "--json").output.splitlines()]
        assert [line["position"] for line in lines] == failed

    def test_nothing_failed_is_said(self, bima: Bima) -> None:
        assert bima("list").output == "Nothing has failed.\n"

    def test_one_is_tried_again(
        self, bima: Bima, failed: list[int], failures: ReactionFailures
    ) -> None:
        assert bima("retry", "7").output.startswith("1 open again")
        assert [failure.position for failure in failures.all()] == [9]

    def test_all_are_tried_again(
        self, bima: Bima, failed: list[int], failures: ReactionFailures
    ) -> None:
        assert bima("retry", "--all").output.startswith("2 open again")
        assert failures.all() == []

    def test_one_is_set_aside_with_the_reason(
        self, bima: Bima, failed: list[int], tasks: ReactionTasks
    ) -> None:
        assert bima("discard", "7", "--reason", "paid by hand").output == "1 set aside.\n"
        assert tasks.reactions_of(7) == [
            ("ask_bank", "discarded", "paid by hand (was: BankUnreachable: nobody answered 7)")
        ]

    def test_what_is_asked_wrongly_changes_nothing(
        self, bima: Bima, failed: list[int], failures: ReactionFailures
    ) -> None:
        wrong = {
            ("retry",): "name positions, or say --all",
            ("retry", "7", "--all"): "name positions, or say --all",
            ("retry", "7", "8"): "nothing has failed at 8",
            ("discard", "7"): "--reason",
            ("discard", "7", "--reason", " "): "say why",
        }
        for words, said in wrong.items():
            told = bima(*words)
            assert told.exit_code == 2
            assert said in told.output
        assert [failure.position for failure in failures.all()] == failed
