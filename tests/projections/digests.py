"""All rows of the read side as digests: equal digests mean equal bytes."""

import hashlib

from adapters.postgres import connect
from projections import PROJECTIONS
from projections.tables import copy_out


def digests(database_url: str, schema: str = "public") -> dict[str, tuple[int, str]]:
    """Number of rows and SHA-256 of each table."""
    found = {}
    with connect(database_url) as conn:
        for projection in PROJECTIONS:
            for table in projection.tables:
                digest, count = hashlib.sha256(), 0
                with conn.cursor().copy(copy_out(table, schema)) as copy:
                    for data in copy:
                        digest.update(data)
                        count += bytes(data).count(b"\n")
                found[table.name] = count, digest.hexdigest()
    return found
