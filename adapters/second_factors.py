"""Second factors: codes of an authenticator that change every 30 seconds (RFC 6238).

The secret is sealed with a key of the insurer's own before it is stored; a code is good once.
"""

import secrets
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pyotp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.secret_keys import second_factor_key

STEP_SECONDS = 30
_NONCE = 12
_AROUND = (0, -1, 1)  # steps by which a clock may be off


class SecondFactors:
    """Makes, seals and checks the secrets of authenticators."""

    def __init__(self, folder: Path, issuer: str) -> None:
        self._folder = folder
        self._issuer = issuer

    def new(self) -> str:
        """A fresh secret, in the letters and digits that people can type."""
        return str(pyotp.random_base32())

    def address(self, secret: str, username: str) -> str:
        """What an authenticator reads from a QR code (`otpauth://…`)."""
        return str(pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=self._issuer))

    def sealed(self, secret: str, user_id: UUID) -> bytes:
        """The secret as it is stored: readable with our key, for this user only."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._key().encrypt(nonce, secret.encode(), user_id.bytes)

    def step_of(self, code: str, stored: bytes, user_id: UUID, now: datetime) -> int | None:
        """The time step whose code this is, one off at most; None for another code."""
        opened = self._key().decrypt(stored[:_NONCE], stored[_NONCE:], user_id.bytes)
        totp = pyotp.TOTP(opened.decode())
        here = int(now.timestamp()) // STEP_SECONDS
        for off in _AROUND:
            expected = totp.generate_otp(here + off)
            if secrets.compare_digest(expected.encode(), code.encode()):
                return here + off
        return None

    def _key(self) -> AESGCM:
        return AESGCM(second_factor_key(self._folder))
