"""Staff sign in at a provider of identities: a real one on loopback, which also does wrong."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx2
import jwt
import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from adapters.openid import ProviderAway
from adapters.settings import Settings
from api.openid import provider_of
from tests.api.book import V1
from tests.api.running import (
    PASSWORD,
    Json,
    MakeSettings,
    RunningApi,
    data_of,
    error_of,
    running_api,
)
from tests.support.openid_provider import (
    CLIENT,
    SECRET,
    Claims,
    Misdeeds,
    TestProvider,
    openid_provider,
    signed,
)

OPENID = f"{V1}/auth/openid"
PORTAL = "https://portal.insurer.example"
WEMA: Claims = {
    "sub": "248289761001", "preferred_username": "wema.juma", "name": "Wema Juma",
    "email": "wema@insurer.example", "groups": ["Claims", "Football"],
}  # fmt: skip


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestProvider]:
    with openid_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


@pytest.fixture
def provider(started: TestProvider, api: RunningApi) -> TestProvider:
    """One that does nothing wrong yet, and of which nothing is believed yet."""
    started.wrong, api.parts.openid = Misdeeds(), None
    return started


@pytest.fixture(scope="module")
def api(
    own_settings: MakeSettings,
    started: TestProvider,
) -> Iterator[RunningApi]:
    settings = own_settings(
        portal_url=PORTAL, oidc_issuer=started.issuer, oidc_client_id=CLIENT,
        oidc_client_secret=SECRET, oidc_ca_file=started.ca_file,
        oidc_roles="Claims = claims_processor; Finance = finance_officer",
    )  # fmt: skip
    with running_api(settings, read_models=False) as running:
        yield running


def begun(api: RunningApi) -> tuple[httpx2.Client, str]:
    """A browser that has begun, with its cookie, and where it is sent."""
    browser = api.anonymous()
    answer = browser.post(f"{OPENID}/begin", headers={"Origin": PORTAL})
    address = data_of(answer)["authorization_url"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    # Loopback is not encrypted here, so that no cookie jar would send it.
    browser.headers["Cookie"] = cookie.split(";")[0]
    return browser, address


def signed_in(api: RunningApi, provider: TestProvider, **changed: Any) -> httpx2.Response:
    browser, address = begun(api)
    return browser.post(f"{OPENID}/complete", json=provider.signs_in(address, WEMA | changed))


def refused(answer: httpx2.Response) -> str:
    return str(error_of(answer, 401, "AUTHENTICATION_FAILED")["message"])


def test_staff_sign_in_with_the_roles_of_their_groups(
    api: RunningApi, provider: TestProvider
) -> None:
    who = {"sub": uuid4().hex, "preferred_username": f"wema-{uuid4().hex[:6]}"}
    user = data_of(signed_in(api, provider, **who))["user"]
    assert (user["username"], user["kind"], user["roles"]) == (
        who["preferred_username"], "staff", ["claims_processor"],
    )  # fmt: skip
    assert api.events(user["id"]) == ["user.added", "user.provider_linked", "user.signed_in"]
    assert api.parts.desk.store.stream(api_id(user))[-1].fact.proofs == ("openid",)
    # Another name and another group: the same person, with the roles of now.
    moved = data_of(signed_in(api, provider, sub=who["sub"], groups=["Finance"]))["user"]
    assert (moved["id"], moved["roles"]) == (user["id"], ["finance_officer"])
    assert "no group" in refused(signed_in(api, provider, sub=who["sub"], groups=["Football"]))
    assert api.events(user["id"])[-1] == "user.sign_in_refused"


def test_the_second_factor_is_still_ours(api: RunningApi, provider: TestProvider) -> None:
    person = {"sub": uuid4().hex, "preferred_username": f"neema-{uuid4().hex[:6]}"}
    tokens = data_of(signed_in(api, provider, **person))
    client = api.anonymous()
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    secret = data_of(client.post(f"{V1}/security/mfa/enable"))["secret"]
    code = pyotp.TOTP(secret).now()
    data_of(client.post(f"{V1}/security/mfa/verify", json={"code": code}))
    asked = data_of(signed_in(api, provider, **person))
    assert (asked["second_factor_required"], asked["factors"]) == (True, ["totp"])


def test_nobodys_account_is_taken_over_by_its_name(api: RunningApi, provider: TestProvider) -> None:
    local = api.user("admin", name=f"juma-{uuid4().hex[:6]}")
    taken = signed_in(api, provider, sub=uuid4().hex, preferred_username=local.username.upper())
    assert "Somebody else has this name" in refused(taken)
    assert api.identities.by_id(local.user_id) == local


def test_who_is_provided_has_no_password_here(api: RunningApi, provider: TestProvider) -> None:
    person = {"sub": uuid4().hex, "preferred_username": f"asha-{uuid4().hex[:6]}"}
    user = data_of(signed_in(api, provider, **person))["user"]
    hashed = api.parts.passwords.hash(PASSWORD)
    api.identities.set_password(api_id(user), hashed)
    body = {"username": user["username"], "password": PASSWORD}
    error_of(api.anonymous().post(f"{V1}/auth/login", json=body), 401, "AUTHENTICATION_FAILED")


def test_a_locked_user_is_out(api: RunningApi, provider: TestProvider) -> None:
    person = {"sub": uuid4().hex, "preferred_username": f"neema-{uuid4().hex[:6]}"}
    user = data_of(signed_in(api, provider, **person))["user"]
    data_of(api.as_role("admin").post(f"{V1}/users/{user['id']}/lock", json={"reason": "left"}))
    refused(signed_in(api, provider, **person))
    assert api.events(user["id"])[-1] == "user.sign_in_refused"


def forged(claims: Claims, provider: TestProvider) -> str:
    other = ec.generate_private_key(ec.SECP256R1())
    return jwt.encode(claims, other, "ES256", {"kid": provider.key_id})


def confused(claims: Claims, provider: TestProvider) -> str:
    public = provider.keys()["keys"][0]["x"]
    return jwt.encode(claims, public * 2, "HS256", {"kid": provider.key_id})


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://another.example"},
        {"aud": "another program"},
        {"aud": [CLIENT, "another program"], "azp": "another program"},
        {"exp": 1_700_000_000},
        {"iat": 4_000_000_000},
        {"nonce": "of another request"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"exp": None},
        forged,
        confused,
        lambda claims, provider: jwt.encode(claims, "", "none"),
        lambda claims, provider: jwt.encode(claims, provider.key, "ES256", {"kid": "unknown"}),
        lambda claims, provider: signed(claims, provider)[:-8] + "AAAAAAAA",
        lambda claims, provider: "no token at all",
    ],
)
def test_a_token_that_is_not_good_signs_nobody_in(
    api: RunningApi, provider: TestProvider, wrong: Any
) -> None:
    data_of(signed_in(api, provider))
    provider.wrong = Misdeeds(claims=wrong) if isinstance(wrong, dict) else Misdeeds(sign=wrong)
    assert refused(signed_in(api, provider)) == "This sign-in is not good (any more): begin again."


def test_a_sign_in_is_of_one_browser_and_good_once(api: RunningApi, provider: TestProvider) -> None:
    browser, address = begun(api)
    other, elsewhere = begun(api)
    come_back = provider.signs_in(address, WEMA)
    complete = f"{OPENID}/complete"
    # A code that somebody else began with is pushed upon a browser: state and cookie differ.
    refused(other.post(complete, json=come_back))
    refused(browser.post(complete, json=come_back))  # and it is used up now
    fresh = provider.signs_in(elsewhere, WEMA)
    refused(other.post(complete, json={**fresh, "iss": "https://another.example"}))
    refused(api.anonymous().post(complete, json=fresh))
    browser, address = begun(api)
    mine = provider.signs_in(address, WEMA)
    strange = browser.post(complete, json=mine, headers={"Origin": "https://evil.example"})
    error_of(strange, 403, "PERMISSION_DENIED")
    data_of(browser.post(complete, json=mine))
    refused(browser.post(complete, json=mine))


ELSEWHERE = (
    "http://{host}/x", "https://169.254.169.254/latest", "https://{host}.evil.example/x",
    "https://{host}@evil.example/x", "https://evil.example/{host}", "file:///etc/passwd",
    "https://127.0.0.1:{port}/token", "https://evil.example\\@{host}/x", "//{host}/x", "",
    "https://localhost/x", "https://[::1]:{port}/x", "https://2130706433:{port}/x",
)  # fmt: skip


def test_it_cannot_send_us_elsewhere(api: RunningApi, provider: TestProvider) -> None:
    """S21 for what a provider says of itself: 39 addresses at which nobody is asked."""
    host = provider.issuer.removeprefix("https://")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        for place in ELSEWHERE:
            url = place.format(host=host, port=host.partition(":")[2])
            provider.wrong = Misdeeds(metadata={name: url})
            provider.asked.clear()
            asking = provider_of(api.parts)
            assert asking is not None
            with pytest.raises(ProviderAway, match="not its own"):
                asking._endpoint(name)
            assert provider.asked == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize(
    "wrong",
    [
        Misdeeds(away=True), Misdeeds(redirects_to="https://localhost:1/"),
        Misdeeds(metadata={"issuer": "https://another.example"}),
    ],
    ids=["away", "redirects", "another issuer"],
)  # fmt: skip
def test_a_provider_that_is_away_is_told_clearly(
    api: RunningApi, provider: TestProvider, wrong: Misdeeds
) -> None:
    provider.wrong = wrong
    error = error_of(api.anonymous().post(f"{OPENID}/begin"), 503, "SERVICE_UNAVAILABLE")
    assert "provider of identities" in error["message"]


def test_its_certificate_is_verified(api: RunningApi, provider: TestProvider) -> None:
    trusting = api.parts.settings
    api.parts.settings = trusting.model_copy(update={"oidc_ca_file": ""})
    try:
        error_of(api.anonymous().post(f"{OPENID}/begin"), 503, "SERVICE_UNAVAILABLE")
    finally:
        api.parts.settings = trusting


def test_new_keys_of_the_provider_are_found(api: RunningApi, provider: TestProvider) -> None:
    data_of(signed_in(api, provider))
    provider.key, provider.key_id = ec.generate_private_key(ec.SECP256R1()), uuid4().hex
    openid = api.parts.openid
    assert openid is not None
    openid._keys = (openid._keys[0] - 31, openid._keys[1])  # half a minute has passed
    data_of(signed_in(api, provider))


def test_without_a_provider_there_is_no_such_way(api: RunningApi, provider: TestProvider) -> None:
    named = api.parts.settings
    api.parts.settings = named.model_copy(update={"oidc_issuer": ""})
    try:
        error_of(api.anonymous().post(f"{OPENID}/begin"), 404, "RESOURCE_NOT_FOUND")
    finally:
        api.parts.settings = named
    with pytest.raises(ValidationError, match="no https://"):
        Settings(oidc_issuer="http://id.insurer.example")


def api_id(user: Json) -> UUID:
    """The user's id as the store takes it."""
    return UUID(user["id"])
