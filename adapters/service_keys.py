"""Keys by which services act: kept as hashes, found by them, ended at once.

A key is 256 random bits, so that nobody finds one by trying and a plain hash is enough; it begins
with `bima_` so that scanners of source code find one that was left there.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from adapters.accounts import User
from adapters.identities import PATIENCE, USER_COLUMNS, hashed, user_of
from adapters.postgres import Connection, Pool

MARK = "bima_"


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A key as it may be shown: without the secret. Instants are in UTC."""

    key_id: UUID
    user_id: UUID
    name: str
    permissions: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts by a key, and the key."""

    user: User
    key_id: UUID
    expires_at: datetime
    last_used_at: datetime | None

    def opening(self, permissions: frozenset[str]) -> "Acting":
        """The same, who opens these alone."""
        return replace(self, user=replace(self.user, scope=permissions))


def new_secret() -> str:
    """A key as the service is told it, once."""
    return MARK + secrets.token_urlsafe(32)


class ServiceKeys:
    """The keys of one tenant."""

    def __init__(self, pool: Pool, tenant: int) -> None:
        self._pool = pool
        self._tenant = tenant

    def of_user(self, user_id: UUID) -> list[ServiceKey]:
        """All keys that a service ever had, the newest first."""
        with self._pool.connection(PATIENCE) as conn:
            rows = conn.execute(
                "SELECT key_id, user_id, name, permissions, issued_at, expires_at, revoked_at,"
                " last_used_at FROM identity_key WHERE tenant = %s AND user_id = %s"
                " ORDER BY issued_at DESC, key_id",
                (self._tenant, user_id),
            ).fetchall()
        return [_key(*row) for row in rows]

    def acting(self, secret: str, now: datetime) -> Acting | None:
        """Who acts by this key, while it is good and its user is active."""
        if not secret.startswith(MARK):
            return None
        with self._pool.connection(PATIENCE) as conn:
            row = conn.execute(
                f"SELECT {USER_COLUMNS}, NULL, NULL, k.permissions,"  # noqa: S608  # nosec B608  # columns named there
                " k.key_id, k.expires_at, k.last_used_at"
                " FROM identity_key k JOIN identity_user USING (tenant, user_id)"
                " WHERE tenant = %(tenant)s AND k.secret_hash = %(hash)s AND active"
                " AND kind = 'service' AND k.revoked_at IS NULL AND k.expires_at > %(now)s",
                {"tenant": self._tenant, "hash": hashed(secret), "now": now},
            ).fetchone()
        return None if row is None else Acting(user_of(row[:-3]), *row[-3:])

    # Written together with the events that say so, in their transaction

    def put(self, conn: Connection, key: ServiceKey, secret: str) -> None:
        """Have a new key count."""
        conn.execute(
            "INSERT INTO identity_key (tenant, key_id, user_id, name, secret_hash, permissions,"
            " issued_at, expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (
                self._tenant, key.key_id, key.user_id, key.name, hashed(secret),
                sorted(key.permissions), key.issued_at, key.expires_at,
            ),
        )  # fmt: skip

    def put_end(self, conn: Connection, key_id: UUID, until: datetime) -> None:
        """Have a key end at `until` at the latest."""
        conn.execute(
            "UPDATE identity_key SET expires_at = least(expires_at, %s)"
            " WHERE tenant = %s AND key_id = %s",
            (until, self._tenant, key_id),
        )

    def put_revoked(self, conn: Connection, key_id: UUID, now: datetime) -> None:
        """Refuse a key, and every token that was issued for it, from now on."""
        conn.execute(
            "UPDATE identity_key SET revoked_at = %s"
            " WHERE tenant = %s AND key_id = %s AND revoked_at IS NULL",
            (now, self._tenant, key_id),
        )
        conn.execute(
            "UPDATE identity_session SET revoked_at = %s, revoked_for = 'key revoked'"
            " WHERE tenant = %s AND key_id = %s AND revoked_at IS NULL",
            (now, self._tenant, key_id),
        )

    def put_used(self, conn: Connection, key_id: UUID, now: datetime) -> None:
        conn.execute(
            "UPDATE identity_key SET last_used_at = %s WHERE tenant = %s AND key_id = %s",
            (now, self._tenant, key_id),
        )

    def note_used(self, key_id: UUID, now: datetime) -> None:
        """The last use of a key, to the minute."""
        with self._pool.connection(PATIENCE) as conn:
            self.put_used(conn, key_id, now)

    def put_session(
        self, conn: Connection, acting: Acting, session_id: UUID, now: datetime, until: datetime
    ) -> None:
        """Begin a sign-in that cannot be renewed and opens what the key opens."""
        conn.execute(
            "INSERT INTO identity_session (tenant, session_id, user_id, started_at, expires_at,"
            " key_id, scope) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (
                self._tenant, session_id, acting.user.user_id, now, until, acting.key_id,
                sorted(acting.user.scope or ()),
            ),
        )  # fmt: skip


def _key(
    key_id: UUID, user_id: UUID, name: str, permissions: list[str], *instants: datetime
) -> ServiceKey:
    return ServiceKey(key_id, user_id, name, tuple(permissions), *instants)
