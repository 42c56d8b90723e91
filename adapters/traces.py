"""Removes what is left of one who was erased outside of the log and of what is made from it.

Sign-ins go, with sessions and all else that hangs on them. The simulated bank, which stands for
somebody outside, forgets the accounts; a real bank keeps its own books under its own law.
"""

from uuid import UUID

from psycopg import sql

from adapters.postgres import Pool

# Tables beside the read models in which a person may have stood, the wrapped key among them.
TRACES = (
    "public.identity_user", "public.identity_session", "public.identity_renewal",
    "public.bank_transfer", "public.es_snapshot", "vault.person_key",
    "public.document_content", "biometric.template", "biometric.template_key",
)  # fmt: skip


def remove_traces(pool: Pool, tenant: int, person: UUID) -> None:
    """Remove sign-ins, accounts from the simulated bank's book, and the contents of documents and
    photos; a repeat finds nothing."""
    forget_sign_ins(pool, tenant, person)
    asked = {"tenant": tenant, "person": person.bytes, "stream": person}
    with pool.connection() as conn:
        conn.execute(_FORGET_ACCOUNTS, asked)
        conn.execute(_FORGET_CONTENTS, asked)


def forget_sign_ins(pool: Pool, tenant: int, subject: UUID) -> int:
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


# Payments to a person are those whose account was sealed for them; the number of a payment is what
# the bank knows it by.
_FORGET_ACCOUNTS = """UPDATE bank_transfer b SET account = 'erased' FROM es_event e
WHERE e.tenant = %(tenant)s AND e.type = (SELECT id FROM es_type WHERE name = 'payment.scheduled')
  AND substring(e.sealed FROM 2 FOR 16) = %(person)s
  AND b.tenant = e.tenant AND b.account <> 'erased'
  AND b.instruction_id = convert_from(e.data, 'UTF8')::jsonb ->> 'number'"""

# Contents that the person's documents and photos name, and nobody else's documents.
_FORGET_CONTENTS = """DELETE FROM document_content c USING (
    SELECT COALESCE(f.data #>> '{file,sha256}', f.data ->> 'sha256') AS digest
    FROM (SELECT convert_from(e.data, 'UTF8')::jsonb AS data FROM es_event e
          WHERE e.tenant = %(tenant)s AND (
            (e.type IN (SELECT id FROM es_type WHERE name = ANY ('{document.added,
                document.added_to_member,document.version_added}'))
             AND substring(e.sealed FROM 2 FOR 16) = %(person)s)
            OR (e.stream_id = %(stream)s
                AND e.type = (SELECT id FROM es_type WHERE name = 'member.photo_taken')))) f
) own
WHERE c.tenant = %(tenant)s AND c.digest = decode(own.digest, 'hex')
  AND NOT EXISTS (SELECT FROM documents d WHERE d.tenant = c.tenant AND d.sha256 = own.digest
                  AND d.member_id <> %(stream)s)"""

# The users themselves last: others refer to them.
_WITH_USERS = """SELECT table_name FROM information_schema.columns
WHERE table_schema = 'public' AND column_name = 'user_id' AND table_name LIKE 'identity\\_%'
ORDER BY table_name = 'identity_user'"""
