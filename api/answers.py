"""What writes answer with, as the documentation shows it."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from api.envelope import Success


class Event(BaseModel):
    """An event that a dry run would have recorded."""

    stream_id: UUID
    name: str
    data: dict[str, Any]


class Done(BaseModel):
    """What was made or changed; a dry run also tells which events it would have been."""

    model_config = ConfigDict(extra="allow")

    id: UUID | None = None
    number: str | None = None
    dry_run: bool | None = None
    events: list[Event] | None = None


_HEADERS = {
    "ETag": {"schema": {"type": "string"}, "description": "The version that stands now."},
    "X-Ledger-Position": {
        "schema": {"type": "integer"},
        "description": "Send it with a read to be shown what was written.",
    },
}
_LOCATION = {"Location": {"schema": {"type": "string"}, "description": "Where it is found."}}


def done() -> dict[str, Any]:
    """For the decorator of a route that changes something."""
    return {
        "response_model": Success[Done],
        "responses": {200: {"description": "Recorded.", "headers": _HEADERS}},
    }


def made() -> dict[str, Any]:
    """For the decorator of a route that makes something new; a dry run of it answers 200."""
    return {
        "response_model": Success[Done],
        "status_code": 201,
        "responses": {
            201: {"description": "Recorded.", "headers": {**_HEADERS, **_LOCATION}},
            200: {"description": "A dry run: nothing was recorded.", "model": Success[Done]},
        },
    }
