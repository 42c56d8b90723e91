"""Signing in and staying signed in; what a token is good for, and how it ends."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.identities import Kind
from adapters.secret_keys import previous_signing_key, renew_signing_key, signing_key
from adapters.tokens import AUDIENCE, ISSUER, TYPE, TokenRefused, Tokens
from tests.api.book import V1
from tests.api.running import PASSWORD, Json, RunningApi, data_of, error_of

LOGIN, REFRESH, LOGOUT, PROFILE = (
    f"{V1}/auth/{name}" for name in ("login", "refresh", "logout", "profile")
)


@pytest.fixture
def tokens(api: RunningApi) -> Json:
    """The answer to a fresh sign-in of a claims processor."""
    user = api.user("claims_processor")
    answer = api.anonymous().post(LOGIN, json={"username": user.username, "password": PASSWORD})
    found: Json = data_of(answer)
    return found


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_sign_in_tells_who_one_is_and_what_one_may_do(api: RunningApi, tokens: Json) -> None:
    who = data_of(api.anonymous().get(PROFILE, headers=bearer(tokens["access_token"])))
    assert who == tokens["user"]
    assert who["roles"] == ["claims_processor"]
    assert "claims.prepare_claim" in who["permissions"]
    assert "underwriting.approve_case" not in who["permissions"]
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3600


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(api: RunningApi) -> None:
    user = api.user("auditor")
    answers = [
        api.anonymous().post(LOGIN, json={"username": name, "password": "wrong"})
        for name in (user.username, f"nobody-{uuid4().hex}")
    ]
    errors = [error_of(answer, 401, "AUTHENTICATION_FAILED") for answer in answers]
    assert errors[0] == errors[1]


def test_the_case_of_the_name_does_not_matter(api: RunningApi) -> None:
    user = api.user("auditor")
    body = {"username": user.username.upper(), "password": PASSWORD}
    data_of(api.anonymous().post(LOGIN, json=body))


def test_without_a_token_nothing_is_shown(api: RunningApi) -> None:
    answer = api.anonymous().get(f"{V1}/members")
    error_of(answer, 401, "AUTHENTICATION_REQUIRED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_renewed_sign_in_goes_on_with_new_tokens(api: RunningApi, tokens: Json) -> None:
    renewed = data_of(
        api.anonymous().post(REFRESH, json={"refresh_token": tokens["refresh_token"]})
    )
    assert renewed["refresh_token"] != tokens["refresh_token"]
    data_of(api.anonymous().get(PROFILE, headers=bearer(renewed["access_token"])))


def test_a_renewal_token_used_twice_ends_the_sign_in(api: RunningApi, tokens: Json) -> None:
    client = api.anonymous()
    renewed = data_of(client.post(REFRESH, json={"refresh_token": tokens["refresh_token"]}))
    for stolen in (tokens["refresh_token"], renewed["refresh_token"]):
        answer = client.post(REFRESH, json={"refresh_token": stolen})
        error_of(answer, 401, "AUTHENTICATION_FAILED")
    until_refused(client, renewed["access_token"])


def test_signing_out_ends_both_tokens_at_once(api: RunningApi, tokens: Json) -> None:
    client = api.anonymous()
    data_of(client.post(LOGOUT, headers=bearer(tokens["access_token"])))
    answer = client.get(PROFILE, headers=bearer(tokens["access_token"]))
    error_of(answer, 401, "AUTHENTICATION_FAILED")
    answer = client.post(REFRESH, json={"refresh_token": tokens["refresh_token"]})
    error_of(answer, 401, "AUTHENTICATION_FAILED")


def test_a_role_that_is_taken_away_is_gone_within_seconds(api: RunningApi) -> None:
    user = api.user("admin")
    client = api.signed_in(user)
    data_of(client.get(f"{V1}/members"))
    with api.parts.desk.store.pool.connection() as conn:
        conn.execute(
            "UPDATE identity_user SET roles = '{actuary}' WHERE user_id = %s", (user.user_id,)
        )
    give_up = time.monotonic() + 60
    while (answer := client.get(f"{V1}/members")).status_code == 200:
        assert time.monotonic() < give_up
        time.sleep(0.1)
    error_of(answer, 403, "PERMISSION_DENIED")


def test_an_inactive_user_cannot_sign_in_and_is_signed_out(api: RunningApi) -> None:
    user = api.user("auditor")
    client = api.signed_in(user)
    with api.parts.desk.store.pool.connection() as conn:
        conn.execute("UPDATE identity_user SET active = false WHERE user_id = %s", (user.user_id,))
    body = {"username": user.username, "password": PASSWORD}
    error_of(api.anonymous().post(LOGIN, json=body), 401, "AUTHENTICATION_FAILED")
    token = client.headers["Authorization"].removeprefix("Bearer ")
    until_refused(api.anonymous(), token)


def until_refused(client: httpx2.Client, token: str) -> None:
    """Wait for it; how soon that is, `test_revocation.py` measures."""
    give_up = time.monotonic() + 60
    while client.get(PROFILE, headers=bearer(token)).status_code == 200:
        assert time.monotonic() < give_up, "still let in"
        time.sleep(0.05)


def forged(api: RunningApi, tokens: Json) -> dict[str, str]:
    """Tokens that are not quite ours."""
    good = str(tokens["access_token"])
    head, claims, signature = good.split(".")
    said = jwt.decode(good, options={"verify_signature": False})
    own: Tokens = api.parts.tokens
    stranger = Ed25519PrivateKey.generate()
    ours = own._private  # only its owner can make tokens that are nearly right

    def signed(key: Ed25519PrivateKey = ours, **changed: object) -> str:
        content = {name: value for name, value in (said | changed).items() if value is not None}
        headers = {"kid": own.key_id, "typ": TYPE}
        return jwt.encode(content, key, algorithm="EdDSA", headers=headers)

    def headed(**changed: object) -> str:
        header = {"alg": "EdDSA", "kid": own.key_id, "typ": TYPE} | changed
        return jwt.encode(said, ours, algorithm="EdDSA", headers=header)

    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    none = part({"alg": "none", "kid": own.key_id, "typ": TYPE})
    symmetric = jwt.encode(
        said, "x" * 64, algorithm="HS256", headers={"kid": own.key_id, "typ": TYPE}
    )
    past = int((datetime.now(UTC) - timedelta(seconds=1)).timestamp())
    return {
        "unsigned": f"{none}.{claims}.",
        "unsigned, with a signature": f"{none}.{claims}.{signature}",
        "without its signature": f"{head}.{claims}.",
        "changed claims": f"{head}.{part(said | {'sub': str(uuid4())})}.{signature}",
        "another's key": signed(stranger),
        "symmetric": symmetric,
        "another key id": headed(kid="0" * 16),
        "a path as key id": headed(kid="../../etc/passwd"),
        "another type": headed(typ="JWT"),
        "another audience": signed(aud="somebody"),
        "another issuer": signed(iss="somebody"),
        "no audience": signed(aud=None),
        "no session": signed(sid=None),
        "no end": signed(exp=None),
        "expired": signed(exp=past),
        "an unknown session": signed(sid=str(uuid4())),
        "another user": signed(sub=str(uuid4())),
        "no user id": signed(sub="1 OR 1=1"),
        "the renewal token": str(tokens["refresh_token"]),
        "very long": good + "A" * 10_000,
        "empty parts": "..",
        "nonsense": "nonsense",
    }


def test_forged_tokens_are_refused(api: RunningApi, tokens: Json) -> None:
    client = api.anonymous()
    data_of(client.get(PROFILE, headers=bearer(tokens["access_token"])))
    for what, token in forged(api, tokens).items():
        answer = client.get(PROFILE, headers=bearer(token))
        assert answer.status_code == 401, f"{what} was taken"
        error_of(answer, 401, "AUTHENTICATION_FAILED")


def test_the_forgeries_differ_from_what_is_good_in_one_thing_only(
    api: RunningApi, tokens: Json
) -> None:
    """The same maker, changing nothing, makes a token that is taken."""
    said = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert (said["iss"], said["aud"]) == (ISSUER, AUDIENCE)
    own = api.parts.tokens
    again = jwt.encode(
        said, own._private, algorithm="EdDSA", headers={"kid": own.key_id, "typ": TYPE}
    )
    data_of(api.anonymous().get(PROFILE, headers=bearer(again)))


def test_another_scheme_than_bearer_is_refused(api: RunningApi, tokens: Json) -> None:
    headers = {"Authorization": f"Basic {tokens['access_token']}"}
    error_of(api.anonymous().get(PROFILE, headers=headers), 401, "AUTHENTICATION_FAILED")


def test_of_more_sign_ins_than_may_run_side_by_side_the_oldest_ends(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 7.1.2."""
    few = api.parts.settings.model_copy(update={"most_sign_ins": 2})
    monkeypatch.setattr(api.parts, "settings", few)
    user = api.user("auditor")
    body = {"username": user.username, "password": PASSWORD}
    begun = [data_of(api.anonymous().post(LOGIN, json=body)) for _ in range(3)]
    renewed = [
        api.anonymous().post(REFRESH, json={"refresh_token": one["refresh_token"]}).status_code
        for one in begun
    ]
    assert renewed == [401, 200, 200]
    ended = api.parts.desk.store.stream(user.user_id)[-2].fact
    assert ended.why == "too many sign-ins"


@pytest.mark.parametrize(("kind", "status"), [("staff", 401), ("service", 200)])
def test_staff_who_were_away_sign_in_again(api: RunningApi, kind: str, status: int) -> None:
    """ASVS 7.3.1: renewing keeps a sign-in alive; who has not renewed for half a day was away."""
    user = api.user("api_user", kind=Kind(kind))
    body = {"username": user.username, "password": PASSWORD}
    tokens = data_of(api.anonymous().post(LOGIN, json=body))
    with api.parts.desk.store.pool.connection() as conn:
        conn.execute(
            "UPDATE identity_renewal SET issued_at = issued_at - interval '13 hours'"
            " WHERE session_id IN (SELECT session_id FROM identity_session WHERE user_id = %s)",
            (user.user_id,),
        )
    renewal = {"refresh_token": tokens["refresh_token"]}
    assert api.anonymous().post(REFRESH, json=renewal).status_code == status


def test_anybody_can_check_a_token_by_the_published_keys(api: RunningApi, tokens: Json) -> None:
    keys = jwt.PyJWKSet.from_dict(api.anonymous().get("/.well-known/jwks.json").json())
    token = tokens["access_token"]
    key = keys[jwt.get_unverified_header(token)["kid"]]
    said = jwt.decode(token, key.key, algorithms=["EdDSA"], audience=AUDIENCE, issuer=ISSUER)
    assert said["sub"] == tokens["user"]["id"]


def test_after_another_key_signs_the_tokens_of_the_last_one_run_out(tmp_path: Path) -> None:
    now, minutes = datetime.now(UTC), timedelta(minutes=10)

    def started() -> Tokens:
        return Tokens(signing_key(tmp_path), minutes, previous_signing_key(tmp_path))

    first = started()
    token = first.issue(uuid4(), uuid4(), now)
    renew_signing_key(tmp_path)
    second = started()
    assert second.key_id != first.key_id
    assert second.check(token, now) == first.check(token, now)
    assert [key["kid"] for key in second.published()["keys"]] == [second.key_id, first.key_id]
    renew_signing_key(tmp_path)
    with pytest.raises(TokenRefused):
        started().check(token, now)
