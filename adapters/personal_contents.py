"""Keeps pictures and papers of members: sealed with the member's key, found by their hash.

When the member is erased the key is destroyed, and no copy in any backup can be read any more.
The same content of the same person is sealed to the same bytes, so that it is kept once.
"""

from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag

from adapters.codec import CorruptEvent
from adapters.document_contents import DocumentContents
from adapters.event_store import EventStore
from domain.refusals import WrongStage

_NONCE = 12


class PersonalContents:
    """The sealed contents of one insurer's members."""

    def __init__(self, store: EventStore) -> None:
        self._contents = DocumentContents(store.pool, store.tenant)
        self._keys = store.keys
        self._tenant = store.tenant

    def keep(self, person: UUID, content: bytes, *, dry_run: bool = False) -> str:
        """Keep a content and return the hash of what is kept; a dry run keeps nothing.

        Raises WrongStage for one who was erased.
        """
        key = self._keys.to_seal(self._tenant, person.bytes)
        if key is None:
            raise WrongStage("member.erased", "this member's data has been erased")
        bound = self._bound(person)
        # A nonce that follows from the content never seals two contents alike under one key.
        nonce = sha256(bound + content).digest()[:_NONCE]
        sealed = nonce + key.encrypt(nonce, content, bound)
        return sha256(sealed).hexdigest() if dry_run else self._contents.keep(sealed)

    def find(self, person: UUID, digest: str) -> bytes | None:
        """The content, or None where there is none or the person was erased.

        Raises CorruptEvent where what is kept is not this person's.
        """
        key = self._keys.of(self._tenant, person.bytes)
        sealed = self._contents.find(digest)
        if key is None or sealed is None:
            return None
        try:
            return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._bound(person))
        except InvalidTag as error:
            raise CorruptEvent(f"content {digest} was not sealed for its member") from error

    def _bound(self, person: UUID) -> bytes:
        return b"bima.content.1" + self._tenant.to_bytes(4, "big", signed=True) + person.bytes
