"""Bad input of every kind: a clear error of the agreed shape, and nothing half-done."""

import json
from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest

from tests.api.book import V1, Book, a_policy
from tests.api.running import RunningApi, a_member, data_of, error_of, faulty_fields

MEMBERS, CLAIMS = f"{V1}/members", f"{V1}/claims"


@pytest.fixture
def nothing_recorded(api: RunningApi, book: Book) -> Iterator[None]:
    """The log is as long after the test as before it."""
    del book  # it is made before
    before = api.last_position()
    yield
    assert api.last_position() == before


pytestmark = pytest.mark.usefixtures("nothing_recorded")


def test_an_unknown_field_is_named(admin: httpx2.Client) -> None:
    answer = admin.post(MEMBERS, json=a_member(nickname="Asha"))
    assert faulty_fields(error_of(answer, 422, "VALIDATION_ERROR")) == {"nickname"}


def test_several_faults_are_all_listed(admin: httpx2.Client) -> None:
    body = a_member(first_name=" ", born_on="1990-02-30", sex="X", language=7)
    error = error_of(admin.post(MEMBERS, json=body), 422, "VALIDATION_ERROR")
    assert faulty_fields(error) == {"first_name", "born_on", "sex", "language"}


def test_what_was_wrong_is_never_repeated_to_the_caller(admin: httpx2.Client) -> None:
    answer = admin.post(MEMBERS, json=a_member(national_id="19900412-14101-!secret!"))
    error_of(answer, 422, "VALIDATION_ERROR")
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("member_id", "not-an-id"),
        ("member_id", 5),
        ("service_from", "01/03/2025"),
        ("service_from", 1_740_787_200),
        ("lines", []),
        ("lines", "CONS-GP"),
        ("diagnoses", "J06.9"),
        ("payee", "bank"),
        ("kind", None),
    ],
)
def test_a_wrong_type_is_named(admin: httpx2.Client, book: Book, field: str, value: object) -> None:
    answer = admin.post(CLAIMS, json=book.claim(**{field: value}))
    assert faulty_fields(error_of(answer, 422, "VALIDATION_ERROR")) == {field}


@pytest.mark.parametrize(
    "amount", [25_000.5, 25_000, "25000.005", "-1.00", "1e3", "", " 5", "٥", "1" * 13, None, True]
)
def test_an_amount_is_decimal_text_with_the_decimals_of_the_currency(
    admin: httpx2.Client, book: Book, amount: object
) -> None:
    line = {"code": "CONS-GP", "category": "outpatient", "billed": amount}
    answer = admin.post(CLAIMS, json=book.claim(lines=[line]))
    assert faulty_fields(error_of(answer, 422, "VALIDATION_ERROR")) == {"lines.0.billed"}


@pytest.mark.parametrize("text", ["a\x00b", "tab\x07", "\x1b[31m"])
def test_text_that_cannot_be_stored_is_refused(admin: httpx2.Client, text: str) -> None:
    answer = admin.post(MEMBERS, json=a_member(first_name=text))
    assert faulty_fields(error_of(answer, 422, "VALIDATION_ERROR")) == {"first_name"}


def test_half_a_character_is_refused(admin: httpx2.Client) -> None:
    body = json.dumps(a_member()).replace("Asha", "\\ud800").encode()
    answer = admin.post(MEMBERS, content=body, headers={"Content-Type": "application/json"})
    error_of(answer, 422, "VALIDATION_ERROR")


@pytest.mark.parametrize("body", [b"{", b'{"a": }', b"\xff\xfe", b'{"a": "'])
def test_what_cannot_be_read_is_told_so(admin: httpx2.Client, body: bytes) -> None:
    answer = admin.post(MEMBERS, content=body, headers={"Content-Type": "application/json"})
    error_of(answer, 400, "VALIDATION_ERROR")


def test_a_body_needs_its_content_type(admin: httpx2.Client) -> None:
    answer = admin.post(
        MEMBERS, content=json.dumps(a_member()), headers={"Content-Type": "text/plain"}
    )
    error_of(answer, 422, "VALIDATION_ERROR")


def test_a_body_of_20_megabytes_is_not_taken(admin: httpx2.Client) -> None:
    body = json.dumps(a_member(region="x" * 20_000_000)).encode()
    answer = admin.post(MEMBERS, content=body, headers={"Content-Type": "application/json"})
    error_of(answer, 413, "VALIDATION_ERROR")


def test_nor_where_its_length_is_not_announced(admin: httpx2.Client) -> None:
    pieces = (b"x" * 100_000 for _ in range(30))
    answer = admin.post(MEMBERS, content=pieces, headers={"Content-Type": "application/json"})
    error_of(answer, 413, "VALIDATION_ERROR")


def test_deep_nesting_is_refused_without_harm(admin: httpx2.Client) -> None:
    body = b'{"first_name":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    answer = admin.post(MEMBERS, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/members/{}"),
        ("GET", "/members/{}/history"),
        ("GET", "/members/{}/policies"),
        ("GET", "/claims/{}"),
        ("GET", "/claims/{}/line-items"),
        ("GET", "/claims/{}/adjudication"),
        ("GET", "/policies/{}/coverage"),
        ("GET", "/payments/{}"),
        ("GET", "/coverage/check/{}"),
        ("POST", "/claims/{}/approve"),
        ("POST", "/claims/{}/payments"),
        ("POST", "/payments/{}/cancel"),
        ("PATCH", "/members/{}/deactivate"),
        ("PATCH", "/policies/{}/suspend"),
        ("PATCH", "/providers/{}/suspend"),
        ("DELETE", "/members/{}"),
        ("DELETE", "/schemes/{}"),
        ("POST", "/underwriting/cases/{}/escalate"),
    ],
)
def test_what_is_not_there_is_not_found(admin: httpx2.Client, method: str, path: str) -> None:
    answer = admin.request(method, V1 + path.format(uuid4()))
    error_of(answer, 404, "RESOURCE_NOT_FOUND")


def test_an_unknown_id_inside_a_body_is_named(admin: httpx2.Client, book: Book) -> None:
    answer = admin.post(CLAIMS, json=book.claim(member_id=str(uuid4())))
    error = error_of(answer, 404, "RESOURCE_NOT_FOUND")
    assert error["details"] == {"rule": "member.not_enrolled", "field": "member_id"}


def test_an_id_of_another_kind_of_thing_is_not_found(admin: httpx2.Client, book: Book) -> None:
    error_of(admin.get(f"{MEMBERS}/{book.policy}/history"), 404, "RESOURCE_NOT_FOUND")
    as_known = {"known_at": "2099-01-01T00:00:00Z"}
    error_of(admin.get(f"{MEMBERS}/{book.policy}", params=as_known), 404, "RESOURCE_NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/members/{policy}/deactivate"),
        ("PATCH", "/policies/{member}/suspend"),
        ("PATCH", "/providers/{member}/suspend"),
        ("POST", "/claims/{member}/approve"),
        ("POST", "/payments/{member}/cancel"),
        ("DELETE", "/schemes/{member}"),
        ("GET", "/schemes/{member}/terms"),
        ("GET", "/policies/{member}/coverage"),
        ("GET", "/claims/{member}/adjudication"),
        ("GET", "/payments/{member}"),
    ],
)
def test_an_id_of_another_kind_changes_nothing(
    admin: httpx2.Client, book: Book, method: str, path: str
) -> None:
    where = path.format(member=book.member, policy=book.policy)
    error_of(admin.request(method, V1 + where), 404, "RESOURCE_NOT_FOUND")


def test_nothing_new_begins_under_the_id_of_something_else(
    admin: httpx2.Client, book: Book
) -> None:
    """A claim under a member's id would have ended the member."""
    for path, body in (
        ("/claims", book.claim(id=book.member)),
        ("/claims", book.claim(member_id=book.policy)),
        ("/claims", book.claim(policy_id=book.member)),
        ("/claims", book.claim(provider_id=book.member)),
        ("/members", a_member(id=book.policy)),
        ("/members", a_member(principal_id=book.policy, relationship="child")),
        ("/policies", a_policy(book.member, book.member)),
        ("/policies", a_policy(book.scheme, book.policy)),
    ):
        error_of(admin.post(V1 + path, json=body), 404, "RESOURCE_NOT_FOUND")
    again = admin.post(MEMBERS, json=a_member(id=book.member))
    assert error_of(again, 409, "RESOURCE_CONFLICT")["details"]["rule"] == "member.already_enrolled"
    data_of(admin.get(f"{MEMBERS}/{book.member}"))


def test_an_unknown_address_and_a_wrong_method_have_the_same_shape(admin: httpx2.Client) -> None:
    error_of(admin.get(f"{V1}/nowhere"), 404, "RESOURCE_NOT_FOUND")
    answer = admin.put(MEMBERS, json={})
    error_of(answer, 405, "VALIDATION_ERROR")
    assert "POST" in answer.headers["Allow"]


def test_a_trailing_slash_does_no_harm(admin: httpx2.Client, book: Book) -> None:
    data_of(admin.get(f"{MEMBERS}/"))
    data_of(admin.get(f"{MEMBERS}/{book.member}/"))


@pytest.mark.parametrize(
    ("params", "wrong"),
    [
        ({"nickname": "x"}, "nickname"),
        ({"first_name__like": "x"}, "first_name__like"),
        ({"born_on__contains": "19"}, "born_on__contains"),
        ({"ordering": "-nickname"}, "ordering"),
        ({"ordering": "district"}, "ordering"),
        ({"fields": "id,password"}, "fields"),
        ({"expand": "spouse"}, "expand"),
        ({"page": "0"}, "page"),
        ({"page": "two"}, "page"),
        ({"page_size": "101"}, "page_size"),
        ({"page": "600", "page_size": "20"}, "page"),
        ({"cursor": "!!"}, "cursor"),
        ({"cursor": "", "page": "2"}, "cursor"),
        ({"born_on__gte": "yesterday"}, "born_on__gte"),
        ({"principal_id": "me"}, "principal_id"),
        ({"id__in": ",".join(["x"])}, "id__in"),
        ({"search": "a b c d e f"}, "search"),
        ({"search": "li"}, "search"),
        ({"tenant": "1"}, "tenant"),
        ({"search_text": "x"}, "search_text"),
        ({"position": "99999999999999999999"}, "position"),
        ({"full_name": "a\x00"}, "full_name"),
    ],
)
def test_a_query_that_makes_no_sense_is_named(
    admin: httpx2.Client, params: dict[str, str], wrong: str
) -> None:
    answer = admin.get(MEMBERS, params=params)
    assert faulty_fields(error_of(answer, 422, "VALIDATION_ERROR")) == {wrong}


def test_too_many_filters_are_refused(admin: httpx2.Client) -> None:
    params = {f"field{n}": "x" for n in range(21)}
    error_of(admin.get(MEMBERS, params=params), 422, "VALIDATION_ERROR")


def test_a_single_resource_takes_no_filters(admin: httpx2.Client, book: Book) -> None:
    answer = admin.get(f"{MEMBERS}/{book.member}", params={"sex": "F"})
    assert faulty_fields(error_of(answer, 422, "VALIDATION_ERROR")) == {"sex"}


@pytest.mark.parametrize("version", ["abc", "-1", "1.5", '"9999999999"', ""])
def test_a_version_that_is_none_is_refused(admin: httpx2.Client, book: Book, version: str) -> None:
    path = f"{MEMBERS}/{book.member}/deactivate"
    answer = admin.patch(path, headers={"If-Match": version})
    assert faulty_fields(error_of(answer, 422, "VALIDATION_ERROR")) == {"If-Match"}


def test_an_old_version_is_refused(admin: httpx2.Client, book: Book) -> None:
    answer = admin.put(
        f"{MEMBERS}/{book.member}", json=a_member(region="Dodoma"), headers={"If-Match": '"7"'}
    )
    error = error_of(answer, 412, "RESOURCE_CONFLICT")
    assert error["details"]["version"] == 1
