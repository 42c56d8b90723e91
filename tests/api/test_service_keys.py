"""Services act by keys: told once, for a while, for what they were made for, ended in seconds."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from adapters.identities import Kind, User
from tests.api.book import V1
from tests.api.running import (
    Json,
    MakeSettings,
    RunningApi,
    data_of,
    error_of,
    faulty_fields,
    running_api,
)

OPENED = ["claims.view_claim", "membership.view_member"]


@pytest.fixture(scope="module")
def api(own_settings: MakeSettings) -> Iterator[RunningApi]:
    settings = own_settings(
        access_minutes=10,
    )  # fmt: skip
    with running_api(settings, read_models=False) as running:
        yield running


@pytest.fixture(scope="module")
def service(api: RunningApi) -> User:
    return api.user("api_user", kind=Kind.SERVICE)


def issued(api: RunningApi, service: User, **said: object) -> Json:
    body = {"name": "claims gateway", "permissions": OPENED, "days": 30, **said}
    found: Json = data_of(api.as_role("admin").post(keys_of(service), json=body))
    return found


def keys_of(service: User) -> str:
    return f"{V1}/users/{service.user_id}/keys"


def acting(api: RunningApi, key: str) -> httpx2.Client:
    client = api.anonymous()
    client.headers["Authorization"] = f"ApiKey {key}"
    return client


def granted(api: RunningApi, key: Json, **said: str) -> httpx2.Response:
    form = {
        "grant_type": "client_credentials", "client_id": key["key_id"],
        "client_secret": key["key"], **said,
    }  # fmt: skip
    return api.anonymous().post(f"{V1}/auth/token", data=form)


def test_a_key_opens_what_it_was_made_for_and_no_more(api: RunningApi) -> None:
    service = api.user("api_user", kind=Kind.SERVICE)
    client = acting(api, issued(api, service)["key"])
    assert client.get(f"{V1}/claims").status_code == 200
    refused = error_of(client.get(f"{V1}/policies"), 403, "PERMISSION_DENIED")
    assert refused["details"]["permission"] == "membership.view_policy", "its role has it, not it"
    error_of(client.get(f"{V1}/auth/profile"), 403, "PERMISSION_DENIED")
    shown = data_of(api.as_role("admin").get(keys_of(service)))["results"][0]
    assert shown["permissions"] == OPENED
    assert datetime.now(UTC) - datetime.fromisoformat(shown["last_used_at"]) < timedelta(minutes=1)
    assert "key" not in shown
    client.get(f"{V1}/members")
    assert api.events(service.user_id).count("user.key_used") == 1, "told once a day"


def test_it_is_told_once_and_stored_nowhere(api: RunningApi, service: User) -> None:
    admin, named = api.as_role("admin"), {"Idempotency-Key": uuid4().hex}
    body = {"name": "gateway", "permissions": OPENED}
    first = data_of(admin.post(keys_of(service), json=body, headers=named))
    again = data_of(admin.post(keys_of(service), json=body, headers=named))
    assert first["key"].startswith("bima_")
    assert again == {name: said for name, said in first.items() if name != "key"}
    with api.parts.desk.store.pool.connection() as conn:
        tables = conn.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        for (table,) in tables:
            found = conn.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s",
                (f"%{first['key'][5:]}%",),
            ).fetchone()
            assert found == (0,), table
    assert api.events(service.user_id).count("user.key_issued") >= 1


def test_a_key_is_exchanged_for_a_token(api: RunningApi, service: User) -> None:
    """By the form or by HTTP Basic; answered in the envelope and as RFC 6749 has it."""
    key = issued(api, service)
    answer = granted(api, key, scope="claims.view_claim")
    said = data_of(answer)
    assert answer.json()["access_token"] == said["access_token"]
    assert (said["token_type"], said["scope"]) == ("Bearer", "claims.view_claim")
    assert 590 < said["expires_in"] <= 600
    assert "refresh_token" not in said
    client = api.anonymous()
    client.headers["Authorization"] = f"Bearer {said['access_token']}"
    assert client.get(f"{V1}/claims").status_code == 200
    error_of(client.get(f"{V1}/members"), 403, "PERMISSION_DENIED")
    basic = api.anonymous().post(
        f"{V1}/auth/token", data={"grant_type": "client_credentials"},
        auth=(key["key_id"], key["key"]),
    )  # fmt: skip
    assert data_of(basic)["scope"].split() == OPENED
    last = api.parts.desk.store.stream(service.user_id)[-1].fact
    assert last.proofs == ("api key",)


def test_other_credentials_are_refused_alike(api: RunningApi, service: User) -> None:
    key, other = issued(api, service), issued(api, service)
    crossed = granted(api, {"key_id": key["key_id"], "key": other["key"]})
    unknown = granted(api, {"key_id": str(uuid4()), "key": "bima_" + "x" * 43})
    no_key = granted(api, {"key_id": key["key_id"], "key": ""})
    said = [error_of(it, 401, "AUTHENTICATION_FAILED") for it in (crossed, unknown, no_key)]
    assert said[0] == said[1] == said[2]
    more = error_of(granted(api, key, scope="claims.approve_claim"), 422, "VALIDATION_ERROR")
    assert faulty_fields(more) == {"scope"}
    error_of(granted(api, key, grant_type="password"), 422, "VALIDATION_ERROR")
    error_of(acting(api, "bima_nobodys").get(f"{V1}/claims"), 401, "AUTHENTICATION_FAILED")


def test_a_revoked_key_and_its_tokens_are_refused_within_five_seconds(
    api: RunningApi, service: User
) -> None:
    key = issued(api, service)
    by_token = api.anonymous()
    by_token.headers["Authorization"] = f"Bearer {data_of(granted(api, key))['access_token']}"
    by_key = acting(api, key["key"])
    assert {client.get(f"{V1}/claims").status_code for client in (by_key, by_token)} == {200}
    began = time.monotonic()
    data_of(api.as_role("admin").delete(f"{keys_of(service)}/{key['key_id']}"))
    while {client.get(f"{V1}/claims").status_code for client in (by_key, by_token)} != {401}:
        assert time.monotonic() - began < 60
        time.sleep(0.05)
    print(f"S7: a revoked key was refused after {time.monotonic() - began:.2f} s")
    error_of(granted(api, key), 401, "AUTHENTICATION_FAILED")
    again = api.as_role("admin").delete(f"{keys_of(service)}/{key['key_id']}")
    error_of(again, 404, "RESOURCE_NOT_FOUND")


def test_a_rotated_key_stays_good_while_programs_change_over(
    api: RunningApi, service: User
) -> None:
    old = issued(api, service)
    path = f"{keys_of(service)}/{old['key_id']}/rotate"
    new = data_of(api.as_role("admin").post(path, json={"overlap_hours": 1}))
    assert new["key"] != old["key"]
    for key in (old, new):
        assert acting(api, key["key"]).get(f"{V1}/claims").status_code == 200
    later = datetime.now(UTC) + timedelta(hours=1, seconds=1)
    assert api.parts.keys.acting(old["key"], later) is None
    assert api.parts.keys.acting(new["key"], later) is not None
    assert api.parts.keys.acting(new["key"], later + timedelta(days=30)) is None, "it expires"
    events = api.events(service.user_id)
    assert "user.key_rotated" in events


def test_keys_are_for_services_and_open_what_their_roles_permit(
    api: RunningApi, service: User
) -> None:
    admin, body = api.as_role("admin"), {"name": "gateway", "permissions": OPENED}
    for_staff = admin.post(keys_of(api.user("auditor")), json=body)
    refused = error_of(for_staff, 409, "RESOURCE_CONFLICT")
    assert refused["details"]["rule"] == "user.not_a_service"
    for permission in ("claims.approve_claim", "authentication.own_account"):
        more = admin.post(keys_of(service), json={**body, "permissions": [permission]})
        assert faulty_fields(error_of(more, 422, "VALIDATION_ERROR")) == {"permissions"}
    error_of(admin.post(f"{V1}/users/{UUID(int=7)}/keys", json=body), 404, "RESOURCE_NOT_FOUND")
    anybody = api.as_role("auditor").post(keys_of(service), json=body)
    error_of(anybody, 403, "PERMISSION_DENIED")


def test_a_locked_service_is_out(api: RunningApi) -> None:
    service = api.user("api_user", kind=Kind.SERVICE)
    key = issued(api, service)
    path = f"{V1}/users/{service.user_id}/lock"
    data_of(api.as_role("admin").post(path, json={"reason": "is not ours any more"}))
    error_of(acting(api, key["key"]).get(f"{V1}/claims"), 401, "AUTHENTICATION_FAILED")
