"""Verification is clean on an honest ledger and names whatever is not."""

import pytest

from adapters.postgres import connect
from projections import PROJECTIONS
from projections.running import catch_up
from projections.verifying import Check, VerifyRefused, verify
from tests.projections.book import Book


def failed(checks: list[Check]) -> dict[str, tuple[str, ...]]:
    return {check.name: check.faults for check in checks if not check.holds}


def test_an_honest_ledger_is_clean_and_nothing_stays_behind(
    full_book: Book, database_url: str
) -> None:
    catch_up(database_url, PROJECTIONS)
    told: set[str] = set()
    checks = verify(database_url, progress=lambda what, done, of: told.add(what))
    assert failed(checks) == {}
    assert len(checks) > len(PROJECTIONS) + 10
    assert len(told) == 4
    with connect(database_url) as conn:
        left = conn.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'proof'::regnamespace"
        ).fetchall()
        names = conn.execute("SELECT name FROM es_checkpoint WHERE name LIKE '%@%'").fetchall()
    assert (left, names) == ([], [])


def test_a_ledger_whose_read_models_are_behind_is_clean_too(book: Book, database_url: str) -> None:
    catch_up(database_url, PROJECTIONS)
    book.submit_many(8)
    checks = verify(database_url)
    assert failed(checks) == {}


CHANGED_LINE = """UPDATE claim_lines SET description = 'X'
WHERE claim_id = (SELECT claim_id FROM claims WHERE number = %s)"""
FALSE_PAYMENT = """INSERT INTO claim_milestones
SELECT claim_id, -1, 'paid', '2025-01-01', '', tenant, position, version, created_at, updated_at
FROM claims WHERE number = %s"""


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        ("UPDATE claims SET number = 'X' WHERE number = %s", "claims"),
        ("DELETE FROM claims WHERE number = %s", "claims"),
        (CHANGED_LINE, "claim_lines"),
        (FALSE_PAYMENT, "claim_milestones"),
    ],
)  # fmt: skip
def test_a_tampered_row_is_found_and_named(
    full_book: Book, database_url: str, tampering: str, named: str
) -> None:
    catch_up(database_url, PROJECTIONS)
    with connect(database_url) as conn:
        row = conn.execute("SELECT claim_id, number FROM claims ORDER BY number").fetchone()
        assert row is not None
        claim_id, number = row
        changed = conn.execute(tampering, (number,)).rowcount
    assert changed >= 1
    faults = [fault for faults in failed(verify(database_url)).values() for fault in faults]
    assert any(fault.startswith(f"{named} {claim_id}") for fault in faults), faults


@pytest.mark.parametrize(
    ("tampering", "check"),
    [
        ("UPDATE claim_lines SET copay_minor = copay_minor + 1 WHERE copay_minor > 0",
         "every adjudicated line splits its charge without rest"),
        ("UPDATE claims SET billed_minor = billed_minor + 1",
         "the lines of a claim add up to the claim"),
        ("UPDATE claims SET paid_minor = billed_minor + 1 WHERE stage = 'closed'",
         "what a claim of our own was paid above what is payable is to be recovered, and no more"),
        ("UPDATE claims SET credit_balance_minor = 0 WHERE credit_balance_minor > 0",
         "what was paid above the bill of a claim taken over is its credit balance"),
        ("UPDATE claim_account SET amount_minor = amount_minor - 1 WHERE kind = 'payment'",
         "the account of a claim taken over adds up to what it was paid"),
        ("UPDATE payments SET amount_minor = 1 WHERE stage = 'confirmed'",
         "what a claim was paid was confirmed by the bank, to the same amount"),
        ("UPDATE movements SET minor = minor + 1 WHERE kind = 'claim_reserved'",
         "movements add up to the claims"),
        ("DELETE FROM movements WHERE kind = 'premium_received'",
         "movements add up to the premium of the policies"),
        ("UPDATE accumulator_balances SET amount_minor = 0 WHERE amount_minor > 0",
         "accumulators hold what claims took and did not give back"),
        ("DELETE FROM accumulator_entries WHERE amount_minor < 0",
         "a claim that was denied, withdrawn or reversed holds no benefit"),
        ("UPDATE provider_statement SET billed_minor = billed_minor - 1",
         "provider statements add up to the claims of the provider"),
        ("DELETE FROM claim_inbox",
         "the inbox holds exactly the claims that somebody must act on"),
    ],
)  # fmt: skip
def test_each_sum_that_does_not_tie_is_found(
    full_book: Book, database_url: str, tampering: str, check: str
) -> None:
    catch_up(database_url, PROJECTIONS)
    with connect(database_url) as conn:
        assert conn.execute(tampering).rowcount >= 1
    assert check in failed(verify(database_url))


def test_an_edited_event_is_found(full_book: Book, database_url: str) -> None:
    catch_up(database_url, PROJECTIONS)
    with connect(database_url) as conn:
        conn.execute("SET session_replication_role = replica")  # past the trigger that refuses
        conn.execute(
            "UPDATE es_event SET data = replace(convert_from(data, 'UTF8'), '\"moved away\"', "
            "'\"died\"')::bytea WHERE position IN (SELECT event FROM audit_trail "
            "WHERE name = 'policy.terminated')"
        )
    found = failed(verify(database_url))
    assert set(found) == {
        "streams are whole and chained",
        "policies shows what the log says",
    }


def test_one_verification_at_a_time(database_url: str) -> None:
    def second(what: str, done: int, of: int) -> None:
        with pytest.raises(VerifyRefused):
            verify(database_url)

    assert failed(verify(database_url, progress=second)) == {}
