"""S16: what is personal stands where it belongs, and in no log, error, address, trace or bordereau.

A made-up person whose every detail occurs nowhere else goes through the house, with everything
that can go wrong on the way; then all that came out is searched.
"""

import logging
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx2
import psycopg
import pytest
from pydantic import TypeAdapter, ValidationError

from adapters.faults import in_short, where
from adapters.mail import MailAway, _told
from api.members import Email
from tests.api.book import V1, Book, make_book, shown
from tests.api.running import RunningApi, a_member, data_of
from tests.api.test_claims import worked_on
from tests.support.canaries import found, traces

MARK = uuid4().hex[:10]
NUMBER = str(int(MARK, 16) % 10**9).zfill(9)
PERSON = {
    "first_name": f"Canaria{MARK}",
    "last_name": f"Serinus{MARK}",
    "national_id": f"19900412-{NUMBER[:5]}-{NUMBER[5:]}1",
    "phone": f"+255{NUMBER}",
    "email": f"canary.{MARK}@example.org",
    "ward": f"Kanari{MARK}",
}
NOTE = f"tumour of the left wing {MARK}"
WANTED = [trace for text in (*PERSON.values(), NOTE) for trace in traces(text)]


class Outputs(logging.Handler):
    """Everything that left, each with where it was seen."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter())
        self.seen: list[tuple[str, bytes]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("httpx2", "httpcore2")):
            return  # the test's own client; nobody's server
        self.seen.append((f"log {record.name}", self.format(record).encode()))

    def answered(self, response: httpx2.Response) -> None:
        """Of an answer its headers; of an error or a file for others the body, too."""
        place = f"{response.request.method} {response.status_code}"
        self.seen.append((f"headers {place}", repr(response.headers.raw).encode()))
        if response.status_code >= httpx2.codes.BAD_REQUEST:
            self.seen.append((f"error {place}", response.content))

    def leaks(self) -> list[str]:
        return [f"{place}: {hit!r}" for place, data in self.seen for hit in found(WANTED, data)]


@pytest.fixture
def outputs() -> Iterator[Outputs]:
    """Hears every logger of this process, whatever level it is set to."""
    hears = Outputs()
    loggers = [logging.getLogger(name) for name in ("", "uvicorn", "uvicorn.error", "bima")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(hears)
        logger.setLevel(logging.DEBUG)
    yield hears
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(hears)
        logger.setLevel(level)


def ask_wrongly(
    client: httpx2.Client, member: str, claim: dict[str, object]
) -> Iterator[httpx2.Response]:
    """Requests that are refused, with what is personal wherever a value can hold it.

    Names of fields are left out: the contract has an unknown one repeated to whoever sent it.
    """
    body = a_member(**PERSON)
    yield client.post(f"{V1}/members", json=body)  # the same national id again
    for name, text in PERSON.items():
        yield client.post(f"{V1}/members", json={**body, "sex": text})
        yield client.post(f"{V1}/members", json={**body, "born_on": text})
        yield client.get(f"{V1}/members", params={f"{name}__gte": text})
        yield client.get(f"{V1}/members/{text}")
        yield client.post(f"{V1}/auth/login", json={"username": text, "password": text})
    yield client.post(f"{V1}/members", content=f'{{"first_name": "{NOTE}"')
    yield client.post(f"{V1}/claims", json={**claim, "diagnoses": [NOTE]})
    yield client.post(f"{V1}/claims", json={**claim, "payee": NOTE})
    yield client.put(f"{V1}/members/{member}", json={**body, "phone": NOTE})
    yield client.post(f"{V1}/members/{uuid4()}/beneficiaries", json=body)
    yield client.get(
        f"{V1}/members", headers={"X-Purpose": NOTE, "Authorization": f"Bearer {NOTE}"}
    )


def test_what_is_personal_is_in_no_log_error_address_or_bordereau(
    api: RunningApi, admin: httpx2.Client, outputs: Outputs
) -> None:
    made = admin.post(f"{V1}/members", json=a_member(**PERSON))
    member = str(data_of(made, 201)["id"])
    outputs.answered(made)
    book = make_book(admin)
    policy = {
        "product_id": book.scheme, "holder_id": member, "member_ids": [member],
        "period": {"from_on": "2025-01-01", "until_on": "2026-01-01"}, "premium": "120000.00",
    }  # fmt: skip
    own = Book(book.scheme, book.provider, member,
               data_of(admin.post(f"{V1}/policies", json=policy), 201)["id"])  # fmt: skip
    claim = data_of(admin.post(f"{V1}/claims", json=own.claim()), 201)["id"]
    worked_on(api, claim)
    outputs.answered(admin.post(f"{V1}/claims/{claim}/payments"))
    for answer in ask_wrongly(admin, member, own.claim()):
        assert answer.status_code >= httpx2.codes.BAD_REQUEST, answer.request.url.path
        outputs.answered(answer)
    listed = admin.get(f"{V1}/members", params={"search": PERSON["last_name"], "page_size": 1})
    outputs.answered(listed)
    reinsurers_see(api, admin, outputs)
    assert len(outputs.seen) > 50
    assert not outputs.leaks()
    print(f"S16: {len(outputs.seen)} outputs, {len(WANTED)} traces of a person, 0 found")


def reinsurers_see(api: RunningApi, admin: httpx2.Client, outputs: Outputs) -> None:
    """The bordereaux of the month, with the person's claim and premium in them."""
    month = f"{datetime.now(UTC):%Y-%m}"
    for kind, period in (("claims", month), ("premium", month), ("premium", "2025-01")):
        told = shown(api, admin, f"/bordereaux/{kind}/{period}")
        assert told.status_code == httpx2.codes.OK, told.text
        outputs.answered(told)
        outputs.seen.append((f"{kind} bordereau", told.content))


def test_a_fault_that_nobody_foresaw_is_told_without_its_words(database_url: str) -> None:
    """The database's own words would tell the value that stands there already."""
    with psycopg.connect(database_url, autocommit=True) as conn:
        conn.execute("CREATE TABLE person (name text PRIMARY KEY)")
        conn.execute("INSERT INTO person VALUES (%s)", (NOTE,))
        with pytest.raises(psycopg.errors.UniqueViolation) as fault:
            conn.execute("INSERT INTO person VALUES (%s)", (NOTE,))
    assert NOTE in str(fault.value)
    for told in (where(fault.value), in_short(fault.value)):
        assert MARK not in told
        assert "UniqueViolation" in told


def test_a_mail_server_that_refuses_names_nobody() -> None:
    email = PERSON["email"]
    for refusal in (
        smtplib.SMTPRecipientsRefused({email: (550, f"no {email}".encode())}),
        smtplib.SMTPSenderRefused(550, f"no {email}".encode(), email),
        smtplib.SMTPDataError(554, f"no {email}".encode()),
        OSError(email),
    ):
        assert MARK not in str(MailAway(_told(refusal)))


@pytest.mark.parametrize(
    "ends", ["\r\nBcc: all@example.org", "\nBcc: all@example.org", "\x00", "\x1f"]
)
def test_an_address_adds_no_line_to_a_mail(ends: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Email).validate_python(f"a@example.org{ends}")
    with pytest.raises(ValidationError):
        TypeAdapter(Email).validate_python(f"a{ends}@example.org")
