"""Sign-in tokens: short-lived access tokens that anybody with the public key can check."""

from base64 import urlsafe_b64encode
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

ISSUER = "bima"
AUDIENCE = "bima-api"
ALGORITHM = "EdDSA"
TYPE = "at+jwt"  # an access token and nothing else (RFC 9068)
LONGEST = 4_096  # characters; a longer token is not one of ours

_REMEMBERED = 4_096
_CLAIMS = ["iss", "aud", "sub", "sid", "jti", "iat", "exp"]


class TokenRefused(Exception):
    """Not a token of ours, or no longer good; the text says why and may be shown."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a checked token says: who (`user_id`), in which sign-in (`session_id`), until when."""

    user_id: UUID
    session_id: UUID
    expires_at: int


class Tokens:
    """Issues access tokens with one Ed25519 key, and checks them by it and the one before."""

    def __init__(
        self, private_key: bytes, lifetime: timedelta, previous: bytes | None = None
    ) -> None:
        """Keys are PEM (PKCS 8); raises TypeError for another kind of key.

        Tokens of the `previous` key are good until they run out.
        """
        self._private = _key(private_key)
        known = [self._private, *([_key(previous)] if previous else [])]
        self._publics = {_id(key.public_key()): key.public_key() for key in known}
        self.key_id = next(iter(self._publics))
        self.lifetime = lifetime
        self._checked: OrderedDict[str, AccessToken] = OrderedDict()

    @property
    def public_key(self) -> Ed25519PublicKey:
        """The key that checks what is signed now."""
        return self._publics[self.key_id]

    def published(self) -> dict[str, list[dict[str, str]]]:
        """The keys that our signatures are checked with, as a JSON Web Key Set (RFC 7517)."""
        return {"keys": [_published(key_id, key) for key_id, key in self._publics.items()]}

    def issue(self, user_id: UUID, session_id: UUID, now: datetime) -> str:
        """An access token of one sign-in, good for `lifetime` from `now`."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "sid": str(session_id),
            "jti": uuid4().hex,
            "iat": int(now.timestamp()),
            "exp": int((now + self.lifetime).timestamp()),
        }
        headers = {"kid": self.key_id, "typ": TYPE}
        return jwt.encode(claims, self._private, algorithm=ALGORITHM, headers=headers)

    def check(self, token: str, now: datetime) -> AccessToken:
        """Who a token speaks for; raises TokenRefused.

        Signatures that were found good are remembered, so that a busy client is not checked
        again and again; the time limit is looked at every time.
        """
        known = self._checked.get(token)
        if known is None:
            known = self._read(token)
            self._checked[token] = known
            if len(self._checked) > _REMEMBERED:
                self._checked.popitem(last=False)
        if now.timestamp() >= known.expires_at:
            self._checked.pop(token, None)
            raise TokenRefused("the token has expired")
        return known

    def _read(self, token: str) -> AccessToken:
        if len(token) > LONGEST:
            raise TokenRefused("this is not an access token of this system")
        try:
            header = jwt.get_unverified_header(token)
            public = self._publics.get(str(header.get("kid")))
            if public is None or header.get("typ") != TYPE:
                raise TokenRefused("this is not an access token of this system")
            claims = jwt.decode(
                token,
                public,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                audience=AUDIENCE,
                # The time limit is ours to judge, by the same clock that issued it.
                options={"require": _CLAIMS, "verify_exp": False, "verify_iat": False},
            )
            user_id, session_id = UUID(claims["sub"]), UUID(claims["sid"])
            return AccessToken(user_id, session_id, int(claims["exp"]))
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise TokenRefused("this is not an access token of this system") from error


def _key(pem: bytes) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the signing key is not an Ed25519 key")
    return key


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _id(key: Ed25519PublicKey) -> str:
    return sha256(_raw(key)).hexdigest()[:16]


def _published(key_id: str, key: Ed25519PublicKey) -> dict[str, str]:
    x = urlsafe_b64encode(_raw(key)).rstrip(b"=").decode()
    return {
        "kty": "OKP", "crv": "Ed25519", "x": x, "kid": key_id, "alg": ALGORITHM, "use": "sig",
    }  # fmt: skip
