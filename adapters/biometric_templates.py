"""Keeps biometric templates, each sealed with a key of its own, and holds others against them.

A template is a list of numbers that a device or its software made of a finger or a face; how much
two of one model are alike is the cosine of the angle between them. Neither numbers nor keys are in
any event: to destroy a record is to destroy its row and its key.

They stand in a schema of their own. The connection of a command may add one and read none; all
else goes as the role that alone may open them (`adapters/biometric_keys.py`).
"""

import math
import secrets
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.biometric_keys import way_in
from adapters.codec import KeyLost
from adapters.event_store import EventStore
from adapters.ids import Uuid7Ids
from adapters.postgres import Connection

Vector = tuple[float, ...]

LEAST, MOST = 16, 4_096  # numbers in a template
WHOLE_BPS = 10_000
_NONCE = 12


class NotATemplate(ValueError):
    """Bytes that are no template; the text says why."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record and how much it is like what was held against it, in basis points."""

    biometric_id: UUID
    member_id: UUID
    similarity_bps: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Who opens templates of a kind, for what: those of one member, or everybody's."""

    actor: str
    purpose: str
    modality: str
    model: str
    member_id: UUID | None = None


_READ_AND_NOTED = """WITH found AS MATERIALIZED (
    SELECT biometric_id, member_id, sealed, apart FROM biometric.template
    WHERE tenant = %(tenant)s AND modality = %(modality)s AND model = %(model)s
      AND (%(member_id)s::uuid IS NULL OR member_id = %(member_id)s)
), noted AS (
    INSERT INTO biometric.reading (tenant, reading, actor, purpose, modality, model, member_id,
                                   templates)
    SELECT %(tenant)s, %(reading)s, %(actor)s, %(purpose)s, %(modality)s, %(model)s,
           %(member_id)s::uuid, count(*) FROM found
)
SELECT biometric_id, member_id, sealed, apart FROM found"""


def vector(template: bytes) -> Vector:
    """The numbers of a template (32-bit floats, little-endian); raises NotATemplate."""
    if len(template) % 4 or not LEAST <= len(template) // 4 <= MOST:
        raise NotATemplate(f"a template is {LEAST} to {MOST:,} numbers of 4 bytes")
    numbers = struct.unpack(f"<{len(template) // 4}f", template)
    length = math.hypot(*numbers)
    if not math.isfinite(length) or not length:
        raise NotATemplate("its numbers are zero, infinite or none")
    return numbers


def similarity_bps(one: Vector, other: Vector) -> int:
    """How much two templates are alike, 0 to 10,000: the cosine of the angle between them.

    Templates of other lengths are not alike at all.
    """
    if len(one) != len(other):
        return 0
    long, short, apart = math.hypot(*one), math.hypot(*other), math.dist(one, other)
    cosine = (long * long + short * short - apart * apart) / (2 * long * short)
    return max(0, min(WHOLE_BPS, round(cosine * WHOLE_BPS)))


class BiometricTemplates:
    """The templates of one insurer's members."""

    def __init__(self, store: EventStore) -> None:
        self._pool, self._keys = way_in(store.pool.dsn)
        self._former_keys = store.keys
        self._tenant = store.tenant
        self._ids = Uuid7Ids()

    def sealed(self, biometric_id: UUID, template: bytes) -> bytes:
        """The template under a new key of its own."""
        key = self._keys.make(self._tenant, (biometric_id.bytes,))[self._tenant, biometric_id.bytes]
        assert key is not None, "a destroyed key leaves no row"
        nonce = secrets.token_bytes(_NONCE)
        return nonce + key.encrypt(nonce, template, self._bound(biometric_id))

    def keep(
        self,
        conn: Connection,
        biometric_id: UUID,
        member_id: UUID,
        modality: str,
        model: str,
        sealed: bytes,
    ) -> None:
        """Store it over the connection of the command that records it."""
        conn.execute(
            "INSERT INTO biometric.template (tenant, biometric_id, member_id, modality, model, "
            "sealed) VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (self._tenant, biometric_id, member_id, modality, model, sealed),
        )

    def like(self, shown: Vector, asked: Reading) -> list[Found]:
        """Every record that is asked for, the most alike first.

        Who asks is noted, for good, before a template is opened, whatever comes of it.
        """
        of = {"tenant": self._tenant, "reading": self._ids.new(), **asdict(asked)}
        with self._pool.connection() as conn:
            rows = conn.execute(_READ_AND_NOTED, of, binary=True).fetchall()
        self._keys.fetch(self._tenant, [which.bytes for which, _, _, _ in rows])
        found = [
            Found(which, member, similarity_bps(shown, opened))
            for which, member, sealed, apart in rows
            if (opened := self._opened(which, bytes(sealed), apart)) is not None
        ]
        return sorted(found, key=lambda one: (-one.similarity_bps, one.biometric_id))

    def destroy(self, biometric_id: UUID, at: datetime) -> None:
        """Destroy template and key, whole rows; a repeat finds nothing."""
        with self._pool.connection() as conn:
            former = conn.execute(
                "DELETE FROM biometric.template WHERE tenant = %s AND biometric_id = %s "
                "RETURNING NOT apart",
                (self._tenant, biometric_id),
            ).fetchone()
        self._keys.destroy_each(self._tenant, (biometric_id,))
        if former == (True,):
            self._former_keys.destroy(self._tenant, biometric_id, at)

    def destroy_all_of(self, member_id: UUID, at: datetime) -> Sequence[UUID]:
        """Destroy every record of a member; which they were."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                "SELECT biometric_id FROM biometric.template WHERE tenant = %s AND member_id = %s",
                (self._tenant, member_id),
            ).fetchall()
        for (biometric_id,) in rows:
            self.destroy(biometric_id, at)
        return [biometric_id for (biometric_id,) in rows]

    def set_apart(self, at: datetime) -> int:
        """Seal anew, with keys of their own, the templates whose key still is among those of
        persons; how many they were."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                "SELECT biometric_id, sealed FROM biometric.template "
                "WHERE tenant = %s AND NOT apart",
                (self._tenant,),
            ).fetchall()
        return sum(self._moved(which, bytes(sealed), at) for which, sealed in rows)

    def _moved(self, biometric_id: UUID, sealed: bytes, at: datetime) -> bool:
        former = self._former_keys.of(self._tenant, biometric_id.bytes)
        if former is None:
            return False
        fresh = self.sealed(biometric_id, self._decrypted(former, biometric_id, sealed))
        with self._pool.connection() as conn:
            conn.execute(
                "UPDATE biometric.template SET sealed = %s, apart = true "
                "WHERE tenant = %s AND biometric_id = %s AND NOT apart",
                (fresh, self._tenant, biometric_id),
            )
        return self._former_keys.destroy(self._tenant, biometric_id, at)

    def _opened(self, biometric_id: UUID, sealed: bytes, apart: bool) -> Vector | None:
        keys = self._keys if apart else self._former_keys
        try:
            key = keys.of(self._tenant, biometric_id.bytes)
        except KeyLost:
            if self._there(biometric_id):
                raise
            return None  # destroyed since its row was read
        return None if key is None else vector(self._decrypted(key, biometric_id, sealed))

    def _there(self, biometric_id: UUID) -> bool:
        with self._pool.connection() as conn:
            row = conn.execute(
                "SELECT FROM biometric.template WHERE tenant = %s AND biometric_id = %s",
                (self._tenant, biometric_id),
            ).fetchone()
        return row is not None

    def _decrypted(self, key: AESGCM, biometric_id: UUID, sealed: bytes) -> bytes:
        return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._bound(biometric_id))

    def _bound(self, biometric_id: UUID) -> bytes:
        return (
            b"bima.biometric.1" + self._tenant.to_bytes(4, "big", signed=True) + biometric_id.bytes
        )
