"""S10: passkeys by real ceremonies with a device made of software: added, used, taken away."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from adapters.identities import User
from tests.api.book import V1
from tests.api.running import (
    PASSWORD,
    MakeSettings,
    RunningApi,
    data_of,
    error_of,
    faulty_fields,
    running_api,
)
from tests.support.authenticator import PRESENT, Device

KEYS = f"{V1}/auth/passkeys"
PORTAL = "https://portal.insurer.example"
HOST = "portal.insurer.example"


@pytest.fixture(scope="module")
def api(own_settings: MakeSettings) -> Iterator[RunningApi]:
    settings = own_settings(
        staff_second_factor=True, portal_url=PORTAL,
    )  # fmt: skip
    with running_api(settings, read_models=False) as running:
        yield running


def device() -> Device:
    return Device(PORTAL, HOST)


def added(client: httpx2.Client, phone: Device, name: str = "the phone") -> httpx2.Response:
    options = data_of(client.post(f"{KEYS}/register-options"))["options"]
    return client.post(KEYS, json={"name": name, "credential": phone.create(options)})


def with_passkey(api: RunningApi, role: str = "auditor") -> tuple[User, httpx2.Client, Device]:
    user, phone = api.user(role), device()
    client = api.signed_in(user)
    data_of(added(client, phone))
    return user, client, phone


def shown(api: RunningApi, phone: Device, **said: Any) -> httpx2.Response:
    """Sign in by a passkey, alone or with the token of a sign-in that a password began."""
    anybody = api.anonymous()
    options = data_of(anybody.post(f"{KEYS}/options", json=said))["options"]
    return anybody.post(f"{KEYS}/sign-in", json={"credential": phone.get(options), **said})


def test_staff_set_one_up_and_then_may_do_their_work(api: RunningApi) -> None:
    user = api.user("auditor")
    client = api.signed_in(user)
    error_of(client.get(f"{V1}/members"), 403, "PERMISSION_DENIED")
    data_of(added(client, device()))
    assert client.get(f"{V1}/members").status_code == 200
    assert api.events(user.user_id)[-1] == "user.passkey_added"


def test_who_has_one_signs_in_by_it_alone(api: RunningApi) -> None:
    user, _, phone = with_passkey(api, "finance_officer")
    tokens = data_of(shown(api, phone))
    assert tokens["user"]["username"] == user.username
    last = api.parts.desk.store.stream(user.user_id)[-1].fact
    assert last.proofs == ("passkey",)
    client = api.anonymous()
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    approval = client.post(f"{V1}/payments/{uuid4()}/process", json={})
    assert approval.status_code == 404, "it stands for both factors, and was shown just now"


def test_it_completes_a_sign_in_that_a_password_began(api: RunningApi) -> None:
    user, _, phone = with_passkey(api)
    body = {"username": user.username, "password": PASSWORD}
    asked = data_of(api.anonymous().post(f"{V1}/auth/login", json=body))
    assert (asked["factors"], asked["second_factor_required"]) == (["passkey"], True)
    token = asked["second_factor_token"]
    _, _, another = with_passkey(api)
    other = shown(api, another, second_factor_token=token)
    error_of(other, 401, "AUTHENTICATION_FAILED")
    tokens = data_of(shown(api, phone, second_factor_token=token))
    assert tokens["user"]["username"] == user.username
    proofs = api.parts.desk.store.stream(user.user_id)[-1].fact.proofs
    assert proofs == ("password", "passkey")
    again = api.anonymous().post(f"{KEYS}/options", json={"second_factor_token": token})
    error_of(again, 401, "AUTHENTICATION_FAILED")


def test_it_is_shown_again_before_money(api: RunningApi) -> None:
    user, client, phone = with_passkey(api, "claims_manager")
    path = f"{V1}/claims/{uuid4()}/approve"
    long_ago(api, user)
    error_of(client.post(path, json={}), 401, "AUTHENTICATION_REQUIRED")
    options = data_of(client.post(f"{KEYS}/options", json={}))["options"]
    data_of(client.post(f"{KEYS}/prove", json={"credential": phone.get(options)}))
    assert client.post(path, json={}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://portal.insurer.example.evil.example"},
        {"origin": "http://portal.insurer.example"},
        {"rp_id": "insurer.example"},
        {"flags": PRESENT},
        {"count": -1},
        {"credential_id": b"a passkey that nobody registered"},
        {"key": device().key},
    ],
    ids=["another page", "not encrypted", "for another", "nobody verified", "copied device",
         "unknown", "another key"],
)  # fmt: skip
def test_what_a_device_may_not_sign_is_refused_alike(
    api: RunningApi, wrong: dict[str, Any]
) -> None:
    user, _, phone = with_passkey(api)
    data_of(shown(api, phone))
    data_of(shown(api, phone))
    refused = error_of(shown(api, phone.copied(**wrong)), 401, "AUTHENTICATION_FAILED")
    assert refused["message"] == "This passkey is not good here: sign in another way."
    tried = api.events(user.user_id)[-1]
    assert tried == ("user.signed_in" if "credential_id" in wrong else "user.sign_in_refused")


def test_a_challenge_is_signed_once_and_by_nobody_else(api: RunningApi) -> None:
    _, client, phone = with_passkey(api)
    anybody = api.anonymous()
    options = data_of(anybody.post(f"{KEYS}/options", json={}))["options"]
    body = {"credential": phone.get(options)}
    data_of(anybody.post(f"{KEYS}/sign-in", json=body))
    error_of(anybody.post(f"{KEYS}/sign-in", json=body), 401, "AUTHENTICATION_FAILED")
    # One that was made for registering is not good for signing in, nor for another user.
    mine = data_of(client.post(f"{KEYS}/register-options"))["options"]
    crossed = anybody.post(f"{KEYS}/sign-in", json={"credential": phone.get(mine)})
    error_of(crossed, 401, "AUTHENTICATION_FAILED")
    other = api.signed_in(api.user("auditor"))
    stolen = other.post(KEYS, json={"name": "x", "credential": device().create(mine)})
    assert faulty_fields(error_of(stolen, 422, "VALIDATION_ERROR")) == {"credential"}


def test_who_has_passkeys_is_not_told(api: RunningApi) -> None:
    options = data_of(api.anonymous().post(f"{KEYS}/options", json={}))["options"]
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    assert options["rpId"] == HOST


def test_they_are_listed_renamed_and_removed(api: RunningApi) -> None:
    user, client, phone = with_passkey(api)
    (mine,) = data_of(client.get(KEYS))["results"]
    data_of(client.put(f"{KEYS}/{mine['id']}", json={"name": "the old phone"}))
    assert data_of(client.get(KEYS))["results"][0]["name"] == "the old phone"
    twice = added(client, phone)
    error_of(twice, 409, "DUPLICATE_RESOURCE")
    other = api.signed_in(api.user("auditor"))
    error_of(other.delete(f"{KEYS}/{mine['id']}"), 404, "RESOURCE_NOT_FOUND")
    data_of(client.delete(f"{KEYS}/{mine['id']}"))
    error_of(shown(api, phone), 401, "AUTHENTICATION_FAILED")
    data_of(api.signed_in(user).get(KEYS))
    assert api.events(user.user_id).count("user.passkey_removed") == 1


def test_a_sign_in_that_was_left_open_adds_none(api: RunningApi) -> None:
    """ASVS 7.5.1: how somebody is known changes only after they have proven themselves anew."""
    user, client, _ = with_passkey(api)
    long_ago(api, user)
    changes = (
        ("POST", f"{KEYS}/register-options"),
        ("POST", f"{V1}/security/mfa/enable"),
        ("DELETE", f"{KEYS}/{uuid4()}"),
    )
    for method, path in changes:
        refused = error_of(client.request(method, path), 401, "AUTHENTICATION_REQUIRED")
        assert refused["details"] == {"step_up": "password"}
    begin = f"{KEYS}/register-options"
    wrong = error_of(client.post(begin, json={"password": "wrong"}), 422, "VALIDATION_ERROR")
    assert faulty_fields(wrong) == {"password"}
    data_of(client.post(begin, json={"password": PASSWORD}))


def test_a_new_address_asks_for_the_password(api: RunningApi) -> None:
    _, client, _ = with_passkey(api)
    body = {"name": "Wema Juma", "email": "wema@example.org"}
    refused = error_of(client.put(f"{V1}/auth/profile", json=body), 401, "AUTHENTICATION_REQUIRED")
    assert refused["details"] == {"step_up": "password"}
    shown = data_of(client.put(f"{V1}/auth/profile", json={**body, "password": PASSWORD}))
    assert shown["email"] == body["email"]
    data_of(client.put(f"{V1}/auth/profile", json={**body, "name": "Wema"}))


def long_ago(api: RunningApi, user: User) -> None:
    """Have the user's sign-ins and second factors lie further back than money believes."""
    with api.parts.desk.store.pool.connection() as conn:
        conn.execute(
            "UPDATE identity_session SET code_shown_at = code_shown_at - %(ago)s,"
            " started_at = started_at - %(ago)s WHERE user_id = %(user)s",
            {"ago": timedelta(minutes=16), "user": user.user_id},
        )
    api.parts._standing.clear()
