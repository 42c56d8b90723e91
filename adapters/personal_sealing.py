"""Seals the personal part of an event with the key of its person, and opens it again.

What is stored in the column `sealed`, all of it also covered by the event's hash:

    form        1 byte, 1 where the personal fields are the event's own, 2 where some lie deeper
    person      16 bytes: whose key opens it
    nonce       12 bytes
    ciphertext  AES-256-GCM of the JSON of the personal fields by their names, with its tag

A snapshot with personal fields is sealed whole, in form 3. The associated data binds it to its
place: "bima.sealed.1", form, tenant, person, stream, version and the event's name. Moved anywhere
else it does not open.
"""

import struct
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.chain import Place
from adapters.codec import Codec, CorruptEvent, Encoded, KeyLost
from adapters.envelope import Batch, Change, Loaded
from adapters.person_keys import PersonKeys
from adapters.personal_parts import joined
from adapters.randomness import random_bytes
from domain.personal import has_personal, person_named

FLAT, DEEP, SNAPSHOT = 1, 2, 3
_FORMAT = b"bima.sealed.1"
_BOUND = struct.Struct(">13sBi16s16si")
_PERSON = slice(1, 17)
_NONCE = slice(17, 29)
_TEXT = slice(29, None)


class NobodysData(TypeError):
    """An event has personal fields and nothing says whose they are (see domain/personal.py)."""


class PersonalSealing:
    """Seals and opens for one ledger."""

    def __init__(self, codec: Codec, keys: PersonKeys) -> None:
        self.keys = keys
        self._codec = codec

    def prepare(self, batches: Iterable[Batch], tenant: int) -> None:
        """Have all keys that these commands need in memory, with one look at the database."""
        persons = {
            whose.bytes
            for batch in batches
            for change in batch.changes
            for index, fact in enumerate(change.facts)
            if self._codec.is_personal(type(fact))
            and (whose := self.person_of(change, index)) is not None
        }
        if persons:
            self.keys.make(tenant, persons)

    def sealed(self, change: Change, index: int, place: Place, stored: Encoded) -> bytes | None:
        """The personal part of a fact as it is stored; None for one who was erased.

        Raises NobodysData.
        """
        whose = self.person_of(change, index)
        if whose is None:
            raise NobodysData(
                f"{stored.name} has personal fields and says not whose: mark the field that names "
                "the person as PersonId (domain/personal.py)"
            )
        person = whose.bytes
        key = self.keys.to_seal(place.tenant, person)
        if key is None:
            return None
        assert stored.personal is not None
        form = FLAT if stored.flat else DEEP
        bound = _bound(form, person, place.tenant, place.stream, place.version, place.name)
        return _sealed(key, form, person, stored.personal, bound)

    def person_of(self, change: Change, index: int) -> UUID | None:
        """Whose the personal fields of a fact are, by the rule in domain/personal.py."""
        fact = change.facts[index]
        named = person_named(fact)
        if named is not None:
            return named
        if self._codec.catalogue.of_persons(type(fact)):
            return change.loaded.stream_id
        for earlier in reversed(change.facts[:index]):
            named = person_named(earlier)
            if named is not None:
                return named
        return person_named(change.loaded.state)

    def sealed_state(self, tenant: int, decider: str, loaded: Loaded[Any], state: bytes) -> bytes:
        """A snapshot's bytes as they are stored: sealed where the state holds personal fields.

        Raises NobodysData for one who was erased, or where nobody is named.
        """
        kind: Any = type(loaded.state)
        if not has_personal(kind):
            return state
        own = decider in self._codec.catalogue.persons
        whose = loaded.stream_id if own else person_named(loaded.state)
        key = None if whose is None else self.keys.to_seal(tenant, whose.bytes)
        if whose is None or key is None:
            raise NobodysData(f"the state of this {decider} is nobody's, or of one who was erased")
        stream, version = loaded.stream_id.bytes, loaded.version
        bound = _bound(SNAPSHOT, whose.bytes, tenant, stream, version, decider)
        return _sealed(key, SNAPSHOT, whose.bytes, state, bound)

    def opened_state(
        self, tenant: int, decider: str, stream: bytes, version: int, stored: bytes
    ) -> bytes | None:
        """A snapshot's bytes, or None where they cannot be read (any more)."""
        if stored[:1] != bytes((SNAPSHOT,)):
            return stored
        person = stored[_PERSON]
        try:
            key = self.keys.of(tenant, person)
            bound = _bound(SNAPSHOT, person, tenant, stream, version, decider)
            return None if key is None else key.decrypt(stored[_NONCE], stored[_TEXT], bound)
        except (KeyLost, InvalidTag):
            return None

    def fetch(self, tenant: int, sealed: Iterable[bytes | None]) -> None:
        """Have the keys for these in memory, with one look at the database."""
        persons = {one[_PERSON] for one in sealed if one is not None}
        if persons:
            self.keys.fetch(tenant, persons)

    def opened(
        self, tenant: int, stream: bytes, version: int, name: str, data: bytes, sealed: bytes
    ) -> bytes:
        """The whole event as JSON; of one who was erased, what all may read.

        Raises KeyLost where there is no key though nobody erased the person, and CorruptEvent
        for what was not sealed for this place.
        """
        if len(sealed) <= _TEXT.start:
            raise CorruptEvent(f"{name}: what is sealed is cut short")
        person, form = sealed[_PERSON], sealed[0]
        key = self.keys.of(tenant, person)
        if key is None:
            return data
        bound = _bound(form, person, tenant, stream, version, name)
        try:
            personal = key.decrypt(sealed[_NONCE], sealed[_TEXT], bound)
        except InvalidTag:
            raise CorruptEvent(f"{name}: what is sealed was not sealed for this place") from None
        return joined(data, personal, flat=form == FLAT)


def person_of_sealed(sealed: bytes) -> UUID:
    """Whose the sealed part of an event is."""
    return UUID(bytes=sealed[_PERSON])


def _sealed(key: AESGCM, form: int, person: bytes, text: bytes, bound: bytes) -> bytes:
    nonce = random_bytes(12)
    return b"%c%b%b%b" % (form, person, nonce, key.encrypt(nonce, text, bound))


def _bound(form: int, person: bytes, tenant: int, stream: bytes, version: int, name: str) -> bytes:
    return _BOUND.pack(_FORMAT, form, tenant, person, stream, version) + name.encode()
