"""S10: passkeys end to end in a real browser, with the authenticator that Chromium plays itself.

The page is the test's own and stands at the API's origin; what it does is what a portal does:
it asks for options, has the browser make or use a passkey, and sends what the browser answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.identities import User
from adapters.passkeys import Party
from tests.api.running import PASSWORD, MakeSettings, RunningApi, running_api
from tests.support.chromium import Page, chromium

PAGE = """<!doctype html><title>sign in</title><script>
let token = "";
async function ask(method, path, body) {
  const headers = {"Content-Type": "application/json"};
  if (token) headers.Authorization = "Bearer " + token;
  const answer = await fetch("/api/v1" + path, {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body)});
  const told = await answer.json();
  return {status: answer.status, data: told.data, error: told.error};
}
async function signIn(username, password) {
  const answer = await ask("POST", "/auth/login", {username, password});
  if (answer.data && answer.data.access_token) token = answer.data.access_token;
  return answer;
}
async function register(name) {
  const {data} = await ask("POST", "/auth/passkeys/register-options");
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(data.options);
  const made = await navigator.credentials.create({publicKey});
  return await ask("POST", "/auth/passkeys", {name, credential: made.toJSON()});
}
async function show(path, said) {
  const {data} = await ask("POST", "/auth/passkeys/options", said);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(data.options);
  const shown = await navigator.credentials.get({publicKey});
  return await ask("POST", path, {credential: shown.toJSON(), ...said});
}
async function signInByPasskey(said) {
  token = "";
  const answer = await show("/auth/passkeys/sign-in", said || {});
  if (answer.data && answer.data.access_token) token = answer.data.access_token;
  return answer;
}
async function askAll() {
  const schema = await (await fetch("/openapi.json")).json();
  const answers = {};
  for (const [path, operations] of Object.entries(schema.paths))
    if (operations.get && !path.includes("{") && path.startsWith("/api/v1/"))
      answers[path] = (await fetch(path, {headers: {Authorization: "Bearer " + token}})).status;
  return answers;
}
const refused = (doing) => doing.then(() => "", (error) => error.name);
</script>"""
# What a telephone has built in: it keeps passkeys, and knows its person by a finger.
PHONE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
# What staff are shown with a password alone: what anybody is, and what is their own account's.
ANYBODYS = {
    f"/api/v1/{path}"
    for path in ("auth/profile", "auth/passkeys", "sessions", "sessions/active",
                 "security/password-policy", "cards/public-key")
}  # fmt: skip
pytestmark = pytest.mark.long


@dataclass
class Desk:
    """A person before a browser, at the page; `phone` is the authenticator's id."""

    api: RunningApi
    page: Page
    origin: str
    phone: str

    def run(self, script: str) -> Any:
        return self.page.run(script)

    def status(self, path: str) -> int:
        """What the API answers to the page, as whoever has signed in there."""
        return int(self.run(f"ask('GET', '{path}').then((answer) => answer.status)"))

    def given(self) -> dict[str, int]:
        """What is answered to every question that can be asked without naming anything."""
        told: dict[str, int] = self.run("askAll()")
        return told

    def passkeys(self) -> list[dict[str, Any]]:
        """What the authenticator holds."""
        told = self.page.call("WebAuthn.getCredentials", authenticatorId=self.phone)
        return list(told["credentials"])

    def starts(self, *roles: str) -> User:
        """Somebody new signs in with a password, on a page that knows nobody yet."""
        user = self.api.user(*roles)
        self.page.open(f"{self.origin}/signing-in", PAGE)
        assert self.run(f"signIn('{user.username}', '{PASSWORD}')")["status"] == 200
        return user


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("chromium")) as opened:
        opened.call("WebAuthn.enable")
        yield opened


@pytest.fixture(scope="module")
def api(own_settings: MakeSettings) -> Iterator[RunningApi]:
    settings = own_settings(
        staff_second_factor=True,
    )  # fmt: skip
    with running_api(settings, read_models=False) as running:
        # Passkeys are for a name, never for a number; where it listens is known only now.
        origin = running.url.replace("127.0.0.1", "localhost")
        running.parts.party = Party.of(settings.insurer_name, origin)
        yield running


@pytest.fixture
def desk(api: RunningApi, page: Page) -> Iterator[Desk]:
    phone = page.call("WebAuthn.addVirtualAuthenticator", options=PHONE)["authenticatorId"]
    yield Desk(api, page, api.parts.party.origin, phone)
    page.call("WebAuthn.removeVirtualAuthenticator", authenticatorId=phone)


def test_staff_get_nothing_before_and_their_work_after_a_passkey(desk: Desk) -> None:
    user = desk.starts("auditor")
    given = desk.given()
    assert len(given) > 50, "every question that names nothing"
    assert {path for path, status in given.items() if status != 403} <= ANYBODYS
    added = desk.run("register('the phone')")
    assert added["status"] in (200, 201), added
    assert desk.api.events(user.user_id)[-1] == "user.passkey_added"
    assert desk.given()["/api/v1/members"] == 200
    (kept,) = desk.passkeys()
    assert (kept["rpId"], kept["isResidentCredential"]) == ("localhost", True)


def test_the_passkey_alone_signs_in_and_stands_for_both_factors(desk: Desk) -> None:
    user = desk.starts("finance_officer")
    desk.run("register('the phone')")
    desk.page.open(f"{desk.origin}/signing-in", PAGE)
    assert desk.status("/members") == 401, "a new page has nobody's token"
    signed = desk.run("signInByPasskey()")
    assert signed["status"] == 200, signed
    assert signed["data"]["user"]["username"] == user.username
    assert desk.api.parts.desk.store.stream(user.user_id)[-1].fact.proofs == ("passkey",)
    assert desk.status("/payments") == 200
    money = "ask('POST', '/payments/00000000-0000-0000-0000-000000000001/process', {})"
    assert desk.run(money)["status"] == 404, "it was shown just now: approvals ask no further"
    (kept,) = desk.passkeys()
    (known,) = desk.api.parts.passkeys.of_user(user.user_id)
    assert known.sign_count == kept["signCount"] >= 2


def test_it_completes_a_sign_in_that_a_password_began(desk: Desk) -> None:
    user = desk.starts("auditor")
    desk.run("register('the phone')")
    desk.page.open(f"{desk.origin}/signing-in", PAGE)
    begun = desk.run(f"signIn('{user.username}', '{PASSWORD}')")["data"]
    assert begun["second_factor_required"]
    assert "access_token" not in begun
    assert desk.status("/members") == 401, "a password alone is worth nothing"
    token = begun["second_factor_token"]
    assert desk.run(f"signInByPasskey({{second_factor_token: '{token}'}})")["status"] == 200
    assert desk.status("/members") == 200


def test_a_finger_that_is_not_its_persons_opens_nothing(desk: Desk) -> None:
    desk.starts("auditor")
    desk.run("register('the phone')")
    of = {"authenticatorId": desk.phone}
    desk.page.call("WebAuthn.setUserVerified", **of, isUserVerified=False)
    desk.page.open(f"{desk.origin}/signing-in", PAGE)
    assert desk.run("refused(signInByPasskey())") == "NotAllowedError"
    assert desk.status("/members") == 401
    desk.page.call("WebAuthn.setUserVerified", **of, isUserVerified=True)
    assert desk.run("signInByPasskey()")["status"] == 200


def test_a_page_of_another_origin_is_given_no_passkey(desk: Desk) -> None:
    desk.starts("auditor")
    desk.run("register('the phone')")
    desk.page.open(f"{desk.origin.replace('localhost', '127.0.0.1')}/signing-in", PAGE)
    assert desk.run("refused(signInByPasskey())") == "SecurityError"


def test_a_passkey_that_was_taken_away_signs_nobody_in(desk: Desk) -> None:
    desk.starts("auditor")
    made = desk.run("register('the phone')")["data"]["id"]
    gone = desk.run(f"ask('DELETE', '/auth/passkeys/{made}', {{password: '{PASSWORD}'}})")
    assert gone["status"] == 200, gone
    desk.page.open(f"{desk.origin}/signing-in", PAGE)
    assert desk.run("signInByPasskey()")["status"] == 401
    assert desk.status("/members") == 401
