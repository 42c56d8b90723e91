"""Keeps biometric templates, each sealed with a key of its own, and holds others against them.

A template is a list of numbers that a device or its software made of a finger or a face; how much
two of one model are alike is the cosine of the angle between them. Neither numbers nor keys are in
any event: to destroy a record is to destroy its key.
"""

import math
import secrets
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

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
    SELECT biometric_id, member_id, sealed FROM biometric_template
    WHERE tenant = %(tenant)s AND modality = %(modality)s AND model = %(model)s
      AND (%(member_id)s::uuid IS NULL OR member_id = %(member_id)s)
), noted AS (
    INSERT INTO biometric_reading (tenant, reading, actor, purpose, modality, model, member_id,
                                   templates)
    SELECT %(tenant)s, %(reading)s, %(actor)s, %(purpose)s, %(modality)s, %(model)s,
           %(member_id)s::uuid, count(*) FROM found
)
SELECT biometric_id, member_id, sealed FROM found"""


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
        self._pool = store.pool
        self._keys = store.keys
        self._tenant = store.tenant
        self._ids = Uuid7Ids()

    def sealed(self, biometric_id: UUID, template: bytes) -> bytes:
        """The template under a new key of its own."""
        key = self._keys.make(self._tenant, (biometric_id.bytes,))[self._tenant, biometric_id.bytes]
        if key is None:
            raise NotATemplate("this record was destroyed")
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
            "INSERT INTO biometric_template (tenant, biometric_id, member_id, modality, model, "
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
        self._keys.fetch(self._tenant, [which.bytes for which, _, _ in rows])
        found = [
            Found(which, member, similarity_bps(shown, opened))
            for which, member, sealed in rows
            if (opened := self._opened(which, bytes(sealed))) is not None
        ]
        return sorted(found, key=lambda one: (-one.similarity_bps, one.biometric_id))

    def destroy(self, biometric_id: UUID, at: datetime) -> None:
        """Destroy key and template; a repeat finds nothing."""
        self._keys.destroy(self._tenant, biometric_id, at)
        with self._pool.connection() as conn:
            conn.execute(
                "DELETE FROM biometric_template WHERE tenant = %s AND biometric_id = %s",
                (self._tenant, biometric_id),
            )

    def destroy_all_of(self, member_id: UUID, at: datetime) -> Sequence[UUID]:
        """Destroy every record of a member; which they were."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                "SELECT biometric_id FROM biometric_template WHERE tenant = %s AND member_id = %s",
                (self._tenant, member_id),
            ).fetchall()
        for (biometric_id,) in rows:
            self.destroy(biometric_id, at)
        return [biometric_id for (biometric_id,) in rows]

    def _opened(self, biometric_id: UUID, sealed: bytes) -> Vector | None:
        key = self._keys.of(self._tenant, biometric_id.bytes)
        if key is None:
            return None
        return vector(key.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._bound(biometric_id)))

    def _bound(self, biometric_id: UUID) -> bytes:
        return (
            b"bima.biometric.1" + self._tenant.to_bytes(4, "big", signed=True) + biometric_id.bytes
        )
