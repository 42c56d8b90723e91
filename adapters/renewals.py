"""Renewal tokens: each is good for one use, and a second use tells that it was stolen."""

from datetime import datetime, timedelta
from uuid import UUID

from adapters.postgres import Connection

_EVER = timedelta(days=365)  # longer than any sign-in lasts


def use_renewal(
    conn: Connection, tenant: int, token: bytes, now: datetime, staff_idle: timedelta | None
) -> tuple[UUID, UUID] | None:
    """Use a token up, by its hash: its user and its session, or None where it is not good.

    A token of staff that was issued longer than `staff_idle` ago is not: they were away.
    """
    row = conn.execute(
        "UPDATE identity_renewal r SET used_at = %(now)s"
        " FROM identity_session s JOIN identity_user u USING (tenant, user_id)"
        " WHERE r.tenant = %(tenant)s AND r.token_hash = %(token)s AND r.used_at IS NULL"
        " AND s.tenant = r.tenant AND s.session_id = r.session_id"
        " AND s.revoked_at IS NULL AND s.expires_at > %(now)s"
        " AND (u.kind <> 'staff' OR r.issued_at > %(idle)s)"
        " RETURNING s.user_id, s.session_id",
        {"tenant": tenant, "token": token, "now": now, "idle": now - (staff_idle or _EVER)},
    ).fetchone()
    return None if row is None else (row[0], row[1])


def end_if_stolen(conn: Connection, tenant: int, token: bytes, now: datetime) -> None:
    """End the sign-in of a token that was used before."""
    conn.execute(
        "UPDATE identity_session s SET revoked_at = %s, revoked_for = 'renewed twice'"
        " FROM identity_renewal r WHERE r.tenant = %s AND r.token_hash = %s"
        " AND r.used_at IS NOT NULL AND s.tenant = r.tenant"
        " AND s.session_id = r.session_id AND s.revoked_at IS NULL",
        (now, tenant, token),
    )
