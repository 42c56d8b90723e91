"""A projection that cannot handle an event stops alone, says why, and goes on after the fix."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from adapters.envelope import Recorded
from adapters.event_store import open_store
from adapters.postgres import connect
from domain.catalogue import Catalogue, Entry
from domain.claim.events import ClaimPaid
from domain.member.events import MemberDetails, MemberDetailsCorrected, Sex
from domain.money import Money
from domain.policy.events import PremiumReceived
from projections import PROJECTIONS, claims, standing
from projections.declaring import Projection
from projections.rows import Rows
from projections.running import catch_up
from projections.standing import Standing
from tests.projections.book import Book, tzs
from tests.projections.digests import digests


def stands(database_url: str) -> dict[str, Standing]:
    with connect(database_url) as conn:
        return {one.name: one for one in standing.standings(conn)}


def with_fault(claim_id: object) -> tuple[Projection, ...]:
    """All projections, of which `claims` cannot handle the payment of one claim."""

    def paid(event: Recorded, fact: Any, rows: Rows) -> None:
        if event.stream_id == claim_id:
            raise ZeroDivisionError("value of the event")
        claims.paid(event, fact, rows)

    faulty = replace(claims.PROJECTION, on={**claims.PROJECTION.on, ClaimPaid: paid})
    return tuple(faulty if p.name == "claims" else p for p in PROJECTIONS)


def paid_claim(database_url: str) -> tuple[Any, int]:
    """A claim that was paid, and the position of that event."""
    with connect(database_url) as conn:
        row = conn.execute(
            "SELECT stream_id, event FROM audit_trail WHERE name = 'claim.paid' ORDER BY event"
        ).fetchone()
    assert row is not None
    return row


def test_one_stops_at_the_event_and_the_others_go_on(told_book: Book, database_url: str) -> None:
    safe = catch_up(database_url, [p for p in PROJECTIONS if p.name == "audit_trail"])
    claim_id, position = paid_claim(database_url)
    catch_up(database_url, with_fault(claim_id))
    found = stands(database_url)
    stopped = found.pop("claims")
    assert {one.position for one in found.values()} == {safe}
    assert not any(one.error for one in found.values())
    assert stopped.position < position <= safe
    assert f"at position {position} (claim.paid): ZeroDivisionError" in stopped.error
    assert "value of the event" not in stopped.error, "it may be somebody's own data"
    with connect(database_url) as conn:
        before = conn.execute("SELECT max(position) FROM claims").fetchone()
    assert before is not None
    assert before[0] < position, "what came before the event is shown"

    catch_up(database_url, PROJECTIONS)
    resumed = stands(database_url)["claims"]
    assert (resumed.position, resumed.error) == (safe, "")


def test_after_the_fix_the_rows_are_as_if_nothing_had_happened(
    told_book: Book, database_url: str
) -> None:
    catch_up(database_url, PROJECTIONS)
    right = digests(database_url)
    claim_id, _ = paid_claim(database_url)
    with connect(database_url) as conn:
        for table in claims.PROJECTION.tables:
            conn.execute(f"TRUNCATE {table.name}")
        conn.execute("UPDATE es_checkpoint SET position = 0 WHERE name = 'claims'")
    catch_up(database_url, with_fault(claim_id), largest=13)
    assert digests(database_url) != right
    catch_up(database_url, PROJECTIONS, largest=13)
    assert digests(database_url) == right


def test_an_event_that_cannot_be_read_stops_only_those_who_read_it(
    book: Book, database_url: str
) -> None:
    @dataclass(frozen=True, slots=True)
    class Strange:
        colour: str

    with open_store(database_url, Catalogue((Entry("member.deactivated", Strange),))) as other:
        stranger = Book(other, book.rng, book.now)
        stranger.stands = book.stands
        stranger.tell((book.members[0], [Strange("blue")]))
        stranger.flush()
    book.submit("auto")
    book.flush()
    safe = catch_up(database_url, PROJECTIONS)
    found = stands(database_url)
    assert "CorruptEvent: member.deactivated" in found["members"].error
    assert {name for name, one in found.items() if one.position < safe} == {"members"}
    with connect(database_url) as conn:
        row = conn.execute(
            "SELECT count(*) FROM audit_trail WHERE name = 'member.deactivated' AND actor = 'desk'"
        ).fetchone()
    assert row == (5,), "the trail holds it, too"


def test_an_amount_beyond_every_column_stops_those_who_store_it(
    book: Book, database_url: str
) -> None:
    policy = next(iter(book.policies.values()))
    huge = PremiumReceived(Money(2**70, "TZS"), book.now.date(), "typing error")
    book.tell((policy, [huge]))
    book.tell((policy, [PremiumReceived(tzs(100), book.now.date(), "right")]))
    book.flush()
    safe = catch_up(database_url, PROJECTIONS)
    found = stands(database_url)
    assert {n for n, one in found.items() if one.position < safe} == {"policies", "movements"}
    assert "policy.premium_received" in found["policies"].error


def test_text_that_the_server_cannot_hold_stops_nobody(book: Book, database_url: str) -> None:
    policy = next(iter(book.policies.values()))
    book.tell((policy, [PremiumReceived(tzs(100), book.now.date(), "MPESA\x007")]))
    book.flush()
    safe = catch_up(database_url, PROJECTIONS)
    assert {one.position for one in stands(database_url).values()} == {safe}
    with connect(database_url) as conn:
        rows = conn.execute("SELECT reference FROM policy_receipts ORDER BY position").fetchall()
    assert rows[-1] == ("MPESA\ufffd7",)


def test_a_name_too_long_for_an_index_stops_those_who_sort_by_it(
    book: Book, database_url: str
) -> None:
    """The server calls it a limit of its own; to wait for the server would be to wait for ever."""
    name = "".join(f"{book.rng.getrandbits(64):016x}" for _ in range(700))
    details = MemberDetails(name, "", date(1990, 1, 1), Sex.FEMALE)
    book.tell((book.members[0], [MemberDetailsCorrected(details)]))
    book.submit("auto")
    book.flush()
    safe = catch_up(database_url, PROJECTIONS)
    found = stands(database_url)
    assert {n for n, one in found.items() if one.position < safe} == {"members"}
    assert "ProgramLimitExceeded (54000)" in found["members"].error
