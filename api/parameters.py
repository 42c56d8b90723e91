"""What a request may say beside its body, the same for every operation of a kind.

They are read by hand, once for all routes: declaring a dozen of them at each of hundreds of
routes would cost seconds at every start and a noticeable part of every request.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from starlette.requests import Request

from api.errors import wrong_fields
from api.fields import DAY_PATTERN, day, instant, printable

_PLAIN = re.compile("[A-Za-z0-9/._-]+")
_DAY = {"type": "string", "format": "date", "pattern": DAY_PATTERN}
_POSITION = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """`read` turns the text into a value or raises ValueError, which names the parameter."""

    name: str
    place: str
    read: Callable[[str], Any]
    schema: dict[str, Any]
    description: str

    @property
    def component(self) -> str:
        """Its name among the shared components of the OpenAPI description."""
        return re.sub(r"[^A-Za-z0-9]+", "_", f"{self.place}_{self.name}".lower())

    def described(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "in": self.place,
            "required": False,
            "schema": self.schema,
            "description": self.description,
        }


def take(request: Request, parameters: Iterable[Parameter]) -> dict[str, Any]:
    """The values that a request gives, None where it does not; raises Problem with every fault."""
    said: dict[str, Any] = {}
    faults = []
    headers: list[tuple[bytes, bytes]] = request.scope["headers"]
    asks = bool(request.scope["query_string"])
    for one in parameters:
        said[one.name] = None
        if one.place == "header":
            sent = _sent_as(one.name)
            given = [value.decode("latin-1") for name, value in headers if name == sent]
        else:
            given = request.query_params.getlist(one.name) if asks else []
        if len(given) > 1:
            faults.append((one.name, "is given twice"))
        elif given:
            try:
                said[one.name] = one.read(printable(given[0]))
            except ValueError as error:
                faults.append((one.name, str(error)))
    if faults:
        raise wrong_fields(faults)
    return said


@cache
def _sent_as(name: str) -> bytes:
    """A header's name as the server hands it on."""
    return name.lower().encode()


def address(request: Request) -> str:
    """The path of a request's address, with what had to be quoted in it quoted."""
    path: str = request.scope["path"]
    # Taking the whole address apart is only worth it where something in it had to be.
    return path if _PLAIN.fullmatch(path) else request.url.path


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number between bounds."""

    def read(text: str) -> int:
        if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 20):
            raise ValueError("is not a whole number")
        if not least <= int(text) <= most:
            raise ValueError(f"is not between {least} and {most}")
        return int(text)

    return read


def flag(text: str) -> bool:
    """Reads true or false."""
    if text not in ("true", "false"):
        raise ValueError("is true or false")
    return text == "true"


def _key(text: str) -> str:
    if not 1 <= len(text) <= 200:
        raise ValueError("has 1 to 200 characters")
    return text


def _version(text: str) -> int:
    found = re.fullmatch(r'(W/)?"?([0-9]{1,9})"?', text)
    if found is None or not text.isascii():
        raise ValueError('is not a version as an ETag shows it, such as "3"')
    return int(found[2])


def _words(text: str) -> str:
    try:
        words = printable(unquote(text, errors="strict"))
    except UnicodeDecodeError as error:
        raise ValueError("is not percent-encoded text") from error
    if len(words) > 500:
        raise ValueError("is longer than 500 characters")
    return words


DRY_RUN = Parameter(
    "dry_run", "query", flag, {"type": "boolean"}, "Decide and explain, and record nothing."
)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key", "header", _key, {"type": "string", "minLength": 1, "maxLength": 200},
    "A name for this request, made by the client before the first try.",
)  # fmt: skip
IF_MATCH = Parameter(
    "If-Match", "header", _version,
    {"type": "string", "pattern": r'^(W/)?"?[0-9]{1,9}"?$'},
    "The version (ETag) that must still stand.",
)  # fmt: skip
REASON = Parameter(
    "X-Reason", "header", _words, {"type": "string", "maxLength": 500},
    "Why, percent-encoded; the body's wins.",
)  # fmt: skip
WRITE_EFFECTIVE_ON = Parameter(
    "X-Effective-On", "header", day, _DAY, "From which day it holds; the body's wins."
)
CORRELATION_ID = Parameter(
    "X-Correlation-Id", "header", UUID, {"type": "string", "format": "uuid"},
    "The larger undertaking that this belongs to.",
)  # fmt: skip
AFTER = Parameter(
    "after", "query", whole(0, 2**63 - 1), _POSITION, "Show at least this ledger position."
)
POSITION = Parameter(
    "X-Ledger-Position", "header", whole(0, 2**63 - 1), _POSITION,
    "The same, as a write answered it.",
)  # fmt: skip
KNOWN_AT = Parameter(
    "known_at", "query", instant, {"type": "string", "format": "date-time"},
    "As the ledger knew it at this instant.",
)  # fmt: skip
EFFECTIVE_ON = Parameter("effective_on", "query", day, _DAY, "As it was in force on this day.")
ON = Parameter("on", "query", day, _DAY, "The day that is asked about; today where left out.")
SINCE = Parameter("since", "query", day, _DAY, "From this day on; from the first where left out.")
UNTIL = Parameter("until", "query", day, _DAY, "Before this day; to the last where left out.")
UP_TO_POSITION = Parameter(
    "position", "query", whole(0, 2**63 - 1), _POSITION,
    "Only what was recorded up to this ledger position; everything where left out.",
)  # fmt: skip

PURPOSE = Parameter(
    "X-Purpose", "header", _words, {"type": "string", "maxLength": 500},
    "For which purpose staff look, percent-encoded: it is noted, and lists show what they mask.",
)  # fmt: skip

OF_WRITES = (DRY_RUN, IDEMPOTENCY_KEY, IF_MATCH, REASON, WRITE_EFFECTIVE_ON, CORRELATION_ID)
OF_READS = (AFTER, POSITION, PURPOSE)
OF_THE_PAST = (KNOWN_AT, EFFECTIVE_ON)
