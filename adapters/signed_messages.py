"""Messages between the insurer and its partners, signed so that nobody can make or repeat one.

The signature is HMAC-SHA256 with the shared key over the sender's time, a full stop and the body,
as banks and payment services do it. A message is good for a few minutes; each new try to deliver
it is signed anew.
"""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

TIMESTAMP, SIGNATURE = "X-Timestamp", "X-Signature"
GOOD_FOR = timedelta(minutes=5)


class SignatureRefused(Exception):
    """The message was not signed by whom it says, or not just now."""


def signed(key: bytes, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of a message that is sent now."""
    stamp = str(int(at.timestamp()))
    return {TIMESTAMP: stamp, SIGNATURE: _signature(key, stamp, body)}


def check(key: bytes, body: bytes, stamp: str, signature: str, now: datetime) -> None:
    """Raises SignatureRefused for a missing or wrong signature, and for one that is too old or
    from the future."""
    if not stamp or not signature:
        raise SignatureRefused("it is not signed")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise SignatureRefused("its time cannot be read")
    if not hmac.compare_digest(_signature(key, stamp, body).encode(), signature.encode()):
        raise SignatureRefused("its signature is wrong")
    if abs(now.timestamp() - int(stamp)) > GOOD_FOR.total_seconds():
        raise SignatureRefused("it was signed too long ago, or is from the future")


def _signature(key: bytes, stamp: str, body: bytes) -> str:
    return hmac.new(key, stamp.encode() + b"." + body, sha256).hexdigest()
