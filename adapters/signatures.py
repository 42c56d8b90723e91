"""Signs and checks what must not be altered between being made and being used (Ed25519)."""

from base64 import b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)


class Signer:
    """Signs with the insurer's own key for one purpose; signatures of other purposes differ."""

    def __init__(self, private_key: bytes, purpose: str) -> None:
        """`private_key` is PEM (PKCS 8); raises TypeError for another kind of key."""
        key = load_pem_private_key(private_key, password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("the signing key is not an Ed25519 key")
        self._private = key
        self._public = key.public_key()
        self._purpose = purpose.encode() + b"\0"
        raw = self._public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key_id = sha256(raw).hexdigest()[:16]

    @property
    def public(self) -> str:
        """The public key as base64 of its 32 bytes; signatures are of the purpose, a zero byte
        and the content."""
        return b64encode(self._public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

    def sign(self, content: bytes) -> bytes:
        return self._private.sign(self._purpose + content)

    def is_ours(self, signature: bytes, content: bytes) -> bool:
        """Whether we signed exactly this content for this purpose."""
        try:
            self._public.verify(signature, self._purpose + content)
        except InvalidSignature:
            return False
        return True
