"""What all recorders of the `eventsourcing` library share: one application's part of the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID
from zlib import crc32

import psycopg
from eventsourcing import persistence as library

from adapters.event_types import EventTypes
from adapters.log_writing import LogWriter
from adapters.postgres import Connection, Pool
from adapters.wakeup import Wakeup


class LibraryLog:
    """One library application's part of the log, and the connections to it."""

    def __init__(self, dsn: str, tenant: int, name: str) -> None:
        self.tenant = tenant
        self.name = name
        self.pool = Pool(dsn, 0, 16, "bima-library")
        self.types = EventTypes(self.pool)
        self.wakeup = Wakeup(dsn)
        self.writer = LogWriter(self.pool, tenant, self.types, self.wakeup.grown)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        with translated(), self.pool.connection() as conn:
            yield conn

    def close(self) -> None:
        self.wakeup.close()
        self.pool.close()


_ERRORS: tuple[tuple[type[psycopg.Error], type[library.PersistenceError]], ...] = (
    (psycopg.InterfaceError, library.InterfaceError),
    (psycopg.OperationalError, library.OperationalError),
    (psycopg.DataError, library.DataError),
    (psycopg.IntegrityError, library.IntegrityError),
    (psycopg.InternalError, library.InternalError),
    (psycopg.ProgrammingError, library.ProgrammingError),
    (psycopg.NotSupportedError, library.NotSupportedError),
    (psycopg.Error, library.PersistenceError),
)


@contextmanager
def translated() -> Iterator[None]:
    """The driver's errors under the names that users of the library know."""
    try:
        yield
    except psycopg.Error as error:
        kind = next(theirs for ours, theirs in _ERRORS if isinstance(error, ours))
        raise kind(str(error)) from error


def stream_of(originator_id: UUID | str) -> UUID:
    if not isinstance(originator_id, UUID):
        raise library.ProgrammingError(f"streams are named by UUIDs, not by {originator_id!r}")
    return originator_id


def in_range(desc: bool) -> str:
    """The end of a statement that selects versions: above, up to, and how many at most."""
    return (
        "AND version > COALESCE(%s::int, -1) AND version <= COALESCE(%s::int, 2147483647) "
        f"ORDER BY version {'DESC' if desc else 'ASC'} LIMIT %s::bigint"
    )


def tenant_of(name: str) -> int:
    """The tenant of a library application, below those of insurers."""
    return -1 - crc32(name.encode()) % 2_000_000_000
