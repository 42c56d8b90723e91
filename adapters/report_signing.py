"""Signs what leaves the house, and tells whether a signature is that of a key (Ed25519)."""

from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)


class BadKey(ValueError):
    """A text is not a public key (Ed25519, as PEM or base64)."""


class ReportSigner:
    """Signs with the insurer's own key."""

    def __init__(self, private_pem: bytes) -> None:
        key = load_pem_private_key(private_pem, None)
        if not isinstance(key, Ed25519PrivateKey):
            raise BadKey("reports are signed with an Ed25519 key")
        self._key = key

    def sign(self, content: bytes) -> str:
        """The signature as base64."""
        return b64encode(self._key.sign(content)).decode()

    @property
    def public(self) -> str:
        """The public key as base64 of its 32 bytes."""
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return b64encode(raw).decode()

    @property
    def public_pem(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def public_key(text: str) -> str:
    """A public key given as PEM or base64, as base64; raises BadKey."""
    try:
        if "BEGIN PUBLIC KEY" in text:
            key = load_pem_public_key(text.encode())
            if not isinstance(key, Ed25519PublicKey):
                raise BadKey("this is a public key of another kind than Ed25519")
            return b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
        raw = b64decode(text.strip(), validate=True)
        Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise BadKey("this is no public key (Ed25519, as PEM or base64)") from error
    return b64encode(raw).decode()


def is_signed(content: bytes, signature: str, public: str) -> bool:
    """Whether the signature is that of the key on exactly these bytes."""
    try:
        key = Ed25519PublicKey.from_public_bytes(b64decode(public))
        key.verify(b64decode(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True
