"""Who may sign in, and their sign-ins: users, sessions and the tokens that renew a session."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

import psycopg

from adapters.postgres import Pool

PATIENCE = 5.0  # seconds that somebody who signs in waits for a connection


class Kind(StrEnum):
    """Staff see the insurer's business, members and providers their own; services act alone."""

    STAFF = "staff"
    MEMBER = "member"
    PROVIDER = "provider"
    SERVICE = "service"


class NameTaken(Exception):
    """Another user has this name."""


class RenewalRefused(Exception):
    """The renewal token is unknown, used, too old, or its session has ended."""


@dataclass(frozen=True, slots=True)
class User:
    """`subject_id` is the member or provider that an outside user acts for."""

    user_id: UUID
    username: str
    display_name: str
    kind: Kind
    roles: frozenset[str]
    subject_id: UUID | None = None
    active: bool = True

    @property
    def actor(self) -> str:
        """How the ledger names this user as the author of events.

        Staff are named as themselves. Outside users are not: their names are personal data, and
        what stands in the ledger stays there.
        """
        return self.username if self.kind is Kind.STAFF else f"{self.kind}:{self.user_id}"


_USER = "user_id, username, display_name, kind, roles, subject_id, active"


class Identities:
    """The users of one tenant."""

    def __init__(self, pool: Pool, tenant: int) -> None:
        self._pool = pool
        self._tenant = tenant

    def add(self, user: User, password_hash: str | None) -> None:
        """Add a user; raises NameTaken, whatever the case of the letters."""
        try:
            with self._pool.connection(PATIENCE) as conn:
                conn.execute(
                    "INSERT INTO identity_user (tenant, user_id, username, display_name, kind,"
                    " roles, subject_id, active, password_hash)"
                    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                    (
                        self._tenant, user.user_id, user.username, user.display_name,
                        str(user.kind), sorted(user.roles), user.subject_id, user.active,
                        password_hash,
                    ),
                )  # fmt: skip
        except psycopg.errors.UniqueViolation as error:
            raise NameTaken(f"there is a user {user.username!r} already") from error

    def named(self, username: str) -> tuple[User, str | None] | None:
        """The user of this name, in any case of letters, and the password's hash."""
        with self._pool.connection(PATIENCE) as conn:
            row = conn.execute(
                f"SELECT password_hash, {_USER} FROM identity_user"  # noqa: S608
                " WHERE tenant = %s AND lower(username) = lower(%s)",
                (self._tenant, username),
            ).fetchone()
        return None if row is None else (_user(row[1:]), row[0])

    def signed_in(self, user_id: UUID, session_id: UUID, now: datetime) -> User | None:
        """The user as they stand now, if the account is active and the session still runs."""
        with self._pool.connection(PATIENCE) as conn:
            row = conn.execute(
                f"SELECT {_USER} FROM identity_user u"  # noqa: S608
                " WHERE tenant = %(tenant)s AND user_id = %(user)s AND active AND EXISTS ("
                "  SELECT FROM identity_session s WHERE s.tenant = u.tenant"
                "  AND s.session_id = %(session)s AND s.user_id = u.user_id"
                "  AND s.revoked_at IS NULL AND s.expires_at > %(now)s)",
                {"tenant": self._tenant, "user": user_id, "session": session_id, "now": now},
            ).fetchone()
        return None if row is None else _user(row)

    def users(self) -> list[User]:
        """All users by name."""
        with self._pool.connection(PATIENCE) as conn:
            rows = conn.execute(
                f"SELECT {_USER} FROM identity_user WHERE tenant = %s"  # noqa: S608
                " ORDER BY lower(username)",
                (self._tenant,),
            ).fetchall()
        return [_user(row) for row in rows]

    def set_password(self, user_id: UUID, password_hash: str) -> None:
        with self._pool.connection(PATIENCE) as conn:
            conn.execute(
                "UPDATE identity_user SET password_hash = %s, updated_at = clock_timestamp()"
                " WHERE tenant = %s AND user_id = %s",
                (password_hash, self._tenant, user_id),
            )

    def start_session(
        self, user_id: UUID, session_id: UUID, now: datetime, expires_at: datetime
    ) -> str:
        """Begin a session and return the token that renews it."""
        with self._pool.connection(PATIENCE) as conn, conn.transaction():
            conn.execute(
                "INSERT INTO identity_session (tenant, session_id, user_id, started_at, expires_at)"
                " VALUES (%s, %s, %s, %s, %s)",
                (self._tenant, session_id, user_id, now, expires_at),
            )
            return self._renewal(conn, session_id, now)

    def renew(self, token: str, now: datetime) -> tuple[UUID, UUID, str]:
        """Use a renewal token up: its user, its session and the next token.

        Raises RenewalRefused. A token that was used before ends its session: one of its two
        holders is not who they say.
        """
        with self._pool.connection(PATIENCE) as conn:
            row = conn.execute(
                "UPDATE identity_renewal r SET used_at = %(now)s FROM identity_session s"
                " WHERE r.tenant = %(tenant)s AND r.token_hash = %(hash)s AND r.used_at IS NULL"
                " AND s.tenant = r.tenant AND s.session_id = r.session_id"
                " AND s.revoked_at IS NULL AND s.expires_at > %(now)s"
                " RETURNING s.user_id, s.session_id",
                {"tenant": self._tenant, "hash": _hash(token), "now": now},
            ).fetchone()
            if row is None:
                self._end_if_stolen(conn, token, now)
                raise RenewalRefused("this token cannot renew a sign-in")
            return row[0], row[1], self._renewal(conn, row[1], now)

    def end_session(self, session_id: UUID, now: datetime, why: str) -> None:
        """Refuse every token of a session from now on; ended twice, it ended the first time."""
        with self._pool.connection(PATIENCE) as conn:
            conn.execute(
                "UPDATE identity_session SET revoked_at = %s, revoked_for = %s"
                " WHERE tenant = %s AND session_id = %s AND revoked_at IS NULL",
                (now, why, self._tenant, session_id),
            )

    def _end_if_stolen(self, conn: psycopg.Connection, token: str, now: datetime) -> None:
        conn.execute(
            "UPDATE identity_session s SET revoked_at = %s, revoked_for = 'renewed twice'"
            " FROM identity_renewal r WHERE r.tenant = %s AND r.token_hash = %s"
            " AND r.used_at IS NOT NULL AND s.tenant = r.tenant"
            " AND s.session_id = r.session_id AND s.revoked_at IS NULL",
            (now, self._tenant, _hash(token)),
        )

    def _renewal(self, conn: psycopg.Connection, session_id: UUID, now: datetime) -> str:
        token = secrets.token_urlsafe(32)
        conn.execute(
            "INSERT INTO identity_renewal (tenant, token_hash, session_id, issued_at)"
            " VALUES (%s, %s, %s, %s)",
            (self._tenant, _hash(token), session_id, now),
        )
        return token


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _user(row: tuple[UUID, str, str, str, list[str], UUID | None, bool]) -> User:
    user_id, username, display_name, kind, roles, subject_id, active = row
    return User(user_id, username, display_name, Kind(kind), frozenset(roles), subject_id, active)
