"""What an event costs on the disk: in the tables with their indexes, and in the log of writes."""

from adapters.postgres import Connection, connect
from cli.benches.log_book import LogBook
from cli.benches.log_works import appends
from cli.benches.measuring import Work

BYTES = "bytes an event, with indexes and receipts"
WAL = "write-ahead log an append, 16 callers"
CALLERS = 16


def stored(url: str) -> Work:
    """Tables and indexes of events and receipts, shared out over the events."""

    def size() -> float:
        with connect(url, application="bench") as conn:
            return (_size(conn, "es_event%") + _size(conn, "es_receipt")) / _events(conn)

    return Work(BYTES, "bytes", size)


def written_ahead(book: LogBook, url: str, seconds: float) -> Work:
    """What the server writes ahead for one append, whole pages after a checkpoint included."""
    append = appends(book, CALLERS, seconds)

    def size() -> float:
        with connect(url, application="bench") as conn:
            before, events = _written(conn), _events(conn)
            append.rate()
            return (_written(conn) - before) / (_events(conn) - events)

    return Work(WAL, "bytes", size)


def _size(conn: Connection, like: str) -> int:
    ((size,),) = conn.execute(
        "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname LIKE %s "
        "AND relkind = 'r'", (like,),
    ).fetchall()  # fmt: skip
    return int(size)


def _events(conn: Connection) -> int:
    ((number,),) = conn.execute("SELECT count(*) FROM es_event").fetchall()
    return int(number)


def _written(conn: Connection) -> int:
    ((place,),) = conn.execute(
        "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
    ).fetchall()
    return int(place)
