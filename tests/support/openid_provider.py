"""A provider of identities that tests start on loopback: real TLS, real tokens, real checks.

It does what OpenID Connect asks of a provider, and can be told what to do wrong.
"""

import base64
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.slapd import certificates

CLIENT, SECRET = "bima", "a secret of the tests: 100 %"
REDIRECT = "https://portal.insurer.example/signed-in"
Claims = dict[str, Any]


@dataclass
class Misdeeds:
    """What the provider does wrong, until the test ends."""

    claims: Claims = field(default_factory=dict)
    metadata: Claims = field(default_factory=dict)
    sign: Callable[[Claims, "TestProvider"], str] | None = None
    redirects_to: str = ""
    away: bool = False


@dataclass
class TestProvider:
    """Where it is, whom it knows, and what was asked of it."""

    __test__ = False
    issuer: str = ""
    ca_file: str = ""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    key_id: str = "one"
    wrong: Misdeeds = field(default_factory=Misdeeds)
    codes: dict[str, Claims] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def signs_in(self, address: str, person: Claims) -> dict[str, str]:
        """What comes back to the portal when this person signs in at an address of ours."""
        parts = urlsplit(address)
        said = dict(parse_qsl(parts.query))
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.issuer}/authorize"
        assert (said["client_id"], said["redirect_uri"]) == (CLIENT, REDIRECT)
        assert (said["response_type"], said["code_challenge_method"]) == ("code", "S256")
        assert "openid" in said["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**said, "person": person}
        return {"code": code, "state": said["state"], "iss": self.issuer}

    def metadata(self) -> Claims:
        own = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return {**own, **self.wrong.metadata}

    def keys(self) -> Claims:
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": self.key_id, "use": "sig", "alg": "ES256"}]}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """RFC 6749, 4.1.3 and RFC 7636, 4.6: the code once, the secret, the verifier."""
        basic = base64.b64encode(b"bima:a%20secret%20of%20the%20tests%3A%20100%20%25").decode()
        asked = self.codes.pop(form.get("code", ""), None)
        proof = sha256(form.get("code_verifier", "").encode()).digest()
        shown = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        if authorization != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        if asked is None or asked["code_challenge"] != shown or form["redirect_uri"] != REDIRECT:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300,
                  "nonce": asked["nonce"], **asked["person"], **self.wrong.claims}  # fmt: skip
        claims = {name: said for name, said in claims.items() if said is not None}
        sign = self.wrong.sign or signed
        return 200, {"id_token": sign(claims, self), "token_type": "Bearer"}


def signed(claims: Claims, provider: TestProvider) -> str:
    return jwt.encode(claims, provider.key, "ES256", {"kid": provider.key_id})


@contextmanager
def openid_provider(folder: Path) -> Iterator[TestProvider]:
    """A provider on a free port of loopback, with a certificate of its own CA."""
    provider = TestProvider(ca_file=str(certificates(folder, "localhost")))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    provider.issuer = f"https://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=60)


def _handler(provider: TestProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            pages = {
                "/.well-known/openid-configuration": provider.metadata, "/keys": provider.keys,
            }  # fmt: skip
            page = pages.get(self.path)
            self._answer(200 if page else 404, page() if page else {})

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*provider.token(form, self.headers.get("Authorization", "")))

        def _answer(self, status: int, content: Claims) -> None:
            if provider.wrong.away:
                status, content = 503, {}
            data = json.dumps(content).encode()
            if provider.wrong.redirects_to:
                status = 302
            self.send_response(status)
            if provider.wrong.redirects_to:
                self.send_header("Location", provider.wrong.redirects_to)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            """Nothing: tests are quiet."""

    return Handler
