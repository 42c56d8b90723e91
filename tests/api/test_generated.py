"""Requests that a machine makes up from the API's own description: none may break it.

Half of them are as the description says, half are not; half name things that exist.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    negative_data_rejection,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup

from tests.api.book import V1, Book, make_book
from tests.api.running import RunningApi, data_of

EXAMPLES = int(os.environ.get("BIMA_GENERATED", "1"))  # of each kind for each operation
AT_LEAST = 500  # in all parts
PARTS = 2  # so that several processes share the work
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
TOO_LARGE = 413
LEFT_OUT = {"sign_out"}  # it would end the sign-in that all others need


def operations_of(schema: Any, part: int) -> Iterator[Any]:
    """Those of this part."""
    for number, found in enumerate(schema.get_all_operations()):
        operation = found.ok()
        if number % PARTS == part and operation.definition.raw["operationId"] not in LEFT_OUT:
            yield operation


def ids_for(operation: Any, book: Book, claim: str) -> dict[str, str]:
    """Things that exist, for what stands in braces in an operation's address."""
    by_place = {
        "/members/": book.member, "/policies/": book.policy, "/providers/": book.provider,
        "/schemes/": book.scheme, "/claims/": claim, "/adjudications/": claim,
        "/fraud-checks/": claim,
    }  # fmt: skip
    by_name = {"member_id": book.member, "claim_id": claim}
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    place = next((key for key in by_place if f"{V1}{key}" in operation.path), "")
    known = by_name | ({"id": by_place[place]} if place else {})
    return {name: known[name] for name in names if name in known}


def run(strategy: Any, act: Callable[[Any], None]) -> None:
    """Let hypothesis make up requests and send each."""

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy)
    def each(case: Any) -> None:
        act(case)

    with suppress(Unsatisfiable):  # of an operation that takes nothing, nothing can be wrong
        each()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_that_can_be_made_up_breaks_the_api(api: RunningApi, part: int) -> None:
    admin = api.as_role("admin")
    book = make_book(admin)
    claim = data_of(admin.post(f"{V1}/claims", json=book.claim()), 201)["id"]
    described = api.anonymous().get("/openapi.json").json()
    sent = 0
    faults: list[str] = []
    with requests.Session() as session:
        session.headers["Authorization"] = api.signed_in(api.user("admin")).headers["Authorization"]

        def act(case: Any, checks: list[Any]) -> None:
            nonlocal sent
            sent += 1
            response = case.call(base_url=api.url, session=session)
            if response.status_code == TOO_LARGE:  # refused before anything else is looked at
                checks = CHECKS
            try:
                case.validate_response(response, checks=checks)
            except FailureGroup as group:
                faults.append(f"{case.method} {case.path}: {group.exceptions}")

        for operation in operations_of(schemathesis.openapi.from_dict(described), part):
            known = ids_for(operation, book, claim)
            fitting = operation.as_strategy(path_parameters=known or None)
            run(fitting, lambda case: act(case, CHECKS))
            wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
            run(wrong, lambda case: act(case, [*CHECKS, negative_data_rejection]))
    assert not faults, f"{len(faults)} of {sent}: " + "\n\n".join(faults[:5])
    assert sent >= AT_LEAST / PARTS * 0.8  # the parts differ in size
