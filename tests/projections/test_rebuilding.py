"""A read model is filled anew beside the old one, whatever happens meanwhile, to the same bytes."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.postgres import connect
from adapters.wakeup import Wakeup
from deploy.children import wait_until
from domain.payment.events import PaymentScheduled
from projections import PROJECTIONS, audit_trail, claims, in_the_server, payments, standing
from projections.declaring import Projection, Row, Table
from projections.following import follow
from projections.rebuilding import Rebuild, RebuildRefused
from projections.running import Projector, Runner, catch_up
from tests.projections.book import Book
from tests.projections.digests import digests

PROJECT = Path(__file__).resolve().parents[2]


def test_a_rebuild_of_everything_gives_the_same_bytes(full_book: Book, database_url: str) -> None:
    catch_up(database_url, PROJECTIONS)
    before = digests(database_url)
    seen: list[tuple[int, int]] = []
    done = Rebuild(
        database_url, PROJECTIONS, report=lambda at, of: seen.append((at, of)), largest=50
    ).run()
    assert done == {projection.name: "" for projection in PROJECTIONS}
    assert digests(database_url) == before
    assert len(seen) > 5
    assert seen[-1][0] == seen[-1][1]
    assert nothing_is_left_beside(database_url)


def test_a_tampered_table_is_right_after_a_rebuild(full_book: Book, database_url: str) -> None:
    catch_up(database_url, PROJECTIONS)
    before = digests(database_url)
    with connect(database_url) as conn:
        conn.execute("UPDATE claims SET paid_minor = paid_minor + 1")
        conn.execute("DELETE FROM claim_lines")
    assert digests(database_url) != before
    Rebuild(database_url, [claims.PROJECTION]).run()
    assert digests(database_url) == before


def test_what_is_filled_in_the_server_is_what_folding_makes(
    full_book: Book, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_the_server, "AT_ONCE", 20)  # so that it takes several transactions
    folded = replace(audit_trail.PROJECTION, from_envelopes=None)
    assert Rebuild(database_url, [folded], fresh=True).run() == {"audit_trail": ""}
    before = digests(database_url)["audit_trail"]
    assert before[0] > 40
    with connect(database_url) as conn:
        conn.execute("DELETE FROM audit_trail")
    assert Rebuild(database_url, [audit_trail.PROJECTION], fresh=True).run() == {"audit_trail": ""}
    assert digests(database_url)["audit_trail"] == before


def test_a_rebuild_while_claims_come_in_misses_none(book: Book, database_url: str) -> None:
    catch_up(database_url, PROJECTIONS)
    with running_projector(database_url) as projector, arriving_claims(book) as arriving:
        for _ in range(2):
            assert not any(Rebuild(database_url, PROJECTIONS, largest=200).run().values())
        assert arriving.is_alive(), "claims came in all the time"
        assert projector.is_alive()
    catch_up(database_url, PROJECTIONS)
    live = digests(database_url)
    Rebuild(database_url, PROJECTIONS).run()
    assert digests(database_url) == live
    assert live["claims"][0] == len(book.claims)


def test_a_killed_rebuild_goes_on_where_it_was(full_book: Book, database_url: str) -> None:
    catch_up(database_url, PROJECTIONS)
    before = digests(database_url)
    program = (
        "import time; from projections import PROJECTIONS; "
        "from projections.rebuilding import Rebuild; "
        "Rebuild(DSN, PROJECTIONS, report=lambda at, of: time.sleep(0.02), largest=9).run()"
    ).replace("DSN", repr(database_url))
    child = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT)
    assert wait_until(lambda: beside(database_url) > 60, 120), "it has stored a part"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    kept = beside(database_url)
    assert digests(database_url) == before, "readers saw nothing of it"
    seen: list[int] = []
    assert wait_until(lambda: rebuilt(database_url, seen), 120)
    assert min(seen) >= kept, "what was filled is not filled again"
    assert digests(database_url) == before
    assert nothing_is_left_beside(database_url)


def test_only_one_rebuild_of_a_read_model_at_a_time(full_book: Book, database_url: str) -> None:
    refused: list[str] = []

    def second(at: int, of: int) -> None:
        if not refused:
            with pytest.raises(RebuildRefused) as error:
                Rebuild(database_url, [claims.PROJECTION]).run()
            refused.append(str(error.value))

    Rebuild(database_url, [claims.PROJECTION], report=second, largest=100).run()
    assert refused == ["claims is being rebuilt already"]


@dataclass(slots=True)
class ShortRow(Row):
    payment_id: object
    number: str


def test_a_changed_projection_takes_the_place_of_the_old(
    full_book: Book, database_url: str
) -> None:
    catch_up(database_url, PROJECTIONS)
    changed = second_version()
    with connect(database_url) as conn:
        old = Projector([Runner(payments.PROJECTION)])
        new = Projector([Runner(changed)])
        new.take_over(conn)
        assert new.outdated == [changed], "its tables are still those of the first version"
        assert not new.round(conn, 10**9), "and it leaves them alone"
        assert Rebuild(database_url, [changed]).run() == {"payments": ""}
        new.look_again(conn)
        assert new.outdated == []
        rows = conn.execute("SELECT number, paid_in_full FROM payments").fetchall()
        assert rows
        assert all(whole for _, whole in rows)
        old.take_over(conn)
        assert old.outdated == [], "older code does not undo a newer version"
        assert not old.round(conn, 10**9)


def second_version() -> Projection:
    from projections.payments import PAYMENTS, PaymentRow

    @dataclass(slots=True)
    class FullerRow(PaymentRow):
        paid_in_full: bool = False

    table = Table(FullerRow, "payments", PAYMENTS.key, indexes=PAYMENTS.indexes)

    def scheduled(event, fact, rows) -> None:  # type: ignore[no-untyped-def]
        day = event.meta.effective_on
        rows.add(
            table,
            FullerRow(
                event.stream_id, fact.number, "scheduled", fact.claim_id, fact.claim_number,
                fact.payee_kind, fact.payee_id, fact.account, fact.amount.currency,
                fact.amount.minor, day, paid_in_full=True,
            ),
        )  # fmt: skip

    return replace(
        payments.PROJECTION, version=payments.PROJECTION.version + 1, tables=(table,),
        on={PaymentScheduled: scheduled},
    )  # fmt: skip


@contextmanager
def running_projector(database_url: str) -> Iterator[threading.Thread]:
    """The live projector in a thread, as its own process would run."""
    stop, wakeup = threading.Event(), Wakeup(database_url)

    def work() -> None:
        with connect(database_url) as conn:
            projector = Projector([Runner(projection) for projection in PROJECTIONS])
            projector.take_over(conn)
            follow(conn, projector, wakeup, stop)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        wakeup.nudge()
        thread.join()
        wakeup.close()


@contextmanager
def arriving_claims(book: Book) -> Iterator[threading.Thread]:
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.1):
            book.submit_many(2)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join()


def beside(database_url: str) -> int:
    """How far the tables beside have been filled."""
    with connect(database_url) as conn:
        return standing.positions(conn).get("claims@beside", (0, 0))[0]


def rebuilt(database_url: str, seen: list[int]) -> bool:
    """Rebuild, once the server has noticed that the killed one is gone."""
    try:
        done = Rebuild(database_url, PROJECTIONS, report=lambda at, of: seen.append(at)).run()
    except RebuildRefused:
        return False
    return not any(done.values())


def nothing_is_left_beside(database_url: str) -> bool:
    with connect(database_url) as conn:
        found = conn.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'beside'::regnamespace"
        ).fetchall()
        return not found and not [n for n in standing.positions(conn) if "@" in n]
