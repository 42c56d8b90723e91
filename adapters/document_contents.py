"""Keeps the contents of documents, each found by the SHA-256 of itself, beside the log.

What the log says of a document is its hash; a content that was changed is not handed out.
"""

from hashlib import sha256

from adapters.postgres import Pool


class ContentDamaged(Exception):
    """A kept content does not have the hash under which it is kept."""


class DocumentContents:
    """The contents of one insurer's documents; nothing is ever changed there."""

    def __init__(self, pool: Pool, tenant: int) -> None:
        self._pool = pool
        self._tenant = tenant

    def keep(self, content: bytes) -> str:
        """Keep a content and return its hash; the same one again changes nothing."""
        digest = sha256(content).hexdigest()
        with self._pool.connection() as conn:
            conn.execute(
                "INSERT INTO document_content (tenant, digest, content) VALUES (%s, %s, %s) "
                "ON CONFLICT (tenant, digest) DO NOTHING",
                (self._tenant, bytes.fromhex(digest), content),
            )
        return digest

    def find(self, digest: str) -> bytes | None:
        """The content with this hash, if it is kept; raises ContentDamaged."""
        with self._pool.connection() as conn:
            row = conn.execute(
                "SELECT content FROM document_content WHERE tenant = %s AND digest = %s",
                (self._tenant, bytes.fromhex(digest)),
                binary=True,
            ).fetchone()
        if row is None:
            return None
        content = bytes(row[0])
        if sha256(content).hexdigest() != digest:
            raise ContentDamaged(f"the content kept as {digest} is another one")
        return content
