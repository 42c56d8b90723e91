"""What the QR code on a member's card says, signed so that nobody else can make one (Ed25519).

`BIMA1.<card>.<member number>.<expires yyyymmdd>.<signature>`, card and signature in base64 for
addresses. It holds no name. Whoever has the public key can check it without a network; whether the
card was revoked since is what only the ledger knows.
"""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from adapters.secret_keys import card_signing_key
from adapters.signatures import Signer

PURPOSE = "bima member card"
_FORM = re.compile(r"BIMA1\.([\w-]{22})\.([A-Z0-9-]{1,40})\.(\d{8})\.([\w-]{86})")


@dataclass(frozen=True, slots=True)
class CardSays:
    """What a code claims that we have signed; `expires_on` is the first day it does not count."""

    card_id: UUID
    member_number: str
    expires_on: date


class CardCodes:
    """Makes and reads the codes of one insurer's cards."""

    def __init__(self, private_key: bytes) -> None:
        self._signer = Signer(private_key, PURPOSE)

    @property
    def public_key(self) -> str:
        """The key that checks the codes, as base64 of its 32 bytes."""
        return self._signer.public

    def of(self, says: CardSays) -> str:
        """The text of a card's code."""
        text = f"BIMA1.{_in_text(says.card_id.bytes)}.{says.member_number}.{says.expires_on:%Y%m%d}"
        return f"{text}.{_in_text(self._signer.sign(text.encode()))}"

    def read(self, code: str) -> CardSays | None:
        """What a code says; None for one that we did not make exactly so."""
        found = _FORM.fullmatch(code)
        if found is None:
            return None
        card, number, expires, signature = found.groups()
        try:
            signed = _bytes(signature)
            # One code, one spelling: the last sign of a base64 text holds bits of no byte.
            if _in_text(signed) != signature or not self._signer.is_ours(
                signed, code.rpartition(".")[0].encode()
            ):
                return None
            on = datetime.strptime(expires, "%Y%m%d").date()  # noqa: DTZ007  # a day, no instant
            return CardSays(UUID(bytes=_bytes(card)), number, on)
        except (ValueError, binascii.Error):
            return None


@cache
def card_codes(secrets_folder: Path) -> CardCodes:
    """The codes by the insurer's own key; read once."""
    return CardCodes(card_signing_key(secrets_folder))


def _in_text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
