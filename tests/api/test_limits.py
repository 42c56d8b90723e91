"""How often one may ask, exactly; and what happens where a server that we need is away."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.identities import Kind
from adapters.rate_limit import RateLimiter
from tests.api.book import V1
from tests.api.running import PASSWORD, RunningApi, data_of, error_of, running_api, settings_for
from tests.support.servers import DatabaseMaker

LIMITS = {"limit_staff": 30, "limit_users": 20, "limit_anonymous": 50, "limit_sign_in": 3}


@pytest.fixture
def limited(new_database: DatabaseMaker, redis_url: str, tmp_path: Path) -> Iterator[RunningApi]:
    """An API that counts, with limits that a test can reach."""
    settings = settings_for(new_database(), redis_url, tmp_path, rate_limits=True, **LIMITS)
    with running_api(settings, read_models=False) as running:
        yield running


@pytest.mark.parametrize(
    ("kind", "role", "limit"), [(Kind.STAFF, "auditor", 30), (Kind.SERVICE, "api_user", 20)]
)
def test_the_allowance_is_exact_and_told_on_every_answer(
    limited: RunningApi, kind: Kind, role: str, limit: int
) -> None:
    client = limited.signed_in(limited.user(role, kind=kind))
    answers = [client.get(f"{V1}/auth/profile") for _ in range(limit + 3)]
    taken = [answer for answer in answers if answer.status_code == 200]
    assert limit <= len(taken) <= limit + 1  # one more is free every minute / limit
    for answer in answers:
        assert answer.headers["X-RateLimit-Limit"] == str(limit)
        assert 0 <= int(answer.headers["X-RateLimit-Remaining"]) < limit
        assert time.time() <= int(answer.headers["X-RateLimit-Reset"]) <= time.time() + 62
    assert [int(a.headers["X-RateLimit-Remaining"]) for a in taken[:3]] == [
        limit - 1, limit - 2, limit - 3,
    ]  # fmt: skip
    error = error_of(answers[-1], 429, "RATE_LIMIT_EXCEEDED")
    assert error["details"]["limit"] == limit
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_each_caller_has_an_allowance_of_their_own(limited: RunningApi) -> None:
    one, two = (limited.signed_in(limited.user("auditor")) for _ in range(2))
    while one.get(f"{V1}/auth/profile").status_code == 200:
        pass
    data_of(two.get(f"{V1}/auth/profile"))


def test_guesses_at_one_name_are_bounded(limited: RunningApi) -> None:
    user = limited.user("auditor")
    client = limited.anonymous()
    for _ in range(3):
        body = {"username": user.username, "password": "a guess"}
        error_of(client.post(f"{V1}/auth/login", json=body), 401, "AUTHENTICATION_FAILED")
    right = {"username": user.username.upper(), "password": PASSWORD}
    refused = client.post(f"{V1}/auth/login", json=right)
    error_of(refused, 429, "RATE_LIMIT_EXCEEDED")
    other = {"username": limited.user("auditor").username, "password": PASSWORD}
    data_of(client.post(f"{V1}/auth/login", json=other))


def test_health_is_asked_as_often_as_one_likes(limited: RunningApi) -> None:
    client = limited.anonymous()
    assert {client.get("/health/live").status_code for _ in range(60)} == {200}


def test_without_the_queue_server_nobody_signs_in_and_reads_go_on(
    limited: RunningApi, redis_url: str
) -> None:
    user = limited.user("auditor")
    client = limited.signed_in(user)
    counting, limited.parts.limiter = limited.parts.limiter, RateLimiter("unix:///no/such.sock")
    data_of(client.get(f"{V1}/auth/profile"))
    body = {"username": user.username, "password": PASSWORD}
    answer = limited.anonymous().post(f"{V1}/auth/login", json=body)
    error_of(answer, 503, "SERVICE_UNAVAILABLE")
    assert answer.headers["Retry-After"]
    ready = error_of(limited.anonymous().get("/health/ready"), 503, "SERVICE_UNAVAILABLE")
    assert ready["details"] == {"database": "ready", "queue": "away"}
    limited.parts.limiter = counting


def test_without_the_database_every_answer_says_so_and_nothing_more(
    new_database: DatabaseMaker, redis_url: str, tmp_path: Path
) -> None:
    settings = settings_for(new_database(), redis_url, tmp_path)
    with running_api(settings, read_models=False) as running:
        client = running.signed_in(running.user("admin"))
        data_of(client.get(f"{V1}/members"))
        gone = settings.database_url.replace("bima_test_", "bima_gone_")
        running.parts.desk.store.pool.close()
        running.parts.desk.store.pool.dsn = gone
        for answer in (
            client.post(f"{V1}/auth/login", json={"username": "x", "password": "y"}),
            client.patch(f"{V1}/members/{'0' * 8}-0000-7000-8000-{'0' * 12}/deactivate"),
        ):
            error_of(answer, 503, "SERVICE_UNAVAILABLE")
            assert "bima_gone" not in answer.text
