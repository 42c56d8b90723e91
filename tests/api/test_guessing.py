"""S8: whoever guesses learns neither a password nor which names there are."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import redis
from scipy.stats import ks_2samp  # type: ignore[import-untyped]  # comes without types

from adapters.passwords import Passwords
from adapters.settings import Settings
from tests.api.book import V1
from tests.api.running import PASSWORD, MakeSettings, RunningApi, data_of, error_of, running_api

LOGIN = f"{V1}/auth/login"
MOST_CHECKS = 100
ROWS = "bima:limit:guess|*"


@pytest.fixture(scope="module")
def settings(own_settings: MakeSettings) -> Settings:
    """Guesses in a row are counted; how many a minute there are is not what is asked here."""
    return own_settings(
        rate_limits=True, limit_anonymous=10_000_000, limit_sign_in=1_000_000,
    )  # fmt: skip


@pytest.fixture(scope="module")
def api(settings: Settings) -> Iterator[RunningApi]:
    with running_api(settings, read_models=False) as running:
        yield running


class Counting(Passwords):
    """The same, and counts how often it was asked."""

    checked = 0

    def matches(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        self.checked += 1
        return super().matches(password, stored)


def guessed(api: RunningApi, tries: int, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """How many passwords were looked at in so many tries, and whose account it was."""
    counting = Counting(cheap=True)
    monkeypatch.setattr(api.parts, "passwords", counting)
    user, client = api.user("auditor"), api.anonymous()
    answers = set()
    for number in range(tries):
        body = {"username": user.username, "password": f"guess {number}"}
        answers.add(client.post(LOGIN, json=body).status_code)
    assert answers == {401, 429}
    print(f"S8: {counting.checked} passwords looked at in {tries} tries (at most {MOST_CHECKS})")
    return counting.checked, user.username


def test_few_guesses_in_a_row_are_looked_at(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked, name = guessed(api, 60, monkeypatch)
    assert checked <= 12
    right = {"username": name, "password": PASSWORD}
    refused = api.anonymous().post(LOGIN, json=right)
    error_of(refused, 429, "RATE_LIMIT_EXCEEDED")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    other = {"username": api.user("auditor").username, "password": PASSWORD}
    data_of(api.anonymous().post(LOGIN, json=other))


@pytest.mark.long
def test_ten_thousand_guesses_are_not_looked_at(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked, _ = guessed(api, 10_000, monkeypatch)
    assert checked <= MOST_CHECKS


def test_each_further_guess_waits_twice_as_long(api: RunningApi) -> None:
    """Time is moved in the counter, so that nobody waits a week here."""
    user = api.user("auditor")
    body = {"username": user.username, "password": "a guess"}
    with counter_of(api) as counter:
        counter.delete(*counter.keys(ROWS) or ["nothing"])
    waits = [_waited(api, body) for _ in range(14)]
    assert waits[:9] == [0] * 9, "people mistype"
    assert waits[9:] == pytest.approx([60, 120, 240, 480, 960], abs=3)
    # Ten thousand tries in a row would take longer than anybody lives: a day for each at last.
    assert data_of(api.anonymous().post(LOGIN, json={**body, "password": PASSWORD}))
    assert _waited(api, body) == 0, "the row has ended"


def _waited(api: RunningApi, body: dict[str, str]) -> int:
    """The seconds that the next guess has to wait; the counter's time is moved past them."""
    error_of(api.anonymous().post(LOGIN, json=body), 401, "AUTHENTICATION_FAILED")
    with counter_of(api) as counter:
        now = int(counter.time()[0])
        for key in counter.keys(ROWS):
            until = int(float(counter.hget(key, "from") or 0))
            if until > now:
                counter.hset(key, "from", "0")
                return until - now
    return 0


def counter_of(api: RunningApi) -> Any:
    return redis.Redis.from_url(api.parts.settings.require_redis_url())


def timings(api: RunningApi, tries: int) -> tuple[list[float], list[float]]:
    """Seconds that a wrong password takes for names that exist and for names that do not."""
    client = api.anonymous()
    known: list[float] = []
    unknown: list[float] = []
    for _ in range(tries):
        for name, found in ((_somebody(api), known), (_nobody(), unknown)):
            began = time.perf_counter()
            answer = client.post(LOGIN, json={"username": name, "password": "a guess"})
            found.append(time.perf_counter() - began)
            assert answer.status_code == 401
    return known, unknown


def _somebody(api: RunningApi) -> str:
    """A user whose password is hashed as all are where the API runs."""
    user = api.user("auditor")
    api.identities.set_password(user.user_id, api.parts.passwords.hash(PASSWORD))
    return user.username


def _nobody() -> str:
    return f"auditor-{uuid4().hex[:8]}"


def alike(api: RunningApi, tries: int) -> float:
    known, unknown = timings(api, tries)
    found: Any = ks_2samp(known, unknown)
    print(
        f"S8: {tries} tries each: medians {statistics.median(known) * 1000:.1f} and "
        f"{statistics.median(unknown) * 1000:.1f} ms, KS p = {found.pvalue:.3f}"
    )
    return float(found.pvalue)


@pytest.mark.long
def test_which_names_there_are_is_not_told_by_time(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The short form: few tries, so that only what differs clearly is seen; the long one below."""
    monkeypatch.setattr(api.parts, "refusals_take", 0.04)
    assert alike(api, 30) > 0.001


@pytest.mark.long
def test_without_the_interval_they_would_be_told(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail: a refusal that is recorded takes longer."""
    monkeypatch.setattr(api.parts, "refusals_take", 0.0)
    assert alike(api, 40) < 0.001


@pytest.mark.long
def test_names_cannot_be_told_by_the_time_of_real_passwords(
    settings: Settings, tmp_path: Path
) -> None:
    slow = settings.model_copy(update={"cheap_passwords": False})
    with running_api(slow, read_models=False) as api:
        assert alike(api, 80) > 0.01


def test_another_name_is_answered_alike(api: RunningApi) -> None:
    answers: list[httpx2.Response] = []
    client = api.anonymous()
    for name in (api.user("auditor").username, _nobody()):
        body = {"username": name, "password": "a guess"}
        answers += [client.post(LOGIN, json=body) for _ in range(12)]
    statuses = [answer.status_code for answer in answers]
    assert statuses[:12] == statuses[12:]
    assert statuses.count(429) == 4
