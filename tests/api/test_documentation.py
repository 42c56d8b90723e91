"""What OpenAPI says of the API: enough to generate a client from, and true."""

import re
from typing import Any

import pytest

from adapters.settings import Settings
from api.access import operations
from api.app import create_app
from api.money import LEDGER_CURRENCY
from api.roles import PUBLIC

Json = dict[str, Any]


@pytest.fixture(scope="module")
def schema() -> Json:
    return create_app(Settings()).openapi()


def all_operations(schema: Json) -> list[tuple[str, str, Json]]:
    return [
        (method, path, operation)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
    ]


def test_every_operation_has_a_name_a_sentence_and_a_permission(schema: Json) -> None:
    names = [operation["operationId"] for _, _, operation in all_operations(schema)]
    assert len(set(names)) == len(names)
    for _, path, operation in all_operations(schema):
        assert re.fullmatch(r"[a-z][a-z0-9_]+", operation["operationId"])
        assert operation["description"], path
        assert operation["tags"], path
        public = operation["x-permission"] == PUBLIC
        assert operation["security"] == ([] if public else [{"bearer": []}])


def test_every_failure_is_told_with_an_example(schema: Json) -> None:
    for _, path, operation in all_operations(schema):
        for status, answer in operation["responses"].items():
            if status.startswith("2"):
                continue
            reference = answer["$ref"]
            assert reference == f"#/components/responses/Failure{status}", path
            told = schema["components"]["responses"][f"Failure{status}"]
            assert told["content"]["application/json"]["examples"]


def test_every_reference_leads_somewhere(schema: Json) -> None:
    text = str(schema)
    for reference in set(re.findall(r"'#/components/([^']+)'", text)):
        kind, name = reference.split("/")
        assert name in schema["components"][kind]


def test_amounts_have_the_decimals_of_the_ledgers_currency() -> None:
    for currency, two in (("TZS", "1000.50"), ("UGX", "1000"), ("KWD", "1.500")):
        schema = create_app(Settings(currency=currency)).openapi()
        premium = schema["components"]["schemas"]["NewPolicy"]["properties"]["premium"]
        assert re.fullmatch(premium["pattern"], two)
        assert not re.fullmatch(premium["pattern"], "1.5000")
        assert not re.fullmatch(premium["pattern"], "-1")


def test_lists_tell_how_they_may_be_filtered_and_sorted(schema: Json) -> None:
    shared = schema["components"]["parameters"]
    told = schema["paths"]["/api/v1/claims"]["get"]["parameters"]
    resolved = [shared[one["$ref"].rsplit("/", 1)[-1]] if "$ref" in one else one for one in told]
    parameters = {one["name"]: one for one in resolved}
    filters = {"stage", "stage__in", "billed__gte", "service_from__lte", "diagnoses__contains"}
    assert filters <= set(parameters)
    shape = {"search", "cursor", "ordering", "fields", "expand", "page", "page_size", "after"}
    assert shape <= set(parameters)
    assert "tenant" not in parameters
    assert "-service_from" not in parameters["ordering"]["description"]
    assert "service_from" in parameters["ordering"]["description"]


def test_the_description_is_that_of_the_routes(schema: Json) -> None:
    served = {
        (method.lower(), route.path)
        for route in operations(create_app(Settings()).routes)
        for method in route.methods or ()
        if route.include_in_schema
    }
    assert {(method, path) for method, path, _ in all_operations(schema)} == served


def test_every_body_has_an_example_that_is_taken(schema: Json) -> None:
    """The example of each operation passes the checks of its own body."""
    bodies = 0
    for route in operations(create_app(Settings()).routes):
        if route.body_field is None or not route.include_in_schema:
            continue
        for method in route.methods or ():
            operation = schema["paths"][route.path][method.lower()]
            (content,) = operation["requestBody"]["content"].values()
            example = content["example"]
            token = LEDGER_CURRENCY.set("TZS")
            _, faults = route.body_field.validate(example, {}, loc=())
            LEDGER_CURRENCY.reset(token)
            assert not faults, f"{route.name}: {faults}"
            bodies += 1
    assert bodies > 30
