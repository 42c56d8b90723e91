"""The insurer's provider of identities, by OpenID Connect: whom it vouches for.

We speak TLS to its issuer's host and to those that a setting names, and follow no redirect: what
the provider says of itself cannot send us elsewhere. Its signatures count by the keys that it
publishes there, and by algorithms that we name.
"""

import base64
import hmac
import secrets
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx2
import jwt
import msgspec

from adapters.outgoing import client_to

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
PATIENCE = 5.0  # seconds
LARGEST = 500_000  # bytes of an answer
LEEWAY = 60  # seconds by which clocks may differ
_BELIEVED = 3_600.0  # seconds: what the provider says of itself, and its keys
_AGAIN = 30.0  # seconds before keys are asked for again because one is unknown


class ProviderAway(Exception):
    """It does not answer, or not as OpenID Connect says; the text is for the log."""


class NotVouched(Exception):
    """It does not vouch for whoever brought this code; the text is for the log."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Where the provider is, and as whom we ask it; `further_hosts` beside that of the issuer."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_url: str
    scopes: str = "openid profile email"
    ca_file: str = ""
    further_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Vouched:
    """A person as the provider knows them; `subject` alone says who it is."""

    subject: str
    claims: Mapping[str, Any]

    def text(self, claim: str) -> str:
        """A claim that is text; empty where it is not there."""
        said = self.claims.get(claim)
        return said if isinstance(said, str) else ""

    def texts(self, claim: str) -> tuple[str, ...]:
        """A claim that is a list of texts, such as groups."""
        said = self.claims.get(claim)
        listed = said if isinstance(said, list) else [said]
        return tuple(one for one in listed if isinstance(one, str))


def proof_of(verifier: str) -> str:
    """What is sent first of the secret that is brought with the code (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass
class OpenId:
    """Asks one provider; what it says of itself is believed for an hour."""

    at: Provider
    _said: tuple[float, dict[str, Any]] = (0.0, {})
    _keys: tuple[float, dict[str, jwt.PyJWK]] = (0.0, {})
    _client: httpx2.Client | None = field(default=None, repr=False)

    def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where a browser goes to sign in; raises ProviderAway."""
        asked = {
            "response_type": "code",
            "client_id": self.at.client_id,
            "redirect_uri": self.at.redirect_url,
            "scope": self.at.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": proof_of(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._endpoint('authorization_endpoint')}?{urlencode(asked)}"

    def vouched(self, code: str, verifier: str, nonce: str) -> Vouched:
        """Whom the provider means by a code; raises NotVouched, ProviderAway."""
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.at.redirect_url,
            "code_verifier": verifier,
        }
        said = self._ask("POST", self._endpoint("token_endpoint"), asked)
        token = said.get("id_token")
        if not isinstance(token, str):
            raise NotVouched(f"no id token: {str(said.get('error', ''))[:60]}")
        return self._read(token, nonce)

    def _read(self, token: str, nonce: str) -> Vouched:
        try:
            key = self._key(str(jwt.get_unverified_header(token).get("kid", "")))
            claims = jwt.decode(
                token,
                key.key,
                algorithms=list(ALGORITHMS),
                issuer=self.at.issuer,
                audience=self.at.client_id,
                leeway=LEEWAY,
                options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise NotVouched(f"the id token is not good: {error}") from error
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise NotVouched("the id token answers another request")
        if claims.get("azp", self.at.client_id) != self.at.client_id:
            raise NotVouched("the id token is for another program")
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise NotVouched("the id token names nobody")
        return Vouched(claims["sub"], claims)

    def _key(self, key_id: str) -> jwt.PyJWK:
        at, keys = self._keys
        now = time.monotonic()
        if now - at > (_BELIEVED if key_id in keys else _AGAIN) or not keys:
            said = self._ask("GET", self._endpoint("jwks_uri"))
            try:
                found = jwt.PyJWKSet.from_dict(said).keys
            except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
                raise ProviderAway(f"its keys cannot be read: {error}") from error
            keys = {str(key.key_id or ""): key for key in found}
            self._keys = (now, keys)
        if key_id not in keys:
            raise NotVouched("the id token is signed with a key that is not published")
        return keys[key_id]

    def _endpoint(self, name: str) -> str:
        """An address that the provider names; raises ProviderAway for one elsewhere."""
        at, said = self._said
        if not said or time.monotonic() - at > _BELIEVED:
            place = f"{self.at.issuer.rstrip('/')}/.well-known/openid-configuration"
            said = self._ask("GET", place)
            if said.get("issuer") != self.at.issuer:
                raise ProviderAway("it says that it is another issuer")
            self._said = (time.monotonic(), said)
        return self._ours(str(said.get(name, "")))

    def _ours(self, url: str) -> str:
        """The address, where it is one that we speak to; raises ProviderAway."""
        hosts = {urlsplit(self.at.issuer).netloc.lower(), *self.at.further_hosts}
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.netloc.lower() not in hosts:
            raise ProviderAway(f"it names an address that is not its own: {url[:200]!r}")
        return url

    def _ask(self, method: str, url: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        who = None
        if form is not None and self.at.client_secret:
            who = (quote(self.at.client_id, safe=""), quote(self.at.client_secret, safe=""))
        elif form is not None:
            form = {**form, "client_id": self.at.client_id}
        try:
            with self._open().stream(method, self._ours(url), data=form, auth=who) as answer:
                body = bytearray()
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > LARGEST:
                        raise ProviderAway("its answer is too long")
                if answer.status_code not in (200, 400, 401):
                    raise ProviderAway(f"it answers {answer.status_code}")
            said = msgspec.json.decode(bytes(body))
        except (httpx2.HTTPError, httpx2.InvalidURL, msgspec.DecodeError) as error:
            raise ProviderAway(f"it does not answer: {type(error).__name__}") from error
        if not isinstance(said, dict):
            raise ProviderAway("its answer cannot be read")
        return said

    def _open(self) -> httpx2.Client:
        if self._client is None:
            trusted = ssl.create_default_context(cafile=self.at.ca_file or None)
            further = (f"https://{host}" for host in self.at.further_hosts)
            self._client = client_to([self.at.issuer, *further], PATIENCE, trusted)
        return self._client


def secret() -> str:
    """43 letters that nobody guesses: a verifier, a nonce, what binds a browser."""
    return secrets.token_urlsafe(32)
