"""Claims in bulk over HTTP: a file of many, each taken or refused by itself, row by row.

JSON holds claims as they are submitted one by one, under names of the sender's. CSV has one row a
line of a claim; rows with the same `claim` make one claim.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated, Any, NamedTuple
from uuid import UUID, uuid5

import msgspec
from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ValidationError

from api.claims import IN_OWN_NAME, MOST_LINES, NewClaim, for_whom
from api.envelope import Success, success
from api.errors import UNREADABLE, Problem, wrong_field
from api.fields import Asked
from api.roles import ADD_CLAIM
from api.routing import resource_router
from api.writing import Write, Writes
from commands.bulk import Many, Named, submit_many

router = resource_router("/api/v1/claims", "Claim Management")

BULK = UUID("a3c1f7d0-52e4-5b86-9d1f-7e60b2c94a15")
"""Under which files are named that come without a key."""
MOST_CLAIMS = 500
MOST_FAULTS = 500
LONGEST_NAME = 100
OF_CLAIM = (
    "member", "policy", "provider", "kind", "visit_type", "service_from", "service_until",
    "diagnoses", "invoice_no", "payee",
)  # fmt: skip
OF_LINE = ("code", "description", "category", "quantity", "billed", "site")
COLUMNS = ("claim", *OF_CLAIM, *OF_LINE)
NEEDED = ("claim", "member", "policy", "provider", "service_from", "code", "billed")


class Row(BaseModel):
    """What came of one claim of the file. `rows` are its rows of a CSV file, from 2."""

    claim: str
    taken: bool
    rows: list[int] = []
    id: UUID | None = None
    number: str | None = None
    errors: list[dict[str, Any]] = []


class BulkAnswer(BaseModel):
    taken: int
    refused: int
    dry_run: bool
    claims: list[Row]


@dataclass(slots=True)
class Sent:
    """A claim of the file as it came: its fields, and where they stand."""

    name: str
    fields: dict[str, Any]
    rows: tuple[int, ...] = ()


class Fault(NamedTuple):
    field: str
    reason: str
    rule: str = ""


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["claims"],
                    "additionalProperties": False,
                    "properties": {
                        "claims": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": MOST_CLAIMS,
                            "items": {"type": "object"},
                        }
                    },
                },
            },
            "text/csv": {"schema": {"type": "string"}},
        },
    }
}


@router.post(
    "/bulk",
    response_model=Success[BulkAnswer],
    openapi_extra=_BODY,
)
async def submit_claims_in_bulk(
    request: Request, write: Annotated[Write, Depends(Writes(ADD_CLAIM, whose=IN_OWN_NAME))]
) -> Response:
    """Submit a file of claims (JSON or CSV); `dry_run=true` tells what would be refused.

    The same file is taken once, whether or not an `Idempotency-Key` comes with it.
    """
    content = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    sent = from_csv(content) if kind == "text/csv" else from_json(content)
    if len(sent) > MOST_CLAIMS:
        raise wrong_field("claims", f"{len(sent)} claims: at most {MOST_CLAIMS} come at once")
    faults: dict[str, list[Fault]] = {}
    if kind == "text/csv":
        await _look_up(write, sent, faults)
    claims = _read(write, sent, faults)
    context = write.context(Asked(reason="", effective_on=None))
    if request.headers.get("idempotency-key") is None:
        # The file names itself: sent again by the same user, it is the same command.
        name = f"{write.caller.user.user_id}|{sha256(content).hexdigest()}"
        context = replace(context, command_id=uuid5(BULK, name))
    many = await run_in_threadpool(submit_many, write.desk, context, claims)
    return _answer(sent, many, faults, dry_run=write.dry_run)


def from_json(content: bytes) -> list[Sent]:
    """The claims of a JSON file; raises Problem for one that cannot be read."""
    try:
        body = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Problem(UNREADABLE) from error
    claims = body.get("claims") if isinstance(body, dict) else None
    if not isinstance(claims, list) or not claims or set(body) != {"claims"}:
        raise wrong_field("claims", "a list of at least one claim, and nothing beside it")
    sent = []
    for place, claim in enumerate(claims):
        if not isinstance(claim, dict):
            raise wrong_field(f"claims.{place}", "is not an object")
        name = claim.get("claim", str(place))
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
            raise wrong_field(f"claims.{place}.claim", f"is text of 1 to {LONGEST_NAME} characters")
        sent.append(Sent(name, {key: value for key, value in claim.items() if key != "claim"}))
    _each_once(sent)
    return sent


def _each_once(sent: Sequence[Sent]) -> None:
    names = [one.name for one in sent]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise wrong_field("claims", f"the name {twice!r} is given twice")


def from_csv(content: bytes) -> list[Sent]:
    """The claims of a CSV file (UTF-8, a heading, comma or semicolon); raises Problem."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(UNREADABLE, "The file is not UTF-8 text.") from error
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    by_name: dict[str, Sent] = {}
    try:
        head = [word.strip().lower() for word in next(reader, [])]
        _check_head(head)
        for number, cells in enumerate(reader, 2):
            if any(cell.strip() for cell in cells):
                _add_row(by_name, number, head, cells)
    except csv.Error as error:
        where = f"row {reader.line_num}"
        raise wrong_field(where, f"is not CSV: {error}") from error
    if not by_name:
        raise wrong_field("claims", "the file has no row below its heading")
    return list(by_name.values())


def _check_head(head: Sequence[str]) -> None:
    unknown = [word for word in head if word not in COLUMNS]
    missing = [word for word in NEEDED if word not in head]
    if unknown or missing or len(set(head)) < len(head):
        words = [f"unknown: {', '.join(unknown)[:200]}"] if unknown else []
        words += [f"missing: {', '.join(missing)}"] if missing else []
        words += [] if words else ["a column comes twice"]
        raise wrong_field("row 1", f"{'; '.join(words)}; the columns are {', '.join(COLUMNS)}")


def _add_row(
    by_name: dict[str, Sent], number: int, head: Sequence[str], cells: Sequence[str]
) -> None:
    if len(cells) != len(head):
        raise wrong_field(f"row {number}", f"has {len(cells)} cells, the heading {len(head)}")
    said = {name: cell.strip() for name, cell in zip(head, cells, strict=True) if cell.strip()}
    name = said.get("claim", "")
    if not 0 < len(name) <= LONGEST_NAME:
        raise wrong_field(f"row {number}", "names no claim in the column `claim`")
    own = {key: said[key] for key in OF_CLAIM if key in said}
    line = {key: said[key] for key in OF_LINE if key in said}
    known = by_name.get(name)
    if known is None:
        by_name[name] = Sent(name, {**own, "lines": [line]}, (number,))
        return
    for key, value in own.items():
        if known.fields.setdefault(key, value) != value:
            raise wrong_field(f"row {number}", f"{key} differs from row {known.rows[0]}")
    if len(known.fields["lines"]) >= MOST_LINES:
        raise wrong_field(f"row {number}", f"claim {name!r} has more than {MOST_LINES} lines")
    known.fields["lines"].append(line)
    known.rows = (*known.rows, number)


_NUMBERS = {
    "member": "SELECT number, member_id FROM members WHERE tenant = %s AND number = ANY (%s)",
    "policy": "SELECT number, policy_id FROM policies WHERE tenant = %s AND number = ANY (%s)",
    "provider": "SELECT number, provider_id FROM providers WHERE tenant = %s AND number = ANY (%s)",
}


async def _look_up(write: Write, sent: Sequence[Sent], faults: dict[str, list[Fault]]) -> None:
    """Members, policies and providers by their numbers; one that is not known is a fault."""
    parts = write.parts
    for kind, statement in _NUMBERS.items():
        numbers = list({one.fields[kind] for one in sent if kind in one.fields})
        rows = await parts.reading.rows(statement, (parts.settings.tenant, numbers))
        ids = {number: str(which) for number, which in rows}
        for one in sent:
            number = one.fields.pop(kind, None)
            if number is None:
                faults.setdefault(one.name, []).append(Fault(kind, "is missing"))
            elif number not in ids:
                faults.setdefault(one.name, []).append(Fault(kind, f"{number[:50]} is not known"))
            else:
                one.fields[f"{kind}_id"] = ids[number]
    for one in sent:
        words = one.fields.get("diagnoses")
        if isinstance(words, str):
            one.fields["diagnoses"] = [word for word in words.replace("|", " ").split() if word]


def _read(write: Write, sent: Sequence[Sent], faults: dict[str, list[Fault]]) -> list[Named]:
    """The claims that can be read; for the others every fault with its field."""
    read = []
    for one in sent:
        if one.name in faults:
            continue
        try:
            body = NewClaim.model_validate(one.fields)
            for_whom(write.caller, body)
        except ValidationError as error:
            faults[one.name] = list(_faults(one, error))
        except Problem as problem:
            faults[one.name] = [Fault("provider_id", problem.message)]
        else:
            read.append(Named(one.name, body.submission()))
    return read


def _faults(one: Sent, error: ValidationError) -> Iterator[Fault]:
    for fault in error.errors():
        place = [str(word) for word in fault["loc"]]
        reason = str(fault["msg"]).removeprefix("Value error, ")
        in_line = len(place) > 1 and place[0] == "lines" and place[1].isdigit()
        if in_line and one.rows and int(place[1]) < len(one.rows):
            place[0:2] = [f"row {one.rows[int(place[1])]}"]
        yield Fault(".".join(place), reason)


def _answer(
    sent: Sequence[Sent], many: Many, faults: dict[str, list[Fault]], *, dry_run: bool
) -> Response:
    taken = {one.name: one for one in many.taken}
    for refused in many.refused:
        said = Fault(refused.field, refused.detail, refused.rule)
        faults.setdefault(refused.name, []).append(said)
    told = []
    for one in sent:
        done = taken.get(one.name)
        told.append(
            {
                "claim": one.name,
                "taken": done is not None,
                "rows": list(one.rows),
                "id": done.claim_id if done else None,
                "number": done.number if done else None,
                "errors": [fault._asdict() for fault in faults.get(one.name, [])[:MOST_FAULTS]],
            }
        )
    data = {
        "taken": len(taken), "refused": len(sent) - len(taken), "dry_run": dry_run, "claims": told
    }  # fmt: skip
    words = "This was a dry run: nothing has been recorded." if dry_run else "Recorded."
    headers = {"X-Ledger-Position": str(many.position)} if many.position else {}
    return success(data, words, headers=headers)
