"""S2 and S4: no role gets past what it may, and what is hidden is answered as what is absent."""

import statistics
import time
from uuid import uuid4

import pytest

from adapters.identities import Kind
from api import access, reads, visible
from projections.whose import OUTSIDE
from tests.api.book import V1, Book, make_book, shown
from tests.api.matrix import (
    Things,
    inside_faults,
    outside_faults,
    outsider,
    routes,
    staff_roles,
    things,
)
from tests.api.running import RunningApi

QUICK = ("auditor", "claims_processor")  # the others are tried by `./bima test -m long`


@pytest.fixture(scope="module")
def own(api: RunningApi, book: Book) -> Things:
    return things(api.as_role("admin"), book)


@pytest.fixture(scope="module")
def foreign(api: RunningApi) -> Things:
    made = things(api.as_role("admin"), make_book(api.as_role("admin")))
    for path in ("/claims", "/members", "/policies", "/claims/preauth", "/providers"):
        shown(api, api.as_role("admin"), path)
    return made


def outside(api: RunningApi, kind: Kind, own: Things, foreign: Things) -> tuple[list[str], int]:
    tried: list[str] = []
    client = outsider(api, kind, own.book)
    return list(outside_faults(client, kind, own, foreign, tried, routes())), len(tried)


@pytest.mark.parametrize("kind", OUTSIDE)
def test_outside_users_reach_their_own_alone(
    api: RunningApi, own: Things, foreign: Things, kind: Kind
) -> None:
    faults, tried = outside(api, kind, own, foreign)
    assert not faults
    assert tried > 200


@pytest.mark.parametrize("role", QUICK)
def test_staff_reach_what_their_role_permits(api: RunningApi, role: str) -> None:
    tried: list[str] = []
    chosen = [route for n, route in enumerate(routes()) if n % 4 == 0]
    assert not list(inside_faults(api.signed_in(api.user(role)), role, tried, chosen))


@pytest.mark.long
def test_the_whole_matrix(api: RunningApi, own: Things, foreign: Things) -> None:
    """S2: at least 5,000 tries, no leak."""
    tried: list[str] = []
    faults: list[str] = []
    for role in staff_roles():
        faults += inside_faults(api.signed_in(api.user(role)), role, tried, routes())
    for kind in OUTSIDE:
        client = outsider(api, kind, own.book)
        faults += outside_faults(client, kind, own, foreign, tried, routes())
    print(f"S2: {len(faults)} leaks in {len(tried)} tries")
    assert not faults
    assert len(tried) >= 5_000


def test_a_forgotten_permission_is_found(api: RunningApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access.Caller, "may", lambda *_: True)
    tried: list[str] = []
    chosen = [route for n, route in enumerate(routes()) if n % 12 == 0]
    assert list(inside_faults(api.as_role("actuary"), "actuary", tried, chosen))


def test_a_forgotten_owner_is_found(
    api: RunningApi, own: Things, foreign: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (reads, visible):
        monkeypatch.setattr(module, "only_visible", lambda *_: None)
    monkeypatch.setattr(reads.Read, "seer", None)
    tried: list[str] = []
    chosen = [route for route in routes() if route.path == f"{V1}/claims/{{id}}"]
    client = outsider(api, Kind.MEMBER, own.book)
    assert list(outside_faults(client, Kind.MEMBER, own, foreign, tried, chosen))


@pytest.mark.long
def test_hidden_takes_as_long_as_absent(api: RunningApi, own: Things, foreign: Things) -> None:
    """S4: the medians are within a tenth of each other."""
    client = outsider(api, Kind.MEMBER, own.book)
    took: dict[str, list[float]] = {"hidden": [], "absent": []}
    for _ in range(400):
        for name, which in (("hidden", foreign.by_place["/claims/"]), ("absent", str(uuid4()))):
            started = time.perf_counter()
            assert client.get(f"{V1}/claims/{which}").status_code == 404
            took[name].append(time.perf_counter() - started)
    hidden, absent = (statistics.median(took[name]) for name in took)
    print(f"S4: hidden {hidden * 1000:.2f} ms, absent {absent * 1000:.2f} ms")
    assert abs(hidden / absent - 1) <= 0.10
