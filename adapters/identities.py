"""Who may sign in, and their sign-ins: users, sessions and the tokens that renew a session."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg

from adapters.accounts import Kind, NameTaken, Purpose, RenewalRefused, Secrets, User
from adapters.postgres import Connection, Pool
from adapters.renewals import end_if_stolen, use_renewal

PATIENCE = 5.0  # seconds that somebody who signs in waits for a connection

__all__ = [
    "Identities", "Kind", "NameTaken", "Purpose", "RenewalRefused", "Secrets", "User",
]  # fmt: skip

# A password that was given by another is none once it has run out.
STORED_HASH = "CASE WHEN password_until <= clock_timestamp() THEN NULL ELSE password_hash END"
USER_COLUMNS = (
    "user_id, username, display_name, kind, roles, subject_id, active, email,"
    " totp_on OR passkeys > 0 OR factor_waived, factor_waived,"
    " outside_subject IS NOT NULL"
)


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
            raise NameTaken(user.username) from error

    def named(self, username: str) -> tuple[User, str | None] | None:
        """The user of this name, in any case of letters, and the password's hash."""
        with self._pool.connection(PATIENCE) as conn:
            row = conn.execute(
                f"SELECT {STORED_HASH}, {USER_COLUMNS} FROM identity_user"  # noqa: S608  # nosec B608  # columns named here
                " WHERE tenant = %s AND lower(username) = lower(%s)",
                (self._tenant, username),
            ).fetchone()
        return None if row is None else (user_of(row[1:]), row[0])

    def signed_in(self, user_id: UUID, session_id: UUID, now: datetime) -> User | None:
        """The user as they stand now, if the account is active and the session still runs."""
        with self._pool.connection(PATIENCE) as conn:
            row = conn.execute(
                f"SELECT {USER_COLUMNS}, code_shown_at, started_at, scope FROM identity_user"  # noqa: S608  # nosec B608  # columns named here
                " JOIN identity_session s USING (tenant, user_id)"
                " WHERE tenant = %(tenant)s AND user_id = %(user)s AND active"
                " AND s.session_id = %(session)s"
                " AND s.revoked_at IS NULL AND s.expires_at > %(now)s",
                {"tenant": self._tenant, "user": user_id, "session": session_id, "now": now},
            ).fetchone()
        return None if row is None else user_of(row)

    def users(self) -> list[User]:
        """All users by name."""
        with self._pool.connection(PATIENCE) as conn:
            rows = conn.execute(
                f"SELECT {USER_COLUMNS} FROM identity_user WHERE tenant = %s"  # noqa: S608  # nosec B608  # columns named here
                " ORDER BY lower(username)",
                (self._tenant,),
            ).fetchall()
        return [user_of(row) for row in rows]

    def staff_signed_in(self, now: datetime) -> list[User]:
        """Active staff of whom a sign-in runs."""
        with self._pool.connection(PATIENCE) as conn:
            rows = conn.execute(
                f"SELECT {USER_COLUMNS} FROM identity_user u"  # noqa: S608  # nosec B608  # columns named here
                " WHERE tenant = %(tenant)s AND kind = 'staff' AND active AND EXISTS ("
                "  SELECT FROM identity_session s WHERE s.tenant = u.tenant"
                "  AND s.user_id = u.user_id AND s.revoked_at IS NULL AND s.expires_at > %(now)s)",
                {"tenant": self._tenant, "now": now},
            ).fetchall()
        return [user_of(row) for row in rows]

    def set_password(
        self, user_id: UUID, password_hash: str, until: datetime | None = None
    ) -> None:
        """A new password; one that was made for the user is good `until` then."""
        with self._pool.connection(PATIENCE) as conn:
            self.put_password(conn, user_id, password_hash)
            self.put_until(conn, user_id, until)

    def secrets_of(self, user_id: UUID) -> Secrets | None:
        """What a user can prove to be themselves with."""
        with self._pool.connection(PATIENCE) as conn:
            row = conn.execute(
                f"SELECT {STORED_HASH}, totp, totp_on, email_verified, passkeys FROM identity_user"  # noqa: S608  # nosec B608  # columns named here
                " WHERE tenant = %s AND user_id = %s",
                (self._tenant, user_id),
            ).fetchone()
        return None if row is None else Secrets(*row)

    def by_id(self, user_id: UUID) -> User | None:
        """The user with this id, whether or not they may sign in now."""
        with self._pool.connection(PATIENCE) as conn:
            row = conn.execute(
                f"SELECT {USER_COLUMNS} FROM identity_user WHERE tenant = %s AND user_id = %s",  # noqa: S608  # nosec B608  # columns named here
                (self._tenant, user_id),
            ).fetchone()
        return None if row is None else user_of(row)

    def by_subject(self, key: str) -> User | None:
        """Whom the provider of identities means (`issuer|subject`)."""
        with self._pool.connection(PATIENCE) as conn:
            row = conn.execute(
                f"SELECT {USER_COLUMNS} FROM identity_user"  # noqa: S608  # nosec B608  # columns named here
                " WHERE tenant = %s AND outside_subject = %s",
                (self._tenant, key),
            ).fetchone()
        return None if row is None else user_of(row)

    def family_of(self, member_id: UUID) -> tuple[UUID, ...]:
        """A member, those who are covered through them, and the policies that any of them holds."""
        with self._pool.connection(PATIENCE) as conn:
            rows = conn.execute(
                "WITH family AS (SELECT %(id)s::uuid AS one UNION ALL SELECT member_id FROM members"
                " WHERE tenant = %(tenant)s AND principal_id = %(id)s)"
                " SELECT one FROM family UNION ALL SELECT policy_id FROM policies"
                " WHERE tenant = %(tenant)s AND holder_id IN (SELECT one FROM family)",
                {"tenant": self._tenant, "id": member_id},
            ).fetchall()
        return tuple(one for (one,) in rows)

    def owner_of(self, session_id: UUID) -> UUID | None:
        """Whose sign-in this is."""
        with self._pool.connection(PATIENCE) as conn:
            row = conn.execute(
                "SELECT user_id FROM identity_session WHERE tenant = %s AND session_id = %s",
                (self._tenant, session_id),
            ).fetchone()
        return None if row is None else row[0]

    def code_of_role(self, role_id: UUID) -> str | None:
        """The code of a role."""
        with self._pool.connection(PATIENCE) as conn:
            row = conn.execute(
                "SELECT code FROM roles WHERE tenant = %s AND role_id = %s",
                (self._tenant, role_id),
            ).fetchone()
        return None if row is None else row[0]

    def permissions_named(self) -> dict[str, str]:
        """The insurer's own permissions: code to meaning."""
        with self._pool.connection(PATIENCE) as conn:
            rows = conn.execute(
                "SELECT code, meaning FROM permissions WHERE tenant = %s AND NOT retired",
                (self._tenant,),
            ).fetchall()
        return dict(rows)

    def roles_defined(self) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """The insurer's own roles: code to own permissions and inherited roles."""
        with self._pool.connection(PATIENCE) as conn:
            rows = conn.execute(
                "SELECT code, permissions, inherits FROM roles"
                " WHERE tenant = %s AND NOT removed AND NOT built_in",
                (self._tenant,),
            ).fetchall()
        return {code: (tuple(own), tuple(inherits)) for code, own, inherits in rows}

    # Written together with the events that say so, in their transaction

    def put(self, conn: Connection, user: User, password_hash: str | None = None) -> None:
        """How a user stands now; the password stays where none is given. Raises NameTaken."""
        try:
            conn.execute(
                "INSERT INTO identity_user (tenant, user_id, username, display_name, kind, roles,"
                " subject_id, active, email, password_hash)"
                " VALUES (%(tenant)s, %(id)s, %(username)s, %(name)s, %(kind)s, %(roles)s,"
                " %(subject)s, %(active)s, %(email)s, %(hash)s)"
                " ON CONFLICT (tenant, user_id) DO UPDATE SET username = excluded.username,"
                " display_name = excluded.display_name, roles = excluded.roles,"
                " active = excluded.active, email = excluded.email,"
                " email_verified = identity_user.email_verified"
                " AND identity_user.email = excluded.email,"
                " password_hash = COALESCE(excluded.password_hash, identity_user.password_hash),"
                " password_until = CASE WHEN excluded.password_hash IS NULL"
                " THEN identity_user.password_until END,"
                " updated_at = clock_timestamp()",
                {
                    "tenant": self._tenant, "id": user.user_id, "username": user.username,
                    "name": user.display_name, "kind": str(user.kind),
                    "roles": sorted(user.roles), "subject": user.subject_id,
                    "active": user.active, "email": user.email, "hash": password_hash,
                },
            )  # fmt: skip
        except psycopg.errors.UniqueViolation as error:
            raise NameTaken(user.username) from error

    def put_password(self, conn: Connection, user_id: UUID, password_hash: str) -> None:
        conn.execute(
            "UPDATE identity_user SET password_hash = %s, password_until = NULL,"
            " updated_at = clock_timestamp() WHERE tenant = %s AND user_id = %s",
            (password_hash, self._tenant, user_id),
        )

    def put_until(self, conn: Connection, user_id: UUID, until: datetime | None) -> None:
        """How long the password that a user was given is good; None: until they choose another."""
        conn.execute(
            "UPDATE identity_user SET password_until = %s WHERE tenant = %s AND user_id = %s",
            (until, self._tenant, user_id),
        )

    def put_subject(self, conn: Connection, user_id: UUID, key: str) -> None:
        """Whom the provider of identities means by this user, from now on."""
        conn.execute(
            "UPDATE identity_user SET outside_subject = %s WHERE tenant = %s AND user_id = %s",
            (key, self._tenant, user_id),
        )

    def put_verified(self, conn: Connection, user_id: UUID) -> None:
        conn.execute(
            "UPDATE identity_user SET email_verified = true WHERE tenant = %s AND user_id = %s",
            (self._tenant, user_id),
        )

    def put_totp(self, conn: Connection, user_id: UUID, secret: bytes | None, *, on: bool) -> None:
        """The sealed secret of an authenticator; without one there is no second factor."""
        conn.execute(
            "UPDATE identity_user SET totp = %s, totp_on = %s WHERE tenant = %s AND user_id = %s",
            (secret, on, self._tenant, user_id),
        )

    def use_code(self, conn: Connection, user_id: UUID, step: int) -> bool:
        """Use up the code of a time step; False where it or a later one was used before."""
        used = conn.execute(
            "UPDATE identity_user SET totp_step = %s"
            " WHERE tenant = %s AND user_id = %s AND totp_step < %s",
            (step, self._tenant, user_id, step),
        )
        return used.rowcount == 1

    def put_code_shown(self, conn: Connection, session_id: UUID, now: datetime) -> None:
        """A code was shown in this session: approvals of money take it for a while."""
        conn.execute(
            "UPDATE identity_session SET code_shown_at = %s WHERE tenant = %s AND session_id = %s",
            (now, self._tenant, session_id),
        )

    def waive_factor(self, user_id: UUID, *, waived: bool) -> None:
        """Let a user off the second factor, or ask for it again."""
        with self._pool.connection(PATIENCE) as conn:
            conn.execute(
                "UPDATE identity_user SET factor_waived = %s WHERE tenant = %s AND user_id = %s",
                (waived, self._tenant, user_id),
            )

    def put_session(
        self, conn: Connection, user_id: UUID, session_id: UUID, now: datetime, until: datetime
    ) -> str:
        """Begin a session and return the token that renews it."""
        conn.execute(
            "INSERT INTO identity_session (tenant, session_id, user_id, started_at, expires_at)"
            " VALUES (%s, %s, %s, %s, %s)",
            (self._tenant, session_id, user_id, now, until),
        )
        return self._renewal(conn, session_id, now)

    def put_ended(
        self, conn: Connection, sessions: Iterable[UUID], now: datetime, why: str
    ) -> None:
        """Refuse every token of these sessions from now on."""
        conn.execute(
            "UPDATE identity_session SET revoked_at = %s, revoked_for = %s"
            " WHERE tenant = %s AND session_id = ANY (%s) AND revoked_at IS NULL",
            (now, why, self._tenant, list(sessions)),
        )

    def put_link(self, conn: Connection, user_id: UUID, purpose: Purpose, until: datetime) -> str:
        """A token that is good once; an earlier one for the same purpose is not any more."""
        token = secrets.token_urlsafe(32)
        conn.execute(
            "DELETE FROM identity_link WHERE tenant = %s AND user_id = %s AND purpose = %s",
            (self._tenant, user_id, str(purpose)),
        )
        conn.execute(
            "INSERT INTO identity_link (tenant, token_hash, user_id, purpose, expires_at)"
            " VALUES (%s, %s, %s, %s, %s)",
            (self._tenant, hashed(token), user_id, str(purpose), until),
        )
        return token

    def of_link(self, token: str, purpose: Purpose, now: datetime) -> UUID | None:
        """Whose link this is, while it is good."""
        with self._pool.connection(PATIENCE) as conn:
            row = conn.execute(
                "SELECT user_id FROM identity_link WHERE tenant = %s AND token_hash = %s"
                " AND purpose = %s AND expires_at > %s",
                (self._tenant, hashed(token), str(purpose), now),
            ).fetchone()
        return None if row is None else row[0]

    def use_link(self, conn: Connection, token: str) -> bool:
        """Use a link up; False where somebody else just has."""
        gone = conn.execute(
            "DELETE FROM identity_link WHERE tenant = %s AND token_hash = %s",
            (self._tenant, hashed(token)),
        )
        return gone.rowcount == 1

    # Renewing

    def start_session(
        self, user_id: UUID, session_id: UUID, now: datetime, expires_at: datetime
    ) -> str:
        """Begin a session and return the token that renews it."""
        with self._pool.connection(PATIENCE) as conn, conn.transaction():
            return self.put_session(conn, user_id, session_id, now, expires_at)

    def renew(
        self, token: str, now: datetime, staff_idle: timedelta | None = None
    ) -> tuple[UUID, UUID, str]:
        """Use a renewal token up: its user, its session and the next token.

        Staff who have not renewed for `staff_idle` sign in again. Raises RenewalRefused. A token
        that was used before ends its session: one of its two holders is not who they say.
        """
        with self._pool.connection(PATIENCE) as conn:
            used = use_renewal(conn, self._tenant, hashed(token), now, staff_idle)
            if used is None:
                end_if_stolen(conn, self._tenant, hashed(token), now)
                raise RenewalRefused("this token cannot renew a sign-in")
            return *used, self._renewal(conn, used[1], now)

    def end_session(self, session_id: UUID, now: datetime, why: str) -> None:
        """Refuse every token of a session from now on; ended twice, it ended the first time."""
        with self._pool.connection(PATIENCE) as conn:
            conn.execute(
                "UPDATE identity_session SET revoked_at = %s, revoked_for = %s"
                " WHERE tenant = %s AND session_id = %s AND revoked_at IS NULL",
                (now, why, self._tenant, session_id),
            )

    def _renewal(self, conn: psycopg.Connection, session_id: UUID, now: datetime) -> str:
        token = secrets.token_urlsafe(32)
        conn.execute(
            "INSERT INTO identity_renewal (tenant, token_hash, session_id, issued_at)"
            " VALUES (%s, %s, %s, %s)",
            (self._tenant, hashed(token), session_id, now),
        )
        return token


def hashed(token: str) -> bytes:
    """How a token or key is stored: what is random throughout needs no slow hash."""
    return sha256(token.encode()).digest()


def user_of(row: tuple[Any, ...]) -> User:
    """A row of USER_COLUMNS; of a sign-in also its last code, start and scope."""
    (
        user_id, username, name, kind, roles, subject_id, active, email, twice, waived, provided,
        *shown,
    ) = row  # fmt: skip
    return User(
        user_id, username, name, Kind(kind), frozenset(roles), subject_id, active, email,
        twice, waived, provided, shown[0] if shown else None, shown[1] if shown else None,
        frozenset(shown[2]) if shown and shown[2] else None,
    )  # fmt: skip
