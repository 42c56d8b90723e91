"""Examples of bodies for the OpenAPI description, made from the fields' own schemas.

A field's own example is taken where it has one; what may be left out is left out otherwise.
"""

from typing import Any

Schema = dict[str, Any]

_BY_FORMAT = {
    "uuid": "01890a5d-ac96-774b-bcce-b302099a8057",
    "date": "2025-03-01",
    "date-time": "2025-10-13T10:30:00Z",
    "amount": "25000.00",
}
_TEXT = "Text"


def example_of(schema: Schema, components: Schema) -> Any:
    """A value that fits a schema, as far as types, choices and bounds tell."""
    schema = _resolved(schema, components)
    if "const" in schema:
        return schema["const"]
    if "examples" in schema:
        return schema["examples"][0]
    if "default" in schema:
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], components)
    return _by_type(schema, components)


def _by_type(schema: Schema, components: Schema) -> Any:
    match schema.get("type"):
        case "object":
            return _object(schema, components)
        case "array":
            item = schema.get("items", {})
            return [example_of(item, components)] if schema.get("minItems") else []
        case "integer":
            return int(schema.get("minimum", 1))
        case "boolean":
            return False
        case _:
            return _BY_FORMAT.get(schema.get("format", ""), _TEXT)


def _object(schema: Schema, components: Schema) -> dict[str, Any]:
    needed = schema.get("required", ())
    return {
        name: example_of(one, components)
        for name, one in schema.get("properties", {}).items()
        if name in needed or _shows_itself(one, components)
    }


def _shows_itself(schema: Schema, components: Schema) -> bool:
    return "examples" in schema or "examples" in _resolved(schema, components)


def _resolved(schema: Schema, components: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Schema = components["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return found | {key: value for key, value in schema.items() if key != "$ref"}
