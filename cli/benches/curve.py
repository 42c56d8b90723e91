"""Whether the log stays as fast when it grows: each work on a large ledger and, right before it,
the same work on a small one of the same server."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from uuid import UUID

from adapters.postgres import connect
from cli.benches import log_readers, log_works, sizes
from cli.benches.log_book import LogBook
from cli.benches.measuring import Before, Result, Work, measure

SMALL = 100_000
_STEP = 10
_AT_ONCE = 200_000  # rows of a statement: what is shown as progress, and held in memory
_PICKED = 10_000  # policies, from all over the ledger, that commands and loads work on

Open = Callable[[str], AbstractContextManager[LogBook]]  # a ledger by its database's URL

# A copy's ids lie an hour before those of the copy before: in order, as ids made later are, and
# before all that are made while it is measured.
_EARLIER = """
CREATE FUNCTION bench_earlier(id uuid, copy int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(('x' || left(hex, 12))::bit(48)::bigint - copy * 3600000), 12, '0')
            || substr(hex, 13))::uuid FROM replace(id::text, '-', '') AS hex
$$"""
# For measuring only: what is sealed for one stream does not open in another and is left out, and
# the hashes are those of the first.
_COPY_EVENTS = """
INSERT INTO es_event (position, recorded_at, caused_by, tenant, version, effective_on, type,
    schema_version, stream_id, command_id, correlation_id, actor, reason, data, sealed, hash)
SELECT nextval('es_position'), recorded_at, caused_by, tenant, version, effective_on, type,
    schema_version, bench_earlier(stream_id, copy), bench_earlier(command_id, copy),
    bench_earlier(correlation_id, copy), actor, reason, data, sealed, hash
FROM (SELECT e.*, copy FROM es_event e, generate_series(%s::int, %s::int) AS copy
      WHERE position <= %s AND sealed IS NULL ORDER BY copy DESC, position) AS copied"""
_COPY_RECEIPTS = """
INSERT INTO es_receipt (position, recorded_at, tenant, command_id, fingerprint, answer)
SELECT position + copy * 1000000000::bigint, recorded_at, tenant, bench_earlier(command_id, copy),
    fingerprint, answer
FROM es_receipt, generate_series(%s::int, %s::int) AS copy WHERE position <= %s"""
_PICK = """
SELECT stream_id FROM es_event TABLESAMPLE BERNOULLI (%s)
WHERE type = (SELECT id FROM es_type WHERE name = 'policy.issued') ORDER BY random() LIMIT %s"""


def measured(  # two ledgers, how far, and how long
    small: str, large: str, opened: Open, events: int, rounds: int, seconds: float, before: Before
) -> list[Result]:
    """Rates of a ledger of 100,000 events, and of one that grows tenfold until it has `events`,
    with their ratio to the small one's of the same moment."""
    least = min(SMALL, events // _STEP)
    results: list[Result] = []
    with opened(small) as little, opened(large) as big:
        for book, url in ((little, small), (big, large)):
            before(f"storing {least:,} events", 1, 0.0)
            book.prepare(least)
            with connect(url, application="bench") as conn:
                conn.execute("VACUUM ANALYZE")
        growing, reached = Growing(large, before), least
        while reached < events:
            reached = min(reached * _STEP, events)
            growing.to(reached)
            big.policies = growing.policies()
            yardsticks = {work.name: work for work in _works(little, small, least, seconds)}
            works = _beside(_works(big, large, reached, seconds), tuple(yardsticks.values()))
            results += measure(works, yardsticks, rounds, before)
    return results


def _works(book: LogBook, url: str, events: int, seconds: float) -> list[Work]:
    works = (
        log_works.appends(book, 16, seconds),
        log_works.commands(book, 16, seconds),
        log_works.bulk(book, seconds),
        log_works.loads(book, seconds),
        log_readers.reads(book, seconds),
        sizes.stored(url),
    )
    size = f"{events:,} events"
    return [replace(w, name=f"{w.name} ({size})", against=(), called=size) for w in works]


def _beside(works: list[Work], small: tuple[Work, ...]) -> list[Work]:
    return [replace(work, against=(one.name,)) for work, one in zip(works, small, strict=True)]


class Growing:
    """A ledger that grows by copies of its own policies and premiums, made in the server."""

    def __init__(self, url: str, before: Before) -> None:
        self._url = url
        self._before = before
        self._copies = 0
        with connect(url, application="bench") as conn:
            conn.execute(_EARLIER)
            ((self._last, self._each),) = conn.execute(
                "SELECT max(position), count(*) FILTER (WHERE sealed IS NULL) FROM es_event"
            ).fetchall()

    def to(self, events: int) -> None:
        """Until about so many events are stored."""
        wanted, together = events // self._each - 1, max(1, _AT_ONCE // self._each)
        with connect(self._url, application="bench") as conn:
            conn.execute("SET statement_timeout = 0")
            while self._copies < wanted:
                until = min(self._copies + together, wanted)
                for statement in (_COPY_EVENTS, _COPY_RECEIPTS):
                    conn.execute(statement, (self._copies + 1, until, self._last))
                self._copies = until
                self._before(f"storing {events:,} events", 1, until / wanted)
            conn.execute("VACUUM ANALYZE")
            conn.execute("CHECKPOINT")

    def policies(self) -> list[UUID]:
        """Some policies from all over the ledger."""
        # Every tenth event issues one; some more than needed are drawn, so that there are enough.
        share = min(100.0, 1500.0 * _PICKED / (self._each * (self._copies + 1)))
        with connect(self._url, application="bench") as conn:
            rows = conn.execute(_PICK, (share, _PICKED)).fetchall()
        return [stream for (stream,) in rows]
