"""What can go wrong, and the only place that knows HTTP's numbers for it."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from adapters.envelope import CommandReused, Conflict, OtherKind
from adapters.outages import OUTAGES
from api.envelope import failure
from commands.handling import LostRace, StaleVersion
from domain.refusals import AlreadyTaken, Refused

log = logging.getLogger("bima.api")


class Kind(NamedTuple):
    status: int
    code: str
    meaning: str


UNREADABLE = Kind(400, "VALIDATION_ERROR", "The request cannot be read.")
SIGN_IN_FIRST = Kind(401, "AUTHENTICATION_REQUIRED", "Sign in first.")
SIGN_IN_FAILED = Kind(401, "AUTHENTICATION_FAILED", "The name, password or token is not good.")
NOT_PERMITTED = Kind(403, "PERMISSION_DENIED", "Your roles do not permit this.")
NOT_FOUND = Kind(404, "RESOURCE_NOT_FOUND", "There is no such thing, or it is not yours to see.")
NOT_HERE = Kind(405, "VALIDATION_ERROR", "This cannot be done at this address.")
DUPLICATE = Kind(409, "DUPLICATE_RESOURCE", "A value that must be unique belongs to another.")
CONFLICT = Kind(409, "RESOURCE_CONFLICT", "A rule of the business forbids this now.")
STALE = Kind(412, "RESOURCE_CONFLICT", "If-Match names an older version than the one that stands.")
TOO_LARGE = Kind(413, "VALIDATION_ERROR", "The request is larger than is taken.")
INVALID = Kind(422, "VALIDATION_ERROR", "The request is well-formed, but a field is wrong.")
TOO_MANY = Kind(429, "RATE_LIMIT_EXCEEDED", "Too many requests: try again later.")
INTERNAL = Kind(500, "INTERNAL_ERROR", "We are at fault; the request id helps us to find out why.")
UNAVAILABLE = Kind(503, "SERVICE_UNAVAILABLE", "A part of the system is away: try again shortly.")

KINDS = (
    UNREADABLE, SIGN_IN_FIRST, SIGN_IN_FAILED, NOT_PERMITTED, NOT_FOUND, NOT_HERE, DUPLICATE,
    CONFLICT, STALE, TOO_LARGE, INVALID, TOO_MANY, INTERNAL, UNAVAILABLE,
)  # fmt: skip

RETRY_SECONDS = 2  # after which an outage or a lost race may be over

# Refusals by which a use case says that something does not exist.
_ABSENT = ("not_found", "not_enrolled", "not_issued", "not_registered")


class Problem(Exception):
    """A request that cannot be answered; raised by the API's own mechanisms."""

    def __init__(
        self,
        kind: Kind,
        message: str = "",
        details: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message or kind.meaning)
        self.kind = kind
        self.message = message or kind.meaning
        self.details = details or {}
        self.headers = headers or {}


def wrong_field(field: str, reason: str) -> Problem:
    """One field of the request is wrong."""
    return wrong_fields([(field, reason)])


def wrong_fields(faults: Sequence[tuple[str, str]]) -> Problem:
    """Several are; all are told."""
    return Problem(INVALID, details=listed(faults))


def listed(faults: Sequence[tuple[str, str]]) -> dict[str, object]:
    return {"errors": [{"field": field, "reason": reason} for field, reason in faults]}


def not_found() -> Problem:
    """The same answer for what is absent and for what may not be seen."""
    return Problem(NOT_FOUND)


def answer_errors(app: FastAPI) -> None:
    """Have `app` answer every error in the agreed shape."""
    app.exception_handler(Problem)(_problem)
    app.exception_handler(Refused)(_refused)
    app.exception_handler(Conflict)(_lost_race)
    app.exception_handler(CommandReused)(_reused)
    app.exception_handler(OtherKind)(_other_kind)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_of_http)
    for outage in OUTAGES:
        app.exception_handler(outage)(_outage)


def respond(problem: Problem) -> Response:
    kind = problem.kind
    headers = dict(problem.headers)
    if kind is SIGN_IN_FIRST or kind is SIGN_IN_FAILED:
        headers.setdefault("WWW-Authenticate", "Bearer")
    if kind is UNAVAILABLE:
        headers.setdefault("Retry-After", str(RETRY_SECONDS))
    return failure(kind.status, kind.code, problem.message, problem.details, headers)


def internal_error(request_id: str) -> Response:
    """For an error that nobody foresaw: neither a trace nor data of the request is told."""
    return respond(Problem(INTERNAL, details={"request_id": request_id}))


async def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return respond(problem)


async def _refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    details = {"rule": refused.code, **refused.facts}
    return respond(Problem(_kind_of(refused), refused.detail, details))


def _kind_of(refused: Refused) -> Kind:
    match refused:
        case AlreadyTaken():
            return DUPLICATE
        case StaleVersion():
            return STALE
        case LostRace():
            return CONFLICT
        case _:
            absent = refused.code.rsplit(".", 1)[-1] in _ABSENT
            return NOT_FOUND if absent else CONFLICT


async def _lost_race(request: Request, error: Exception) -> Response:
    return respond(Problem(CONFLICT, "Others changed the same records; please try again."))


async def _reused(request: Request, error: Exception) -> Response:
    return respond(wrong_field("Idempotency-Key", "this key was used before for another request"))


async def _other_kind(request: Request, error: Exception) -> Response:
    """An id that belongs to something else is answered as one that belongs to nothing."""
    return respond(not_found())


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    unreadable = any(fault["type"] == "json_invalid" for fault in faults)
    # Never the value itself: it may be personal data.
    details = listed([(_field(f["loc"]), _reason(f)) for f in faults if not _echo(f, faults)])
    return respond(Problem(UNREADABLE if unreadable else INVALID, details=details))


def _echo(fault: Mapping[str, Any], faults: Sequence[Mapping[str, Any]]) -> bool:
    """A list is also called too short when its only entries are wrong: they are told anyway."""
    if fault["type"] != "too_short":
        return False
    place = tuple(fault["loc"])
    return any(len(f["loc"]) > len(place) and f["loc"][: len(place)] == place for f in faults)


def _field(location: Sequence[Any]) -> str:
    """`lines.0.billed` for a field of the body, `If-Match` for a header."""
    words = [str(word) for word in location if word not in ("body", "query", "path", "header")]
    return ".".join(words) or "body"


def _reason(fault: Mapping[str, Any]) -> str:
    return str(fault["msg"]).removeprefix("Value error, ")


_BY_STATUS = {kind.status: kind for kind in reversed(KINDS)}


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = _BY_STATUS.get(error.status_code, INTERNAL)
    return respond(Problem(kind, headers=error.headers))


async def _outage(request: Request, error: Exception) -> Response:
    log.warning("a part of the system is away: %s", type(error).__name__)
    return respond(Problem(UNAVAILABLE))
