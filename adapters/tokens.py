"""Sign-in tokens: short-lived access tokens that anybody with the public key can check."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
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
    """Issues and checks access tokens with one Ed25519 key."""

    def __init__(self, private_key: bytes, lifetime: timedelta) -> None:
        """`private_key` is PEM (PKCS 8); raises TypeError for another kind of key."""
        key = load_pem_private_key(private_key, password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("the signing key is not an Ed25519 key")
        self._private = key
        self._public = key.public_key()
        raw = self._public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key_id = sha256(raw).hexdigest()[:16]
        self.lifetime = lifetime
        self._checked: OrderedDict[str, AccessToken] = OrderedDict()

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
            if header.get("kid") != self.key_id or header.get("typ") != TYPE:
                raise TokenRefused("this is not an access token of this system")
            claims = jwt.decode(
                token,
                self._public,
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
