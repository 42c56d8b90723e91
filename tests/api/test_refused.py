"""What was refused is written down: who tried what, and nothing of what they sent."""

import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from adapters.journal import REFUSALS
from tests.api.book import V1
from tests.api.running import RunningApi, a_member

SECRET = "Wilhelmina-Canary"


@pytest.fixture
def noted() -> Iterator[list[dict[str, Any]]]:
    """The entries of refused requests, while a test runs."""
    heard: list[dict[str, Any]] = []

    class Hears(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.__dict__["told"])

    log, hears = logging.getLogger(REFUSALS), Hears()
    before = log.level
    log.addHandler(hears)
    log.setLevel(logging.INFO)
    yield heard
    log.removeHandler(hears)
    log.setLevel(before)


def test_a_request_that_is_not_permitted_is_noted_with_who_asked(
    api: RunningApi, noted: list[dict[str, Any]]
) -> None:
    user = api.user("customer_service")
    client = api.signed_in(user)
    answers = [
        client.post(f"{V1}/users", json={"username": SECRET, "name": SECRET, "roles": ["admin"]}),
        client.get(f"{V1}/members/{uuid4()}"),
        client.post(f"{V1}/members", json=a_member(first_name=SECRET, sex="Q")),
    ]
    assert [(one["status"], one["operation"]) for one in noted] == [
        (403, "add_user"), (404, "show_member"), (422, "enrol_member"),
    ]  # fmt: skip
    for one, answer in zip(noted, answers, strict=True):
        assert one["status"] == answer.status_code
        assert one["request"] == answer.headers["X-Request-Id"]
        assert (one["who"], one["from"]) == (str(user.user_id), "127.0.0.1")
    assert SECRET not in str(noted)


def test_who_is_not_signed_in_is_noted_by_address(
    api: RunningApi, noted: list[dict[str, Any]]
) -> None:
    stranger = api.anonymous()
    stranger.get(f"{V1}/members", headers={"Authorization": f"Bearer {SECRET}"})
    stranger.get(f"{V1}/nowhere/{SECRET}")
    assert [(one["status"], one["who"], one["from"]) for one in noted] == [
        (401, "", "127.0.0.1"), (404, "", "127.0.0.1"),
    ]  # fmt: skip
    assert SECRET not in str(noted)


def test_what_is_answered_well_is_not_noted(
    admin: httpx2.Client, noted: list[dict[str, Any]]
) -> None:
    assert admin.get(f"{V1}/members").status_code == 200
    assert noted == []
