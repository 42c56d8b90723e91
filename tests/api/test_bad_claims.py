"""Claims that cannot be taken: each is refused with its line and field, and nothing is recorded."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.api.book import Book, make_book
from tests.api.running import Json, RunningApi, error_of, faulty_fields
from tests.api.test_claims import CLAIMS

LINE: Json = {"code": "CONS-GP", "category": "outpatient", "quantity": 1, "billed": "25000.00"}


@pytest.fixture(scope="module")
def own(api: RunningApi) -> Book:
    return make_book(api.as_role("admin"))


def refused(api: RunningApi, client: httpx2.Client, body: Json) -> httpx2.Response:
    """The answer to a claim that is not taken; the log must not grow by it."""
    before = api.last_position()
    answer = client.post(CLAIMS, json=body)
    assert answer.status_code >= 400, answer.text
    assert api.last_position() == before
    return answer


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quantity": -1}, "lines.1.quantity"),
        ({"quantity": "1.2345"}, "lines.1.quantity"),
        ({"billed": "25000.001"}, "lines.1.billed"),
        ({"billed": "-1.00"}, "lines.1.billed"),
        ({"billed": 25000}, "lines.1.billed"),
        ({"billed": "25000.00", "currency": "USD"}, "lines.1.currency"),
        ({"billed": "25000.00 USD"}, "lines.1.billed"),
        ({"code": ""}, "lines.1.code"),
        ({"line": 0}, "lines.1.line"),
    ],
)
def test_a_wrong_line_is_named_with_its_field(
    api: RunningApi, admin: httpx2.Client, own: Book, wrong: Json, field: str
) -> None:
    body = own.claim(lines=[LINE, {**LINE, **wrong}])
    error = error_of(refused(api, admin, body), 422, "VALIDATION_ERROR")
    assert faulty_fields(error) == {field}


@pytest.mark.parametrize(
    ("lines", "rule", "field"),
    [
        ([LINE, {**LINE, "quantity": 0}], "claim.quantity_not_positive", "lines.2.quantity"),
        ([{**LINE, "line": 4}, {**LINE, "line": 4}], "claim.line_twice", "lines"),
    ],
)
def test_a_line_against_a_rule_is_named_with_its_field(
    api: RunningApi, admin: httpx2.Client, own: Book, lines: list[Json], rule: str, field: str
) -> None:
    error = error_of(refused(api, admin, own.claim(lines=lines)), 409, "RESOURCE_CONFLICT")
    assert (error["details"]["rule"], error["details"]["field"]) == (rule, field)


@pytest.mark.parametrize("count", [0, 501, 10_000])
def test_a_claim_has_lines_and_not_too_many(
    api: RunningApi, admin: httpx2.Client, own: Book, count: int
) -> None:
    error = error_of(refused(api, admin, own.claim(lines=[LINE] * count)), 422, "VALIDATION_ERROR")
    assert faulty_fields(error) == {"lines"}


@pytest.mark.parametrize("whose", ["member_id", "policy_id", "provider_id"])
def test_somebody_unknown_is_not_found(
    api: RunningApi, admin: httpx2.Client, own: Book, whose: str
) -> None:
    answer = refused(api, admin, own.claim(**{whose: str(uuid4())}))
    assert error_of(answer, 404, "RESOURCE_NOT_FOUND")["details"]["field"] == whose


@pytest.mark.parametrize(
    ("days", "rule", "field"),
    [
        ({"service_from": "2024-12-31"}, "claim.no_cover", "service_until"),
        (
            {"service_from": "2025-03-02", "service_until": "2025-03-01"},
            "claim.service_ends_before_start",
            "service_until",
        ),
    ],
)
def test_days_outside_the_cover_or_in_the_wrong_order_are_refused(
    api: RunningApi, admin: httpx2.Client, own: Book, days: Json, rule: str, field: str
) -> None:
    error = error_of(refused(api, admin, own.claim(**days)), 409, "RESOURCE_CONFLICT")
    assert (error["details"]["rule"], error["details"]["field"]) == (rule, field)


def test_every_fault_of_a_claim_is_told_at_once(
    api: RunningApi, admin: httpx2.Client, own: Book
) -> None:
    body: dict[str, Any] = own.claim(
        service_from="2025-02-30",
        diagnoses=["J06.9", "?"],
        lines=[{**LINE, "billed": "1.001"}, {**LINE, "quantity": -1}],
        colour="blue",
    )
    error = error_of(refused(api, admin, body), 422, "VALIDATION_ERROR")
    assert faulty_fields(error) == {
        "service_from", "diagnoses.1", "lines.0.billed", "lines.1.quantity", "colour",
    }  # fmt: skip
