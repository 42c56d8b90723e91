"""How often one may ask, exactly; and what happens where a server that we need is away."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from adapters.identities import Kind
from adapters.rate_limit import RateLimiter
from adapters.secret_keys import bank_key
from adapters.signed_messages import signed
from adapters.webhook_deliveries import Deliveries, deliveries
from tests.api.book import V1
from tests.api.running import PASSWORD, RunningApi, data_of, error_of, running_api, settings_for
from tests.support.servers import DatabaseMaker, empty

WORKERS = 8
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
    began, answers = time.monotonic(), [client.get(f"{V1}/auth/profile")]
    while answers[-1].status_code == 200:
        answers.append(client.get(f"{V1}/auth/profile"))
    free_again = int((time.monotonic() - began) * limit / 60)  # one every minute / limit
    assert limit <= len(answers) - 1 <= limit + free_again + 1
    for answer in answers:
        assert answer.headers["X-RateLimit-Limit"] == str(limit)
        assert 0 <= int(answer.headers["X-RateLimit-Remaining"]) < limit
        assert time.time() <= int(answer.headers["X-RateLimit-Reset"]) <= time.time() + 62
    told = [int(answer.headers["X-RateLimit-Remaining"]) for answer in answers]
    assert (told[0], told[-1]) == (limit - 1, 0)
    assert sum(later >= before for before, later in pairwise(told[:-1])) <= free_again + 1
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


def test_bad_messages_of_one_address_are_bounded_and_good_ones_are_not(limited: RunningApi) -> None:
    client, place = limited.anonymous(), f"{V1}/webhooks/bank"
    began = time.monotonic()
    answers = [
        client.post(place, json={}).status_code for _ in range(LIMITS["limit_anonymous"] + 5)
    ]
    refused = answers.count(401)
    free_again = int((time.monotonic() - began) * LIMITS["limit_anonymous"] / 60)
    assert 0 <= refused - LIMITS["limit_anonymous"] <= free_again + 2
    assert answers.count(429) == len(answers) - refused
    pool = limited.parts.desk.store.pool
    with pool.connection() as conn:
        aged = "UPDATE webhook_delivery SET received_at = now() - interval '31 days'"
        assert conn.execute(aged).rowcount == refused  # none of those that were too many
    Deliveries(pool, limited.parts.settings.tenant, "bank").refuse("again")
    assert [it.note for it in deliveries(pool, limited.parts.settings.tenant)] == ["again"]
    key = bank_key(limited.parts.settings.secrets_folder)
    genuine = client.post(place, content=b"{}", headers=signed(key, b"{}", datetime.now(UTC)))
    error_of(genuine, 422, "VALIDATION_ERROR")  # heard, though its words make no sense


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


@pytest.mark.long
def test_eight_workers_count_as_one_at_the_limits_that_are_set(
    new_database: DatabaseMaker, redis_url: str, tmp_path: Path
) -> None:
    """S25: 1000, 100 and 10 a minute, told apart from what becomes free meanwhile, to one."""
    settings = settings_for(new_database(), redis_url, tmp_path, rate_limits=True)
    with ExitStack() as stack:
        apis = [
            stack.enter_context(running_api(settings, read_models=False)) for _ in range(WORKERS)
        ]
        signed_in = [
            apis[0].signed_in(apis[0].user("auditor")).headers["Authorization"],
            apis[0].signed_in(apis[0].user("api_user", kind=Kind.SERVICE)).headers["Authorization"],
        ]
        empty(redis_url)  # signing in was counted, too
        told = {}
        for token, limit in zip((*signed_in, ""), (1_000, 100, 10), strict=True):
            clients = [api.anonymous() for api in apis]
            headers = {"Authorization": token} if token else {}
            path = f"{V1}/auth/profile" if token else "/"
            started = time.monotonic()
            codes: list[int] = []
            while codes.count(429) < WORKERS:
                client = clients[len(codes) % WORKERS]
                codes.append(client.get(path, headers=headers).status_code)
            free_again = (time.monotonic() - started) * limit / 60
            told[limit] = (codes.count(200), free_again)
            assert set(codes) <= {200, 429}
            assert abs(codes.count(200) - limit - free_again) <= 1.5  # it becomes free one by one
    print(f"S25: {WORKERS} workers, taken and free meanwhile: {told}")
