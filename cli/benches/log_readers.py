"""What reads the log: the log itself decoded, a read model kept up to date, and filled anew."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from adapters.envelope import Recorded
from adapters.postgres import connect
from cli.benches.log_book import LogBook
from cli.benches.measuring import Work
from domain.policy.events import PolicyIssued, PremiumReceived
from projections import audit_trail, standing
from projections.declaring import AMOUNT, Projection, Row, Table
from projections.rebuilding import Rebuild, discard
from projections.rows import Rows
from projections.running import catch_up

READ = "log read, decoded"
LIVE = "live projection into a table"
REBUILD = "rebuild with swap"
REFILL = "rebuild in the server, with swap"
STOCK_LIVE = "stock: projection"


@dataclass(slots=True)
class ReceivedRow(Row):
    """What was received for one policy."""

    policy_id: UUID
    currency: str
    received_minor: Annotated[int, AMOUNT]
    payments: int


RECEIVED = Table(ReceivedRow, "bench_received", ("policy_id",))


def issued(event: Recorded, fact: PolicyIssued, rows: Rows) -> None:
    rows.add(RECEIVED, ReceivedRow(event.stream_id, fact.premium.currency, 0, 0))


def received(event: Recorded, fact: PremiumReceived, rows: Rows) -> None:
    policy = rows.change(RECEIVED, event.stream_id)
    policy.received_minor += fact.amount.minor
    policy.payments += 1


PREMIUMS = Projection(
    name="bench_received",
    version=1,
    tables=(RECEIVED,),
    on={PolicyIssued: issued, PremiumReceived: received},
)


def reads(book: LogBook, seconds: float) -> Work:
    """Every event in order, as facts with who, when and why."""
    reader = book.store.reader

    def rate() -> float:
        started, at, done = time.perf_counter(), 0, 0
        safe, _ = reader.safe_position()
        while time.perf_counter() - started < seconds:
            batch = reader.after(at, 5_000, safe)
            done += len(batch)
            at = batch[-1].position if len(batch) == 5_000 else 0
        return done / (time.perf_counter() - started)

    return Work(READ, "events/s", rate, ("stock: read",))


def projecting(url: str) -> Work:
    """From the first event to the last one, in batches, rows and position in one transaction."""

    def rate() -> float:
        remove(url)
        started = time.perf_counter()
        catch_up(url, [PREMIUMS])
        return events_of(url) / (time.perf_counter() - started)

    return Work(LIVE, "events/s", rate, (STOCK_LIVE,))


def rebuilding(url: str) -> Work:
    """The same beside the table in use, with its indexes, and the swap."""

    def rate() -> float:
        catch_up(url, [PREMIUMS])
        started = time.perf_counter()
        done = Rebuild(url, [PREMIUMS], fresh=True).run()
        assert not any(done.values()), done
        return events_of(url) / (time.perf_counter() - started)

    return Work(REBUILD, "events/s", rate, (STOCK_LIVE,))


def refilling(url: str) -> Work:
    """The trail of all events, which needs no fact of them, filled anew in the server, with its
    indexes, and the swap."""

    def rate() -> float:
        catch_up(url, [audit_trail.PROJECTION])
        started = time.perf_counter()
        done = Rebuild(url, [audit_trail.PROJECTION], fresh=True).run()
        assert not any(done.values()), done
        taken = time.perf_counter() - started
        with connect(url, application="bench") as conn:
            ((events,),) = conn.execute("SELECT count(*) FROM audit_trail").fetchall()
        return float(events / taken)

    return Work(REFILL, "events/s", rate, (STOCK_LIVE,))


def remove(url: str) -> None:
    """The table and its checkpoint, as if it had never been."""
    with connect(url, application="bench") as conn:
        discard(conn, PREMIUMS)
        conn.execute("DROP TABLE IF EXISTS bench_received")
        standing.unregister(conn, PREMIUMS.name)


def events_of(url: str) -> int:
    """How many events the projection reads."""
    names: Sequence[Any] = ["policy.issued", "policy.premium_received"]
    with connect(url, application="bench") as conn:
        ((number,),) = conn.execute(
            "SELECT count(*) FROM es_event WHERE type IN "
            "(SELECT id FROM es_type WHERE name = ANY (%s))",
            (names,),
        ).fetchall()
    return int(number)
