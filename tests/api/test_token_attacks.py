"""Forged, bent and worn-out access tokens: every one is refused, and none says why in detail."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import (
    generate_private_key as generate_rsa_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.tokens import ALGORITHM, AUDIENCE, ISSUER, Tokens
from tests.api.book import V1
from tests.api.running import PASSWORD, Json, RunningApi, data_of, error_of

Parts = tuple[Json, Json]  # header and claims
Forge = Callable[["Workshop"], str]


class Workshop:
    """A good token of a real sign-in, and the means to make bad ones like it."""

    def __init__(self, api: RunningApi) -> None:
        self.api = api
        user = api.user("claims_manager")
        body = {"username": user.username, "password": PASSWORD}
        self.tokens = data_of(api.anonymous().post(f"{V1}/auth/login", json=body))
        self.good: str = self.tokens["access_token"]
        self.real: Tokens = api.parts.tokens
        self.header: Json = jwt.get_unverified_header(self.good)
        self.claims: Json = jwt.decode(self.good, options={"verify_signature": False})
        self.own_key = Ed25519PrivateKey.generate()

    def ours(self, header: Json | None = None, **claims: Any) -> str:
        """Signed with the real key: what a leaked signer, or a careless one, could make."""
        said = {k: v for k, v in {**self.claims, **claims}.items() if v is not None}
        return self._signed(self.real._private, said, header)

    def theirs(self, header: Json | None = None, **claims: Any) -> str:
        """Signed with a key of the attacker's."""
        return self._signed(self.own_key, {**self.claims, **claims}, header)

    def _signed(self, key: Any, claims: Json, header: Json | None) -> str:
        said = {**self.header, **(header or {})}
        said = {k: v for k, v in said.items() if v is not None and k != "alg"}
        return jwt.encode(claims, key, algorithm=ALGORITHM, headers=said)

    def raw(self, header: Json, claims: Json | bytes, signature: bytes = b"") -> str:
        body = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
        return ".".join(map(b64, (json.dumps(header).encode(), body, signature)))

    def bent(self, **header: Any) -> str:
        """The good token under another header."""
        return self.raw({**self.header, **header}, self.claims, self.signature)

    def signed_by(self, signature: bytes) -> str:
        """The good token's own words under another signature."""
        return f"{self.good.rpartition('.')[0]}.{b64(signature)}"

    @property
    def signature(self) -> bytes:
        return base64.urlsafe_b64decode(self.good.split(".")[2] + "==")

    @property
    def public_pem(self) -> bytes:
        return self.real.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def hs(workshop: Workshop, algorithm: str, secret: bytes) -> str:
    """An HMAC over a secret that everybody knows, such as the public key."""
    digest = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}[algorithm]
    header = {**workshop.header, "alg": algorithm}
    head = ".".join(map(b64, (json.dumps(header).encode(), json.dumps(workshop.claims).encode())))
    return f"{head}.{b64(hmac.new(secret, head.encode(), digest).digest())}"


def other_algorithm(workshop: Workshop, algorithm: str, key: Any) -> str:
    header = {k: v for k, v in workshop.header.items() if k != "alg"}
    return jwt.encode(workshop.claims, key, algorithm=algorithm, headers=header)


def later(**more: float) -> int:
    return int((datetime.now(UTC) + timedelta(**more)).timestamp())


def swapped(workshop: Workshop) -> str:
    """Another user's claims under this signature."""
    head, _, signature = workshop.good.split(".")
    body = json.dumps({**workshop.claims, "sub": str(uuid4())}).encode()
    return f"{head}.{b64(body)}.{signature}"


def doubled(workshop: Workshop) -> str:
    """The same claim twice: one reader takes the first, another the last."""
    text = json.dumps(workshop.claims)
    body = f'{{"sub": "{uuid4()}", {text[1:]}'.encode()
    return workshop.raw(workshop.header, body, workshop.signature)


def signed_out(workshop: Workshop) -> str:
    body = {"Authorization": f"Bearer {workshop.good}"}
    data_of(workshop.api.anonymous().post(f"{V1}/auth/logout", headers=body))
    return workshop.good


ATTACKS: dict[str, Forge] = {
    "no algorithm": lambda w: w.raw({**w.header, "alg": "none"}, w.claims),
    "no algorithm, other case": lambda w: w.raw({**w.header, "alg": "nOnE"}, w.claims),
    "no algorithm, old signature": lambda w: w.bent(alg="none"),
    "empty algorithm": lambda w: w.bent(alg=""),
    "algorithm is a list": lambda w: w.bent(alg=["EdDSA"]),
    "algorithm is null": lambda w: w.bent(alg=None),
    "no signature": lambda w: w.good.rpartition(".")[0] + ".",
    "two parts": lambda w: w.good.rpartition(".")[0],
    "four parts": lambda w: w.good + ".more",
    "cut signature": lambda w: w.good[:-10],
    "flipped bit": lambda w: w.signed_by(bytes([w.signature[0] ^ 1, *w.signature[1:]])),
    "signature of zeros": lambda w: w.signed_by(bytes(64)),
    "public key as HS256 secret": lambda w: hs(w, "HS256", w.public_pem),
    "public key as HS384 secret": lambda w: hs(w, "HS384", w.public_pem),
    "public key as HS512 secret": lambda w: hs(w, "HS512", w.public_pem),
    "empty HS256 secret": lambda w: hs(w, "HS256", b""),
    "key id as HS256 secret": lambda w: hs(w, "HS256", w.header["kid"].encode()),
    "RS256": lambda w: other_algorithm(w, "RS256", generate_rsa_key(65537, 2048)),
    "ES256": lambda w: other_algorithm(w, "ES256", generate_private_key(SECP256R1())),
    "somebody's own key": lambda w: w.theirs(),
    "own key under its own id": lambda w: w.theirs({"kid": "attacker"}),
    "key id is a path": lambda w: w.theirs({"kid": "../../../../dev/null"}),
    "key id is SQL": lambda w: w.theirs({"kid": "x' UNION SELECT 'k' --"}),
    "key id is an address": lambda w: w.theirs({"kid": "http://127.0.0.1:1/key"}),
    "no key id": lambda w: w.ours({"kid": None}),
    "key rotated out": lambda w: w.ours({"kid": "0123456789abcdef"}),
    "key in the header": lambda w: w.theirs({"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}}),
    "address of keys": lambda w: w.theirs({"jku": "http://127.0.0.1:1/jwks"}),
    "certificate address": lambda w: w.theirs({"x5u": "http://127.0.0.1:1/cert"}),
    "certificate chain": lambda w: w.theirs({"x5c": ["AAAA"]}),
    "unknown critical header": lambda w: w.ours({"crit": ["bima"], "bima": True}),
    "type of an identity token": lambda w: w.ours({"typ": "JWT"}),
    "no type": lambda w: w.ours({"typ": None}),
    "refresh token as access token": lambda w: w.tokens["refresh_token"],
    "another audience": lambda w: w.ours(aud="another-api"),
    "audiences with ours among others missing": lambda w: w.ours(aud=["a", "b"]),
    "no audience": lambda w: w.ours(aud=None),
    "another issuer": lambda w: w.ours(iss="https://example.org"),
    "no issuer": lambda w: w.ours(iss=None),
    "expired": lambda w: w.ours(exp=later(seconds=-1)),
    "no expiry": lambda w: w.ours(exp=None),
    "expiry is text": lambda w: w.ours(exp="never"),
    "no token id": lambda w: w.ours(jti=None),
    "no user": lambda w: w.ours(sub=None),
    "a user that is none": lambda w: w.ours(sub=str(uuid4())),
    "user is no id": lambda w: w.ours(sub="admin"),
    "another sign-in": lambda w: w.ours(sid=str(uuid4())),
    "no sign-in": lambda w: w.ours(sid=None),
    "not yet good": lambda w: w.ours(nbf=later(hours=1)),
    "claims swapped": swapped,
    "claims doubled": doubled,
    "claims are a list": lambda w: w.raw(w.header, b"[]", w.signature),
    "claims are no JSON": lambda w: w.raw(w.header, b"\xff\xfe", w.signature),
    "huge": lambda w: w.ours(padding="x" * 100_000),
    "huge header": lambda w: w.ours({"padding": "x" * 20_000}),
    "blank in the middle": lambda w: w.good.replace(".", ". ", 1),
    "control characters": lambda w: w.good[:20] + "%00" + w.good[20:],
    "signed out": signed_out,
}  # fmt: skip


@pytest.fixture(scope="module")
def workshop(api: RunningApi) -> Workshop:
    return Workshop(api)


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(ATTACKS) >= 40


def test_the_good_token_is_good(workshop: Workshop) -> None:
    assert (workshop.claims["iss"], workshop.claims["aud"]) == (ISSUER, AUDIENCE)
    headers = {"Authorization": f"Bearer {workshop.ours()}"}
    data_of(workshop.api.anonymous().get(f"{V1}/auth/profile", headers=headers))


@pytest.mark.parametrize("attack", sorted(ATTACKS.keys() - {"signed out"}))
def test_a_bad_token_is_refused(workshop: Workshop, attack: str) -> None:
    refused(workshop, ATTACKS[attack](workshop))


def test_a_token_is_refused_once_its_sign_in_has_ended(api: RunningApi) -> None:
    own = Workshop(api)
    refused(own, ATTACKS["signed out"](own))


def refused(workshop: Workshop, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    answer = workshop.api.anonymous().get(f"{V1}/auth/profile", headers=headers)
    if answer.status_code in (400, 431):  # the server itself takes no such header
        return
    error = error_of(answer, 401, "AUTHENTICATION_FAILED")
    assert "Traceback" not in json.dumps(error)
