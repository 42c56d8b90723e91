"""Removes the sign-ins of one who was erased: user, sessions and all else that hangs on them."""

from uuid import UUID

from psycopg import sql

from adapters.postgres import Pool


def forget_portal_users(pool: Pool, tenant: int, subject: UUID) -> int:
    """Remove the users who acted for a person, from every table of sign-ins; how many they were."""
    with pool.connection() as conn, conn.transaction():
        users = conn.execute(
            "SELECT user_id FROM identity_user WHERE tenant = %s AND subject_id = %s",
            (tenant, subject),
        ).fetchall()
        ids = [user for (user,) in users]
        if not ids:
            return 0
        # Renewals hang on sessions; every other table names the user itself.
        conn.execute(
            "DELETE FROM identity_renewal r USING identity_session s WHERE s.tenant = %s "
            "AND s.user_id = ANY (%s) AND r.tenant = s.tenant AND r.session_id = s.session_id",
            (tenant, ids),
        )
        tables = conn.execute(_WITH_USERS).fetchall()
        for (table,) in tables:
            conn.execute(
                sql.SQL("DELETE FROM {} WHERE tenant = %s AND user_id = ANY (%s)").format(
                    sql.Identifier(table)
                ),
                (tenant, ids),
            )
    return len(ids)


# The users themselves last: others refer to them.
_WITH_USERS = """SELECT table_name FROM information_schema.columns
WHERE table_schema = 'public' AND column_name = 'user_id' AND table_name LIKE 'identity\\_%'
ORDER BY table_name = 'identity_user'"""
