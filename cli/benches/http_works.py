"""How fast the API answers, beside the least that can answer with a row of the same server."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID, uuid4

from cli.benches.http_calls import caller, p95_ms, request
from cli.benches.http_place import HttpPlace
from cli.benches.ledger import DAY
from cli.benches.many_claims import Filled
from cli.benches.measuring import Work, side_by_side

V1 = "/api/v1"
CALLERS = 8
READS, BARE_READS = "simple reads, one API process", "bare read"
WRITES, BARE_WRITES = "writes, one API process", "bare write"
P95 = "{}, p95 of one client"
NextRequest = Callable[[], bytes]


class Requests:
    """What is asked for: another claim, page or premium every time, in the same order each run."""

    def __init__(self, place: HttpPlace, filled: Filled, policies: list[UUID]) -> None:
        self._headers = place.headers
        self._claims = filled.claims
        self._numbers = filled.numbers
        self._providers = filled.providers
        self._policies = policies
        self._draw = random.Random(2026)  # noqa: S311  # which rows are read is no secret

    def read(self) -> bytes:
        claim = self._draw.choice(self._claims)
        return request("GET", f"{V1}/claims/{claim}", self._headers)

    def bare_read(self) -> bytes:
        return request("GET", f"/claims/{self._draw.choice(self._claims)}", {})

    def listed(self) -> bytes:
        """A page of a filtered and sorted list that a quarter of all claims belong to."""
        asked = f"service_from__gte={DAY}&ordering=-service_from&page_size=20"
        return request("GET", f"{V1}/claims?{asked}", self._headers)

    def of_provider(self) -> bytes:
        """The largest bills of a provider, which no index sorts."""
        provider = self._draw.choice(self._providers)
        asked = f"provider_id={provider}&kind=inpatient&ordering=-billed&page_size=20"
        return request("GET", f"{V1}/claims?{asked}", self._headers)

    def found(self) -> bytes:
        """A claim that is searched for by its number."""
        asked = f"search={self._draw.choice(self._numbers)}&ordering=-service_from"
        return request("GET", f"{V1}/claims?{asked}", self._headers)

    def write(self) -> bytes:
        """A premium for one of the policies: load, check, decide, append, answer."""
        policy = self._draw.choice(self._policies)
        headers = {**self._headers, "Idempotency-Key": str(uuid4())}
        body = {"amount": "1000.00", "reference": "bench"}
        return request("POST", f"{V1}/policies/{policy}/premiums", headers, body)

    def bare_write(self) -> bytes:
        return request("POST", "/rows", {})


def works(place: HttpPlace, asked: Requests, seconds: float) -> tuple[Work, ...]:
    """Requests a second beside those of the bare API, and how long one client waits."""

    def rate(name: str, next_request: NextRequest, *against: str) -> Work:
        return Work(name, "requests/s", _rate(place.port, next_request, seconds), against)

    def wait(name: str, next_request: NextRequest) -> Work:
        return Work(P95.format(name), "ms", lambda: p95_ms(place.port, next_request, seconds))

    return (
        rate(READS, asked.read, BARE_READS),
        rate(WRITES, asked.write, BARE_WRITES),
        wait("simple read", asked.read),
        wait("filtered and sorted list", asked.listed),
        wait("a provider's largest bills", asked.of_provider),
        wait("searched list", asked.found),
        wait("write", asked.write),
    )


def limits(place: HttpPlace, asked: Requests, seconds: float) -> dict[str, Work]:
    """The same of the bare API."""
    return {
        name: Work(name, "requests/s", _rate(place.bare_port, next_request, seconds))
        for name, next_request in ((BARE_READS, asked.bare_read), (BARE_WRITES, asked.bare_write))
    }


def _rate(port: int, next_request: NextRequest, seconds: float) -> Callable[[], float]:
    def one(_: int) -> AbstractContextManager[Callable[[], int]]:
        return caller(port, next_request)

    return lambda: side_by_side(CALLERS, seconds, one)
