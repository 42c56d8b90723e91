"""S7: what is taken away is gone everywhere within seconds, also where another process answers."""

import time
from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest

from adapters.identities import User
from tests.api.book import V1
from tests.api.running import PASSWORD, MakeSettings, RunningApi, data_of, running_api

EACH = 3
P99_SECONDS, REUSE_SECONDS = 5.0, 1.0
PATIENCE = 60.0  # seconds, for a machine that is busy with other tests
Two = tuple[RunningApi, RunningApi]


@pytest.fixture(scope="module")
def both(own_settings: MakeSettings) -> Iterator[Two]:
    """Two APIs on one ledger: one at which access is taken away, one that goes on answering."""
    settings = own_settings()
    with running_api(settings) as here, running_api(settings, read_models=False) as there:
        yield here, there


def seconds_until(refused: dict[str, httpx2.Client], path: str, began: float) -> list[float]:
    """How long each client was still let in, in seconds since `began`."""
    took: dict[str, float] = {}
    while len(took) < len(refused):
        for name, client in refused.items():
            if name not in took and client.get(path).status_code in (401, 403):
                took[name] = time.monotonic() - began
        assert time.monotonic() - began < PATIENCE, f"still let in: {set(refused) - set(took)}"
        time.sleep(0.02)
    return sorted(took.values())


def seconds_of_what_is_taken_away(both: Two) -> float:
    """The longest that anybody was let in at the one API after it was taken away at the other."""
    here, there = both
    admin = here.as_role("admin")
    role = f"desk_{uuid4().hex[:8]}"
    made = admin.post(f"{V1}/roles", json={"code": role, "name": "Desk", "permissions": READS})
    role_id = data_of(made, 201)["id"]
    clients: dict[str, httpx2.Client] = {}
    users: dict[str, User] = {}
    for number in range(EACH):
        for what in ("locked", "role taken", "sessions ended", "role changed"):
            name = f"{what} {number}"
            users[name] = here.user(role if what == "role changed" else "auditor")
            clients[name] = there.signed_in(users[name])
    give_up = time.monotonic() + 60
    while {client.get(f"{V1}/claims").status_code for client in clients.values()} != {200}:
        assert time.monotonic() < give_up
        time.sleep(0.05)

    began = time.monotonic()
    body = {"name": "Desk", "permissions": ["authentication.own_account"]}
    data_of(admin.put(f"{V1}/roles/{role_id}", json=body))
    for name, user in users.items():
        path = f"{V1}/users/{user.user_id}"
        if name.startswith("locked"):
            data_of(admin.post(f"{path}/lock", json={"reason": "left"}))
        if name.startswith("role taken"):
            data_of(admin.post(f"{path}/roles", json={"roles": ["actuary"]}))
            data_of(admin.delete(f"{path}/roles/auditor"))
        if name.startswith("sessions"):
            own = here.anonymous()
            own.headers.update(clients[name].headers)
            data_of(own.post(f"{V1}/auth/logout"))
    took = seconds_until(clients, f"{V1}/claims", began)
    p99 = took[-1]
    print(f"S7: {len(took)} taken away: median {took[len(took) // 2]:.2f} s, worst {p99:.2f} s")
    return p99


READS = ["claims.view_claim", "authentication.own_account"]


def seconds_of_a_renewal_that_comes_twice(both: Two) -> float:
    """The longest that a sign-in lived on at the other API after its renewal came twice."""
    here, there = both
    clients: dict[str, httpx2.Client] = {}
    renewals = []
    for number in range(EACH):
        user = here.user("auditor")
        body = {"username": user.username, "password": PASSWORD}
        tokens = data_of(here.anonymous().post(f"{V1}/auth/login", json=body))
        clients[str(number)] = there.anonymous()
        clients[str(number)].headers["Authorization"] = f"Bearer {tokens['access_token']}"
        assert clients[str(number)].get(f"{V1}/claims").status_code == 200
        renewals.append({"refresh_token": tokens["refresh_token"]})
    refresh = f"{V1}/auth/refresh"
    for renewal in renewals:
        data_of(here.anonymous().post(refresh, json=renewal))
    began = time.monotonic()
    thief = here.anonymous()
    assert [thief.post(refresh, json=renewal).status_code for renewal in renewals] == [401] * EACH
    took = seconds_until(clients, f"{V1}/claims", began)
    print(f"S7: a renewal that came twice ended its sign-in everywhere in {took[-1]:.2f} s at most")
    return took[-1]


def test_what_is_taken_away_is_gone_everywhere(both: Two) -> None:
    assert seconds_of_what_is_taken_away(both) < PATIENCE


def test_a_renewal_that_comes_twice_ends_the_sign_in_everywhere(both: Two) -> None:
    assert seconds_of_a_renewal_that_comes_twice(both) < PATIENCE


@pytest.mark.long
def test_both_are_as_quick_as_the_figures_say(both: Two) -> None:
    """Figures, so nothing else may run beside them."""
    assert seconds_of_what_is_taken_away(both) <= P99_SECONDS
    assert seconds_of_a_renewal_that_comes_twice(both) <= REUSE_SECONDS
