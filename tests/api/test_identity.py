"""Users, roles, sessions, passwords and second factors, from the first sign-in to the audit."""

import time
from pathlib import Path
from uuid import uuid4

import httpx2
import pyotp
import pytest

from adapters.identities import User
from tests.api.book import V1
from tests.api.running import (
    PASSWORD,
    Json,
    RunningApi,
    data_of,
    error_of,
    running_api,
    settings_for,
)
from tests.support.servers import DatabaseMaker, TestServers, worker_number

NEW_PASSWORD = "another password for the tests"


def sign_in(api: RunningApi, user: User, password: str = PASSWORD) -> httpx2.Response:
    body = {"username": user.username, "password": password}
    return api.anonymous().post(f"{V1}/auth/login", json=body)


def bearer(tokens: Json) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def test_a_user_is_added_signs_in_and_is_locked_out_at_once(
    api: RunningApi, admin: httpx2.Client
) -> None:
    name = f"wema-{uuid4().hex[:8]}"
    body = {"username": name, "name": "Wema Juma", "roles": ["auditor"], "password": PASSWORD}
    made = admin.post(f"{V1}/users", json=body)
    user_id = data_of(made, 201)["id"]
    at = {"X-Ledger-Position": made.headers["X-Ledger-Position"]}
    shown = data_of(admin.get(f"{V1}/users/{user_id}", headers=at))
    assert (shown["username"], shown["roles"], shown["stage"]) == (name, ["auditor"], "active")

    answer = api.anonymous().post(f"{V1}/auth/login", json={"username": name, "password": PASSWORD})
    tokens = data_of(answer)
    assert "authentication.view_audit" in tokens["user"]["permissions"]

    data_of(admin.post(f"{V1}/users/{user_id}/lock", json={"reason": "on leave"}))
    refused = api.anonymous().get(f"{V1}/auth/profile", headers=bearer(tokens))
    give_up = time.monotonic() + 60
    while refused.status_code == 200 and time.monotonic() < give_up:
        time.sleep(0.1)
        refused = api.anonymous().get(f"{V1}/auth/profile", headers=bearer(tokens))
    error_of(refused, 401, "AUTHENTICATION_FAILED")
    again = {"username": name, "password": PASSWORD}
    error_of(api.anonymous().post(f"{V1}/auth/login", json=again), 401, "AUTHENTICATION_FAILED")

    data_of(admin.post(f"{V1}/users/{user_id}/unlock", json={"reason": "back"}))
    data_of(api.anonymous().post(f"{V1}/auth/login", json=again))


def test_a_name_is_given_once(admin: httpx2.Client) -> None:
    body = {"username": f"one-{uuid4().hex[:8]}", "name": "One", "roles": ["auditor"]}
    data_of(admin.post(f"{V1}/users", json=body), 201)
    error_of(admin.post(f"{V1}/users", json=body), 409, "DUPLICATE_RESOURCE")


def test_roles_are_given_by_others_and_end_sign_ins_when_taken(
    api: RunningApi, admin: httpx2.Client
) -> None:
    user = api.user("auditor")
    tokens = data_of(sign_in(api, user))
    path = f"{V1}/users/{user.user_id}"
    data_of(admin.post(f"{path}/roles", json={"roles": ["actuary"]}))
    assert data_of(admin.get(f"{path}/roles"))["roles"] == ["actuary", "auditor"]
    data_of(admin.delete(f"{path}/roles/auditor"))
    assert "claims.view_claim" not in data_of(admin.get(f"{path}/permissions"))["permissions"]
    renewal = {"refresh_token": tokens["refresh_token"]}
    refused = api.anonymous().post(f"{V1}/auth/refresh", json=renewal)
    error_of(refused, 401, "AUTHENTICATION_FAILED")

    me = data_of(admin.get(f"{V1}/auth/profile"))["id"]
    own = admin.post(f"{V1}/users/{me}/roles", json={"roles": ["auditor"]})
    assert error_of(own, 409, "RESOURCE_CONFLICT")["details"]["rule"] == "user.own_roles"
    unknown = admin.post(f"{path}/roles", json={"roles": ["king"]})
    error_of(unknown, 422, "VALIDATION_ERROR")


def test_a_role_of_ones_own_permits_what_it_says_and_what_it_inherits(
    api: RunningApi, admin: httpx2.Client
) -> None:
    code = f"desk_{uuid4().hex[:8]}"
    body = {
        "code": code, "name": "Desk", "permissions": ["claims.view_claim"],
        "inherits": ["actuary"],
    }  # fmt: skip
    made = admin.post(f"{V1}/roles", json=body)
    role_id = data_of(made, 201)["id"]
    reads(admin, f"{V1}/roles/{role_id}", made)
    user = api.user(code)
    give_up = time.monotonic() + 60
    while True:  # believed for a moment: what roles permit
        permissions = data_of(sign_in(api, user))["user"]["permissions"]
        if "claims.view_claim" in permissions or time.monotonic() > give_up:
            break
        time.sleep(0.2)
    assert {"claims.view_claim", "reinsurance.view_bordereau"} <= set(permissions)
    assert "claims.approve_claim" not in permissions

    strange = body | {"code": f"{code}_2", "permissions": ["claims.steal"]}
    refused = error_of(admin.post(f"{V1}/roles", json=strange), 409, "RESOURCE_CONFLICT")
    assert refused["details"]["rule"] == "role.unknown_permission"
    circle = {"name": "Desk", "permissions": [], "inherits": [code]}
    refused = error_of(admin.put(f"{V1}/roles/{role_id}", json=circle), 409, "RESOURCE_CONFLICT")
    assert refused["details"]["rule"] == "role.inherits_itself"


def test_roles_of_the_software_stand_in_the_log_and_stay(admin: httpx2.Client) -> None:
    found = data_of(admin.get(f"{V1}/roles?code=auditor"))["results"]
    assert found[0]["built_in"]
    assert "claims.view_claim" in found[0]["permissions"]
    refused = admin.delete(f"{V1}/roles/{found[0]['id']}")
    assert error_of(refused, 409, "RESOURCE_CONFLICT")["details"]["rule"] == "role.built_in"


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_is_good_once(
    api: RunningApi, admin: httpx2.Client
) -> None:
    user = api.user("auditor")
    body = {"name": "Neema", "email": f"{user.username}@example.org"}
    data_of(admin.put(f"{V1}/users/{user.user_id}", json=body))
    tokens = data_of(sign_in(api, user))
    anybody = api.anonymous()
    forgotten = f"{V1}/auth/forgot-password"
    told = [
        anybody.post(forgotten, json={"username": name}).json()["message"]
        for name in (user.username, "nobody-at-all")
    ]
    assert told[0] == told[1]
    link = mailed(api, body["email"])
    reset = f"{V1}/auth/reset-password"
    short = anybody.post(reset, json={"token": link, "new_password": "short"})
    error_of(short, 422, "VALIDATION_ERROR")
    data_of(anybody.post(reset, json={"token": link, "new_password": NEW_PASSWORD}))
    error_of(
        anybody.post(reset, json={"token": link, "new_password": NEW_PASSWORD}),
        401, "AUTHENTICATION_FAILED",
    )  # fmt: skip
    error_of(sign_in(api, user), 401, "AUTHENTICATION_FAILED")
    data_of(sign_in(api, user, NEW_PASSWORD))
    renewal = {"refresh_token": tokens["refresh_token"]}
    error_of(anybody.post(f"{V1}/auth/refresh", json=renewal), 401, "AUTHENTICATION_FAILED")


@pytest.mark.parametrize("password", ["password1234567", "aaaaaaaaaaaaaaaaaaa", "short", "x" * 257])
def test_passwords_that_are_guessed_first_are_refused(api: RunningApi, password: str) -> None:
    user = api.user("auditor")
    body = {"old_password": PASSWORD, "new_password": password}
    answer = api.signed_in(user).post(f"{V1}/auth/change-password", json=body)
    error_of(answer, 422, "VALIDATION_ERROR")
    data_of(sign_in(api, user))


def test_a_changed_password_ends_every_other_sign_in(api: RunningApi) -> None:
    user = api.user("auditor")
    here, there = data_of(sign_in(api, user)), data_of(sign_in(api, user))
    body = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
    wrong = body | {"old_password": "not the password at all"}
    path = f"{V1}/auth/change-password"
    error_of(api.anonymous().post(path, json=wrong, headers=bearer(here)), 422, "VALIDATION_ERROR")
    data_of(api.anonymous().post(path, json=body, headers=bearer(here)))
    for tokens, status in ((there, 401), (here, 200)):
        renewal = {"refresh_token": tokens["refresh_token"]}
        assert api.anonymous().post(f"{V1}/auth/refresh", json=renewal).status_code == status


def test_with_an_authenticator_a_sign_in_needs_a_code_that_is_good_once(api: RunningApi) -> None:
    user = api.user("claims_manager")
    client = api.signed_in(user)
    offered = data_of(client.post(f"{V1}/security/mfa/enable", json={}))
    assert offered["otpauth_uri"].startswith("otpauth://totp/")
    totp = pyotp.TOTP(offered["secret"])
    verify = f"{V1}/security/mfa/verify"
    error_of(client.post(verify, json={"code": "000000"}), 422, "VALIDATION_ERROR")
    used = totp.at(int(time.time()), counter_offset=-1)
    data_of(client.post(verify, json={"code": used}))

    asked = data_of(sign_in(api, user))
    assert asked["second_factor_required"]
    assert "access_token" not in asked
    bring = {"second_factor_token": asked["second_factor_token"]}
    anybody = api.anonymous()
    again = anybody.post(verify, json={**bring, "code": used})
    assert again.status_code in (401, 409), again.text
    tokens = data_of(anybody.post(verify, json={**bring, "code": totp.at(int(time.time()))}))
    assert tokens["user"]["username"] == user.username
    late = anybody.post(verify, json={**bring, "code": totp.at(int(time.time()), counter_offset=1)})
    error_of(late, 401, "AUTHENTICATION_FAILED")

    off = anybody.post(
        f"{V1}/security/mfa/disable", json={"code": totp.at(int(time.time()), counter_offset=1)},
        headers=bearer(tokens),
    )  # fmt: skip
    data_of(off)
    assert "access_token" in data_of(sign_in(api, user))


def test_sessions_are_seen_and_ended_by_their_owner_alone(api: RunningApi) -> None:
    user, other = api.user("claims_processor"), api.user("claims_processor")
    mine, theirs = data_of(sign_in(api, user)), data_of(sign_in(api, other))
    anybody = api.anonymous()
    found: list[Json] = []
    give_up = time.monotonic() + 60
    while not found and time.monotonic() < give_up:
        found = data_of(anybody.get(f"{V1}/sessions/active", headers=bearer(mine)))["results"]
    assert {session["user_id"] for session in found} == {str(user.user_id)}
    hers = found[0]["id"]
    stolen = anybody.delete(f"{V1}/sessions/{hers}", headers=bearer(theirs))
    error_of(stolen, 404, "RESOURCE_NOT_FOUND")
    data_of(anybody.post(f"{V1}/sessions/{hers}/revoke", headers=bearer(mine)))
    renewal = {"refresh_token": mine["refresh_token"]}
    error_of(anybody.post(f"{V1}/auth/refresh", json=renewal), 401, "AUTHENTICATION_FAILED")


def test_what_happened_to_access_is_audited(api: RunningApi, admin: httpx2.Client) -> None:
    user = api.user("auditor")
    error_of(sign_in(api, user, "not the right one"), 401, "AUTHENTICATION_FAILED")
    auditor = api.signed_in(user)
    path = f"{V1}/audit/login-attempts?user_id={user.user_id}&ordering=nth"
    rows: list[Json] = []
    give_up = time.monotonic() + 60
    while len(rows) < 2 and time.monotonic() < give_up:
        rows = data_of(auditor.get(path))["results"]
    assert [(row["event"], row["succeeded"], row["reason"]) for row in rows] == [
        ("user.sign_in_refused", False, "password"),
        ("user.signed_in", True, ""),
    ]
    error_of(api.as_role("customer_service").get(path), 403, "PERMISSION_DENIED")


def test_a_token_is_judged_without_telling_why(api: RunningApi) -> None:
    tokens = data_of(sign_in(api, api.user("auditor")))
    verify = f"{V1}/auth/verify-token"
    good = data_of(api.anonymous().post(verify, json={"token": tokens["access_token"]}))
    assert good["active"]
    assert 0 < good["expires_in"] <= 3600
    bad = data_of(api.anonymous().post(verify, json={"token": tokens["refresh_token"]}))
    assert bad == {"active": False, "user": None, "expires_in": 0}


def test_a_member_registers_and_verifies_the_address_first(
    servers: TestServers, new_database: DatabaseMaker, tmp_path: Path
) -> None:
    settings = settings_for(
        new_database(), servers.redis_for(worker_number()), tmp_path, open_registration=True
    )
    with running_api(settings) as api:
        admin = api.as_role("admin")
        details = {
            "first_name": "Asha", "last_name": "Mtei", "born_on": "1990-04-12", "sex": "F",
            "national_id": "19900412-14101-00001-21",
        }  # fmt: skip
        made = admin.post(f"{V1}/members", json=details)
        member = data_of(made, 201)
        reads(admin, f"{V1}/members/{member['id']}", made)
        email = "asha@example.org"
        body = {
            "member_number": member["number"], "born_on": "1990-04-12", "email": email,
            "national_id": "19900412-14101-00001-21", "password": NEW_PASSWORD,
        }  # fmt: skip
        anybody = api.anonymous()
        data_of(anybody.post(f"{V1}/auth/register", json=body | {"born_on": "1990-04-13"}))
        assert api.identities.named(email) is None
        data_of(anybody.post(f"{V1}/auth/register", json=body))
        login = {"username": email, "password": NEW_PASSWORD}
        path = f"{V1}/auth/login"
        error_of(anybody.post(path, json=login), 401, "AUTHENTICATION_FAILED")
        data_of(anybody.post(f"{V1}/auth/verify-email", json={"token": mailed(api, email)}))
        tokens = data_of(anybody.post(path, json=login))
        assert tokens["user"]["subject_id"] == member["id"]
        own = anybody.get(f"{V1}/members/{member['id']}", headers=bearer(tokens))
        assert data_of(own)["number"] == member["number"]


def reads(client: httpx2.Client, path: str, written: httpx2.Response) -> Json:
    """A read that sees what was written."""
    at = {"X-Ledger-Position": written.headers["X-Ledger-Position"]}
    found: Json = data_of(client.get(path, headers=at))
    return found


def mailed(api: RunningApi, address: str) -> str:
    """The token of the newest link that was sent to an address."""
    outbox = api.parts.settings.state_dir / "outbox"
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        letters = sorted(outbox.glob("*.eml"), key=lambda file: file.stat().st_mtime)
        for letter in reversed(letters):
            text = letter.read_text()
            if f"To: {address}" in text:
                flat = text.replace("=\n", "").replace("=3D", "=")
                return flat.partition("token=")[2].split()[0]
        time.sleep(0.05)
    raise AssertionError(f"nothing was sent to {address}")


def test_the_insurers_own_programs_have_permissions_of_their_own(
    api: RunningApi, admin: httpx2.Client
) -> None:
    """Named, permitted by a role, held by whoever has the role, retired; ours stay as they are."""
    code, role = f"portal.export_{uuid4().hex[:8]}", f"portal_{uuid4().hex[:8]}"
    named = admin.post(f"{V1}/permissions", json={"id": code, "meaning": "export statements"})
    which = data_of(named, 201)
    shown = reads(admin, f"{V1}/permissions/{code}", named)
    assert shown == reads(admin, f"{V1}/permissions/{which['id']}", named)
    assert (shown["module"], shown["built_in"]) == ("portal", False)
    twice = admin.post(f"{V1}/permissions", json={"id": code, "meaning": "export statements"})
    error_of(twice, 409, "DUPLICATE_RESOURCE")
    data_of(admin.put(f"{V1}/permissions/{code}", json={"meaning": "export all statements"}))

    made = admin.post(f"{V1}/roles", json={"code": role, "name": "Portal", "permissions": [code]})
    reads(admin, f"{V1}/roles/{data_of(made, 201)['id']}", made)
    user = api.user(role)
    api.parts._own = (0.0, {})
    assert data_of(sign_in(api, user))["user"]["permissions"] == [code]

    gone = admin.delete(f"{V1}/permissions/{code}")
    assert data_of(gone)["code"] == code
    at = {"X-Ledger-Position": gone.headers["X-Ledger-Position"]}
    error_of(admin.get(f"{V1}/permissions/{code}", headers=at), 404, "RESOURCE_NOT_FOUND")
    api.parts._own = (0.0, {})
    assert data_of(sign_in(api, user))["user"]["permissions"] == []
    assert api.events(which["id"]) == [
        "permission.named", "permission.reworded", "permission.retired",
    ]  # fmt: skip
    ours = admin.delete(f"{V1}/permissions/claims.approve_claim")
    refused = error_of(ours, 409, "RESOURCE_CONFLICT")
    assert refused["details"]["rule"] == "permission.built_in"
    error_of(admin.put(f"{V1}/permissions/portal.nothing", json={"meaning": "?"}), 404,
             "RESOURCE_NOT_FOUND")  # fmt: skip
