"""What somebody elsewhere is asked to sign or to send back: good once, and for some minutes."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from adapters.identities import PATIENCE, hashed
from adapters.postgres import Pool

LIFETIME = timedelta(minutes=5)
_SWEPT = 100  # of those that have run out, at each new one


class Challenges:
    """Those of one tenant, by hash."""

    def __init__(self, pool: Pool, tenant: int) -> None:
        self._pool = pool
        self._tenant = tenant

    def make(
        self,
        purpose: str,
        now: datetime,
        user_id: UUID | None = None,
        kept: Mapping[str, str] | None = None,
    ) -> str:
        """32 random bytes as base64url; `kept` is told again to whoever brings them back."""
        challenge = secrets.token_urlsafe(32)
        with self._pool.connection(PATIENCE) as conn:
            conn.execute(
                "DELETE FROM identity_challenge WHERE tenant = %(tenant)s AND challenge_hash IN ("
                " SELECT challenge_hash FROM identity_challenge WHERE tenant = %(tenant)s"
                " AND expires_at < %(now)s LIMIT %(most)s)",
                {"tenant": self._tenant, "now": now, "most": _SWEPT},
            )
            conn.execute(
                "INSERT INTO identity_challenge (tenant, challenge_hash, purpose, user_id, kept,"
                " expires_at) VALUES (%s, %s, %s, %s, %s, %s)",
                (
                    self._tenant, hashed(challenge), purpose, user_id, Jsonb(dict(kept or {})),
                    now + LIFETIME,
                ),
            )  # fmt: skip
        return challenge

    def take(
        self, challenge: str, purpose: str, now: datetime, user_id: UUID | None = None
    ) -> dict[str, Any] | None:
        """Use one up: what was kept, or None where it is not good (any more) or another's."""
        with self._pool.connection(PATIENCE) as conn:
            row = conn.execute(
                "DELETE FROM identity_challenge WHERE tenant = %s AND challenge_hash = %s"
                " AND purpose = %s AND user_id IS NOT DISTINCT FROM %s AND expires_at > %s"
                " RETURNING kept",
                (self._tenant, hashed(challenge), purpose, user_id, now),
            ).fetchone()
        return None if row is None else row[0]
