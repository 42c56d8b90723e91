"""Enrolling families and sheets of people over HTTP; who is reached alike is asked about."""

import io
from datetime import date
from uuid import uuid4

import httpx2
import pytest
from openpyxl import Workbook

from adapters.sheets import CSV, EXCEL
from tests.api.book import V1, shown
from tests.api.running import Json, RunningApi, a_member, data_of, error_of

HEAD = "ref,first_name,last_name,born_on,sex,national_id,phone,relationship,principal"


def sheet(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode()


def sent(client: httpx2.Client, content: bytes, kind: str = CSV, **params: str) -> httpx2.Response:
    headers = {"Content-Type": kind}
    return client.post(f"{V1}/members/bulk-enroll", content=content, headers=headers, params=params)


def test_a_family_is_enrolled_together_or_not_at_all(api: RunningApi, admin: httpx2.Client) -> None:
    nin = uuid4().hex[:16]
    child = a_member(first_name="Neema", born_on="2015-01-01", relationship="child")
    family = {"principal": a_member(national_id=nin), "dependants": [child]}
    made = data_of(admin.post(f"{V1}/members/families", json=family), 201)
    (neema,) = made["dependants"]
    told = data_of(shown(api, admin, f"/members/{neema['id']}"))
    assert (told["principal_id"], told["relationship"]) == (made["id"], "child")
    position = api.last_position()
    unborn = {**child, "born_on": "2199-01-01"}
    bad = {"principal": a_member(), "dependants": [child, unborn]}
    refused = error_of(admin.post(f"{V1}/members/families", json=bad), 409, "RESOURCE_CONFLICT")
    assert refused["details"]["rule"] == "member.born_in_future"
    twice = {"principal": a_member(), "dependants": [{**child, "national_id": nin}]}
    error_of(admin.post(f"{V1}/members/families", json=twice), 409, "DUPLICATE_RESOURCE")
    nin = uuid4().hex[:16]
    both = {"principal": a_member(national_id=nin), "dependants": [{**child, "national_id": nin}]}
    refused = error_of(admin.post(f"{V1}/members/families", json=both), 409, "RESOURCE_CONFLICT")
    assert refused["details"]["rule"] == "member.twice_in_family"
    assert api.last_position() == position


def test_a_stranger_with_the_same_telephone_is_asked_about(
    api: RunningApi, admin: httpx2.Client
) -> None:
    digits = f"{uuid4().int % 10**9:09d}"
    known = data_of(admin.post(f"{V1}/members", json=a_member(phone=f"+255{digits}")), 201)
    shown(api, admin, "/profile-changes")
    child = a_member(phone=f"0{digits}", principal_id=known["id"], relationship="child")
    data_of(admin.post(f"{V1}/members", json=child), 201)
    stranger = a_member(first_name="Juma", phone=f"0{digits}")
    asked = error_of(admin.post(f"{V1}/members", json=stranger), 409, "DUPLICATE_RESOURCE")
    assert asked["details"]["rule"] == "member.alike_known"
    assert known["number"] in asked["details"]["alike"]
    again = data_of(admin.post(f"{V1}/members", json={**stranger, "not_a_duplicate": True}), 201)
    assert api.events(again["id"]) == ["member.enrolled", "member.duplicate_ruled_out"]


def rows_of(answer: httpx2.Response) -> list[Json]:
    rows: list[Json] = data_of(answer)["rows"]
    return rows


def test_a_sheet_is_enrolled_row_by_row_once(api: RunningApi, admin: httpx2.Client) -> None:
    nin = uuid4().hex[:16]
    content = sheet(
        f"child,Neema,Mtei,2015-01-01,F,,,child,father-{nin}",
        f"father-{nin},Juma,Mtei,1980-01-01,M,{nin},,,",
        f"again,Juma,Mtei,1980-01-01,M,{nin},,,",
        "born,Asha,Mtei,tomorrow,X,,,,",
        "orphan,Ali,Mtei,2016-01-01,M,,,child,MB-1900-00001",
        "lost,Ali,Mtei,2199-01-01,M,,,,",
        "heir,Sara,Mtei,2016-01-01,F,,,child,lost",
    )
    position = api.last_position()
    tried = data_of(sent(admin, content, dry_run="true"))
    assert (tried["enrolled"], tried["refused"], tried["dry_run"]) == (2, 5, True)
    assert api.last_position() == position
    told = rows_of(sent(admin, content))
    assert [row["enrolled"] for row in told] == [True, True, False, False, False, False, False]
    faults = [{f["field"] for f in row["errors"]} for row in told[2:]]
    assert faults == [
        {"national_id"}, {"born_on", "sex"}, {"principal"}, {"born_on"}, {"principal"},
    ]  # fmt: skip
    assert told[2]["errors"][0]["reason"] == "stands in row 3 already"
    assert [f["rule"] for f in told[5]["errors"]] == ["member.born_in_future"]
    child = data_of(shown(api, admin, f"/members/{told[0]['id']}"))
    assert child["principal_id"] == told[1]["id"]
    position = api.last_position()
    again = rows_of(sent(admin, content))
    assert [row["number"] for row in again] == [row["number"] for row in told]
    assert api.last_position() == position


def test_an_excel_sheet_says_the_same(admin: httpx2.Client) -> None:
    book, made = Workbook(), io.BytesIO()
    page = book.active
    page.append(["first_name", "last_name", "born_on", "sex", "phone"])
    page.append(["Juma", uuid4().hex, date(1980, 1, 1), "M", None])
    page.append(["Asha", "Mtei", "never", "F", None])
    book.save(made)
    first, second = rows_of(sent(admin, made.getvalue(), EXCEL))
    assert (first["row"], first["enrolled"], second["enrolled"]) == (2, True, False)
    assert [fault["field"] for fault in second["errors"]] == ["born_on"]


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        (b"first_name;last_name\nA;B", CSV, "missing: born_on, sex"),
        (b"PK\x03\x04 no workbook", EXCEL, "not an Excel workbook"),
        (sheet(head=f"{HEAD},colour"), CSV, "has no row below"),
        (sheet("a,b", head=f"{HEAD},colour"), CSV, "unknown: colour"),
        ("first_name\n\xe9".encode("latin-1"), CSV, "not UTF-8"),
        (sheet(*(["x,y"] * 1_001)), CSV, "more than 1000 rows"),
    ],
)
def test_a_sheet_that_cannot_be_read_says_why(
    admin: httpx2.Client, content: bytes, kind: str, told: str
) -> None:
    error = error_of(sent(admin, content, kind), 422, "VALIDATION_ERROR")
    assert told in error["details"]["errors"][0]["reason"]
