"""The commands about the API: its description, its coverage of the contract, and its users."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from adapters.settings import get_settings
from cli import api as api_command
from cli import openapi, user
from tests.api.book import V1
from tests.api.running import PASSWORD, RunningApi, data_of, error_of

run = CliRunner().invoke


@pytest.fixture
def ledger(api: RunningApi, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The commands speak to the ledger of the running API."""
    settings = api.parts.settings
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REDIS_URL", settings.redis_url)
    monkeypatch.setenv("BIMA_HOME", str(settings.state_dir))
    monkeypatch.setenv("BIMA_CHEAP_PASSWORDS", "true")
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def signs_in(api: RunningApi, name: str, password: str) -> httpx2.Response:
    body = {"username": name, "password": password}
    return api.anonymous().post(f"{V1}/auth/login", json=body)


def test_the_description_is_printed_without_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    get_settings.cache_clear()
    printed = run(openapi.app, [])
    assert printed.exit_code == 0
    assert json.loads(printed.stdout)["openapi"].startswith("3.1")


def test_coverage_counts_the_operations_of_the_contract(shared_data: Path) -> None:
    contract = ["coverage", "--contract", str(shared_data / "contract" / "endpoints.tsv")]
    printed = run(api_command.app, contract)
    assert printed.exit_code == 0
    total = printed.stdout.splitlines()[-1].split()
    assert (total[0], total[-1]) == ("all", "366")
    found = json.loads(run(api_command.app, [*contract, "--json"]).stdout)
    served = sum(module["served"] for module in found["modules"].values())
    assert served == int(total[1]) > 60
    assert served + len(found["missing"]) == 366
    missing = run(api_command.app, [*contract, "--missing"]).stdout
    assert "missing: GET /api/v1/leads" in missing
    assert "missing: GET /api/v1/claims\n" not in missing


def test_a_contract_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    printed = run(api_command.app, ["coverage", "--contract", str(tmp_path / "none.tsv")])
    assert printed.exit_code == 1
    assert "cannot be read" in printed.stderr


@pytest.mark.usefixtures("ledger")
def test_a_user_is_added_and_may_sign_in(api: RunningApi) -> None:
    printed = run(user.app, ["add", "neema.komba", "--role", "auditor", "--name", "Neema Komba"])
    assert printed.exit_code == 0, printed.output
    password = printed.stdout.rsplit(": ", 1)[1].strip()
    assert data_of(signs_in(api, "neema.komba", password))["user"]["name"] == "Neema Komba"
    listed = run(user.app, ["list"]).stdout
    assert "neema.komba" in listed
    again = run(user.app, ["add", "Neema.Komba", "--role", "auditor"])
    assert again.exit_code == 1
    assert "already" in again.stderr


@pytest.mark.usefixtures("ledger")
def test_a_password_may_be_chosen_and_changed(api: RunningApi) -> None:
    chosen = run(
        user.app, ["add", "said.juma", "--role", "admin", "--password-stdin"], input=PASSWORD
    )
    assert chosen.exit_code == 0, chosen.output
    assert PASSWORD not in chosen.stdout
    data_of(signs_in(api, "said.juma", PASSWORD))
    changed = run(user.app, ["password", "said.juma"])
    new = changed.stdout.rsplit(": ", 1)[1].strip()
    data_of(signs_in(api, "said.juma", new))
    error_of(signs_in(api, "said.juma", PASSWORD), 401, "AUTHENTICATION_FAILED")


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["add", "x", "--role", "emperor"], "no role emperor"),
        (["add", "x", "--role", "member", "--kind", "member"], "--subject"),
        (["password", "nobody.there"], "no user"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(words: list[str], why: str) -> None:
    printed = run(user.app, words)
    assert printed.exit_code == 1
    assert why in printed.stderr


@pytest.mark.usefixtures("ledger")
def test_a_short_password_is_refused() -> None:
    printed = run(user.app, ["add", "y", "--role", "admin", "--password-stdin"], input="short")
    assert printed.exit_code == 1
    assert "15 to 256" in printed.stderr
