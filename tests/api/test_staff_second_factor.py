"""S10: staff need a second factor, approvals of money a recent code, guesses a counter."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pyotp
import pytest

from adapters.identities import User
from adapters.rate_limit import RateLimiter
from api.roles import STEP_UP
from api.staff_sign_in import WAIVED
from tests.api.book import V1
from tests.api.running import PASSWORD, MakeSettings, RunningApi, data_of, error_of, running_api

MFA = f"{V1}/security/mfa"


@pytest.fixture(scope="module")
def api(own_settings: MakeSettings) -> Iterator[RunningApi]:
    """An API that asks staff for a second factor, as it does where nothing else is set."""
    settings = own_settings(
        staff_second_factor=True,
    )  # fmt: skip
    with running_api(settings, read_models=False) as running:
        yield running


def code_of(secret: str, steps: int = 0) -> str:
    """The code of now, or of a step earlier or later: each is good once."""
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30 * steps))


def with_authenticator(api: RunningApi, user: User) -> tuple[httpx2.Client, str]:
    """A sign-in that has just set up an authenticator, and its secret."""
    client = api.signed_in(user)
    secret = data_of(client.post(f"{MFA}/enable"))["secret"]
    data_of(client.post(f"{MFA}/verify", json={"code": code_of(secret, -1)}))
    return client, secret


def test_it_is_asked_for_where_nothing_is_set(api: RunningApi) -> None:
    assert type(api.parts.settings).model_fields["staff_second_factor"].default is True


def test_staff_may_set_one_up_and_nothing_else_before(api: RunningApi) -> None:
    user = api.user("auditor")
    client = api.signed_in(user)
    error = error_of(client.get(f"{V1}/members"), 403, "PERMISSION_DENIED")
    assert "authenticator" in error["message"]
    assert data_of(client.get(f"{V1}/auth/profile"))["permissions"] == [
        "authentication.own_account"
    ]
    secret = data_of(client.post(f"{MFA}/enable"))["secret"]
    error_of(client.post(f"{MFA}/verify", json={"code": "000000"}), 422, "VALIDATION_ERROR")
    data_of(client.post(f"{MFA}/verify", json={"code": code_of(secret)}))
    assert client.get(f"{V1}/members").status_code == 200


def test_a_code_is_good_once(api: RunningApi) -> None:
    client, secret = with_authenticator(api, api.user("auditor"))
    data_of(client.post(f"{MFA}/verify", json={"code": code_of(secret)}))
    error_of(client.post(f"{MFA}/verify", json={"code": code_of(secret)}), 409, "RESOURCE_CONFLICT")


NOBODYS = UUID(int=1)


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("claims_manager", f"/claims/{NOBODYS}/approve"),
        ("finance_officer", f"/payments/{NOBODYS}/process"),
    ],
)
def test_approvals_of_money_ask_for_a_recent_code(
    api: RunningApi, role: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = api.user(role)
    client, secret = with_authenticator(api, user)
    assert client.post(V1 + path, json={}).status_code not in (401, 403)
    with api.parts.desk.store.pool.connection() as conn:
        conn.execute(
            "UPDATE identity_session SET code_shown_at = code_shown_at - interval '16 minutes'"
            " WHERE user_id = %s", (user.user_id,),
        )  # fmt: skip
    api.parts._standing.clear()
    answer = client.post(V1 + path, json={})
    error = error_of(answer, 401, "AUTHENTICATION_REQUIRED")
    assert error["details"] == {"step_up": "totp"}
    assert "insufficient_user_authentication" in answer.headers["WWW-Authenticate"]
    assert client.get(f"{V1}/claims").status_code == 200, "reads need none"
    data_of(client.post(f"{MFA}/verify", json={"code": code_of(secret)}))
    assert client.post(V1 + path, json={}).status_code not in (401, 403)


def test_what_asks_for_a_code_are_approvals_of_money() -> None:
    assert {"claims.approve_claim", "claims.process_payment"} == STEP_UP


def test_who_is_let_off_is_told_at_every_sign_in(api: RunningApi) -> None:
    user = api.user("claims_manager")
    api.identities.waive_factor(user.user_id, waived=True)
    client = api.signed_in(user)
    assert client.get(f"{V1}/members").status_code == 200
    assert client.post(f"{V1}/claims/{uuid4()}/approve", json={}).status_code == 404
    assert WAIVED in api.parts.desk.store.stream(user.user_id)[-1].fact.proofs


def test_where_nobody_counts_guesses_nobody_signs_in_and_reads_go_on(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis is down: no password and no code can be tried; who is signed in works on."""
    user = api.user("auditor")
    client, _ = with_authenticator(api, user)
    counted = api.parts.settings.model_copy(update={"rate_limits": True})
    monkeypatch.setattr(api.parts, "settings", counted)

    monkeypatch.setattr(api.parts, "limiter", RateLimiter("redis://127.0.0.1:1/0"))
    body = {"username": user.username, "password": PASSWORD}
    answer = api.anonymous().post(f"{V1}/auth/login", json=body)
    error_of(answer, 503, "SERVICE_UNAVAILABLE")
    error_of(client.post(f"{MFA}/verify", json={"code": "123456"}), 503, "SERVICE_UNAVAILABLE")
    assert client.get(f"{V1}/members").status_code == 200
