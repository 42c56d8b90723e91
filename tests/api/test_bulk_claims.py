"""Files of claims: each claim is taken or refused by itself, with its row and field."""

import httpx2
import pytest

from tests.api.book import Book, shown
from tests.api.running import Json, RunningApi, data_of, error_of

PATH = "/api/v1/claims/bulk"
HEAD = (
    "claim,member,policy,provider,service_from,diagnoses,invoice_no,code,category,quantity,billed"
)


def csv(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode()


def send(client: httpx2.Client, content: bytes, **params: str) -> httpx2.Response:
    headers = {"Content-Type": "text/csv"}
    return client.post(PATH, content=content, headers=headers, params=params)


@pytest.fixture(scope="module")
def numbers(api: RunningApi, book: Book) -> str:
    """The first cells of a row for the book's member, policy and provider."""
    admin = api.as_role("admin")
    found = [
        data_of(shown(api, admin, path))["number"]
        for path in (
            f"/members/{book.member}", f"/policies/{book.policy}", f"/providers/{book.provider}",
        )
    ]  # fmt: skip
    return ",".join(found)


def test_rows_of_one_name_make_one_claim(
    api: RunningApi, admin: httpx2.Client, numbers: str
) -> None:
    content = csv(
        f"A,{numbers},2025-03-03,J06.9 B54,BULK-1,CONS-GP,outpatient,1,15000.00",
        f"A,{numbers},2025-03-03,J06.9 B54,BULK-1,LAB-014,outpatient,2,20000.00",
        f"B,{numbers},2025-03-04,,BULK-2,CONS-GP,outpatient,1,9000",
    )
    told = data_of(send(admin, content))
    assert (told["taken"], told["refused"]) == (2, 0)
    first, second = told["claims"]
    assert (first["rows"], second["rows"]) == ([2, 3], [4])
    claim = data_of(shown(api, admin, f"/claims/{first['id']}"))
    assert (claim["billed"], claim["line_count"]) == ("35000.00", 2)
    assert claim["diagnoses"] == ["J06.9", "B54"]
    # The same file again is the same command: nothing new, and the same answer.
    position = api.last_position()
    assert data_of(send(admin, content)) == told
    assert api.last_position() == position


def test_what_is_wrong_is_told_by_row_and_field_and_stops_no_other(
    api: RunningApi, admin: httpx2.Client, numbers: str
) -> None:
    member, policy, provider = numbers.split(",")
    told = data_of(
        send(
            admin,
            csv(
                f"good,{numbers},2025-03-05,,BULK-3,CONS-GP,outpatient,1,9000.00",
                f"cents,{numbers},2025-03-05,,BULK-4,CONS-GP,outpatient,1,9000.005",
                f"none,{numbers},2025-03-05,,BULK-5,CONS-GP,outpatient,0,9000.00",
                f"who,MB-1999-00001,{policy},{provider},2025-03-05,,,CONS-GP,outpatient,1,9000.00",
                f"when,{member},{policy},{provider},2031-03-05,,,CONS-GP,outpatient,1,9000.00",
                f"again,{numbers},2025-03-05,,BULK-3,CONS-GP,outpatient,1,9000.00",
            ),
        )
    )
    assert (told["taken"], told["refused"]) == (1, 5)
    wrong = {it["claim"]: it["errors"] for it in told["claims"] if not it["taken"]}
    assert wrong["cents"][0]["field"] == "row 3.billed"
    assert wrong["none"][0]["rule"] == "claim.quantity_not_positive"
    assert wrong["who"] == [{"field": "member", "reason": "MB-1999-00001 is not known", "rule": ""}]
    assert wrong["when"][0]["rule"] == "claim.no_cover"
    assert wrong["again"][0]["rule"] == "invoice.already_registered"


def test_a_dry_run_tells_the_same_and_records_nothing(
    api: RunningApi, admin: httpx2.Client, numbers: str
) -> None:
    position = api.last_position()
    content = csv(
        f"x,{numbers},2025-03-06,,BULK-9,CONS-GP,outpatient,1,9000.00",
        f"y,{numbers},2031-03-06,,BULK-10,CONS-GP,outpatient,1,9000.00",
    )
    told = data_of(send(admin, content, dry_run="true"))
    assert (told["taken"], told["refused"], told["dry_run"]) == (1, 1, True)
    assert api.last_position() == position


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "row 1"),
        (csv(head="claim,member"), "row 1"),
        (csv(head=f"{HEAD},colour"), "row 1"),
        (csv(), "claims"),
        (csv("A,B"), "row 2"),
        (csv('A,"B'), "row 2"),
        (csv(",m,p,v,2025-01-01,,,C,o,1,1"), "row 2"),
        (csv("A,m,p,v,2025-01-01,,,C,o,1,1", "A,m,p,v,2025-01-02,,,C,o,1,1"), "row 3"),
    ],
)
def test_a_broken_file_is_refused_whole_with_its_row(
    api: RunningApi, admin: httpx2.Client, content: bytes, field: str
) -> None:
    position = api.last_position()
    error = error_of(send(admin, content), 422, "VALIDATION_ERROR")
    assert error["details"]["errors"][0]["field"] == field
    assert api.last_position() == position


def test_claims_come_as_json_too(api: RunningApi, admin: httpx2.Client, book: Book) -> None:
    wrong: Json = {**book.claim(), "colour": "red", "claim": "b"}
    body = {"claims": [{**book.claim(invoice_no="BULK-J"), "claim": "a"}, wrong]}
    told = data_of(admin.post(PATH, json=body))
    assert (told["taken"], told["refused"]) == (1, 1)
    assert told["claims"][1]["errors"][0]["field"] == "colour"
    nothing: Json = {"claims": []}
    several: list[object] = [[], nothing, {"claims": [1]}, {"claims": [{}], "more": 1}]
    for broken in several:
        error_of(admin.post(PATH, json=broken), 422, "VALIDATION_ERROR")
    error_of(admin.post(PATH, content=b"{", headers={"Content-Type": "application/json"}), 400,
             "VALIDATION_ERROR")  # fmt: skip


def test_more_claims_than_are_taken_at_once_are_refused(admin: httpx2.Client, book: Book) -> None:
    body = {"claims": [book.claim() for _ in range(501)]}
    error = error_of(admin.post(PATH, json=body), 422, "VALIDATION_ERROR")
    assert error["details"]["errors"][0]["field"] == "claims"
