"""Closes months of movements: writes the file, records what is in it, puts it in its place.

The file is written under a name of its own first. Only when the ledger has recorded its hashes
does it appear as the month's file, so that a file that can be seen is one that counts.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from adapters.postgres import Connection, connect
from adapters.settings import Settings
from commands.context import Context, Desk
from commands.movement_book import book_of, close_month
from deploy.folders import NotReady
from domain.movement_book.decide import CloseMonth, may_be_closed
from domain.movement_book.events import MonthClosed
from domain.periods import add_months
from projections import movement_months, movements
from projections.movement_layout import LAYOUT, Written, write
from projections.movement_reading import ClosedMonth, from_table
from projections.running import catch_up
from projections.standing import positions

Tell = Callable[[str, int, int], None]  # what is being done, how much of it, of how much


@dataclass(frozen=True, slots=True)
class Closing:
    """A month that was closed, or whose file was put back in its place."""

    month: str
    rows: int
    path: str
    rows_sha256: str
    file_sha256: str
    seconds: float
    what: str = "closed"


def close_until(
    desk: Desk, settings: Settings, month: date | None, tell: Tell, actor: str
) -> list[Closing]:
    """Close every month that is over, the oldest first, up to and with `month` if it is given.

    A closed month whose file is missing gets it back, if it comes out as it was. Raises Refused
    where the month asked for may not be closed, and NotReady where the movements lag behind.
    """
    dsn = settings.require_models_url()
    reached = _brought_up_to_date(dsn)
    done: list[Closing] = []
    with connect(dsn, application="bima-movements") as conn:
        conn.execute("SET statement_timeout = 0")
        done += put_back(conn, desk, settings)
        for number, (one, of) in enumerate(_open_months(conn, desk, settings, month), 1):
            tell(f"{one:%Y-%m}", number - 1, of)
            done.append(_close(conn, desk, settings, one, reached, actor))
            tell(f"{one:%Y-%m}", number, of)
    catch_up(dsn, [movement_months.PROJECTION])
    return done


def put_back(conn: Connection, desk: Desk, settings: Settings) -> list[Closing]:
    """Write the files of closed months that are missing here; each must come out as it was."""
    done = []
    before: MonthClosed | None = None
    for closed in book_of(desk).months:
        path = settings.movements_folder / f"{closed.month:%Y-%m}.parquet"
        if not path.is_file():
            started = time.monotonic()
            with _beside(path) as fresh:
                written = _written(conn, settings.tenant, before, closed, fresh)
                if written.rows_sha256 != closed.rows_sha256:
                    raise NotReady(
                        f"the movements of {closed.month:%Y-%m} are not those that were closed: "
                        "`bima verify` tells more"
                    )
                fresh.replace(path)
            done.append(_told(closed.month, path, written, started, "put back"))
        before = closed
    return done


def _open_months(
    conn: Connection, desk: Desk, settings: Settings, until: date | None
) -> Iterator[tuple[date, int]]:
    """Each month to close, with how many there are."""
    book, now = book_of(desk), desk.clock.now()
    first = add_months(book.last.month, 1) if book.last else _first(conn, settings)
    if first is None:
        return
    end = until
    if end is None:
        today = now.astimezone(settings.zone).date().replace(day=1)
        end = add_months(today, -1)
    elif book.of(end) is None:
        may_be_closed(type(book)(), end, ends_at(end, settings.zone), now)
    count = (end.year - first.year) * 12 + end.month - first.month + 1
    for number in range(max(count, 0)):
        yield add_months(first, number), count


def _first(conn: Connection, settings: Settings) -> date | None:
    """The month in which the first movement was recorded."""
    row = conn.execute(
        "SELECT min(created_at) FROM movements WHERE tenant = %s", (settings.tenant,)
    ).fetchone()
    if row is None or row[0] is None:
        return None
    recorded: datetime = row[0]
    return recorded.astimezone(settings.zone).date().replace(day=1)


def _close(
    conn: Connection, desk: Desk, settings: Settings, month: date, reached: int, actor: str
) -> Closing:
    started = time.monotonic()
    book = book_of(desk)
    end = ends_at(month, settings.zone)
    may_be_closed(book, month, end, desk.clock.now())
    path = settings.movements_folder / f"{month:%Y-%m}.parquet"
    bounds = MonthClosed(month, end, reached, LAYOUT, 0, (), "", "", actor)
    with _beside(path) as fresh:
        written = _written(conn, settings.tenant, book.last, bounds, fresh)
        request = CloseMonth(
            month, end, end, reached, LAYOUT, written.rows, written.totals,
            written.rows_sha256, written.file_sha256, actor,
        )  # fmt: skip
        close_month(desk, _context(desk, actor), request)
        fresh.replace(path)
    return _told(month, path, written, started, "closed")


def _written(
    conn: Connection, tenant: int, before: MonthClosed | None, month: MonthClosed, path: Path
) -> Written:
    after = None if before is None else bounds_of(before)
    return write(from_table(conn, tenant, after=after, until=bounds_of(month)), path)


def bounds_of(closed: MonthClosed) -> ClosedMonth:
    """A closed month as readers of the movements know it."""
    return ClosedMonth(
        closed.month, closed.ends_at, closed.cut_off, closed.rows,
        closed.rows_sha256, closed.file_sha256, closed.layout,
    )  # fmt: skip


def ends_at(month: date, zone: ZoneInfo) -> datetime:
    """The instant at which a month ends where the insurer is."""
    following = add_months(month, 1)
    return datetime(following.year, following.month, 1, tzinfo=zone).astimezone(UTC)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A name beside the file to write to; nothing is left of it at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)


def _brought_up_to_date(dsn: str) -> int:
    """The position that the movements have come to: the end of the log."""
    safe = catch_up(dsn, [movements.PROJECTION, movement_months.PROJECTION])
    with connect(dsn, application="bima-movements") as conn:
        reached, version = positions(conn)["movements"]
    if version != movements.PROJECTION.version or reached < safe:
        raise NotReady(
            f"the movements show position {reached} of {safe}: they are being filled anew, or "
            "have stopped (`bima status` tells)"
        )
    return safe


def _context(desk: Desk, actor: str) -> Context:
    command = uuid4()
    return Context(actor, command, command, desk.clock.now(), desk.clock.today())


def _told(month: date, path: Path, written: Written, started: float, what: str) -> Closing:
    return Closing(
        f"{month:%Y-%m}", written.rows, str(path), written.rows_sha256, written.file_sha256,
        round(time.monotonic() - started, 3), what,
    )  # fmt: skip
