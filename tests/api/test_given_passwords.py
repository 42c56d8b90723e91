"""A password that one was given by another is for the first days; one's own stays good."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2

from adapters.passwords import Passwords
from tests.api.book import V1
from tests.api.running import PASSWORD, RunningApi, data_of, error_of

GIVEN = "seven windmills at dusk"
LOGIN = f"{V1}/auth/login"


def days_pass(api: RunningApi, user_id: str, days: int) -> None:
    with api.parts.desk.store.pool.connection() as conn:
        moved = "password_until = password_until - make_interval(days => %s)"
        conn.execute(f"UPDATE identity_user SET {moved} WHERE user_id = %s", (days, user_id))


def added(admin: httpx2.Client, username: str) -> str:
    body = {"username": username, "name": "Neema", "roles": ["auditor"], "password": GIVEN}
    made: str = data_of(admin.post(f"{V1}/users", json=body), 201)["id"]
    return made


def test_it_runs_out_and_is_then_no_password_at_all(api: RunningApi, admin: httpx2.Client) -> None:
    username = f"given-{uuid4().hex[:8]}"
    user_id, client = added(admin, username), api.anonymous()
    login = {"username": username, "password": GIVEN}
    days_pass(api, user_id, 6)
    data_of(client.post(LOGIN, json=login))
    days_pass(api, user_id, 1)
    error_of(client.post(LOGIN, json=login), 401, "AUTHENTICATION_FAILED")


def test_ones_own_password_does_not_run_out(api: RunningApi, admin: httpx2.Client) -> None:
    username = f"own-{uuid4().hex[:8]}"
    user_id, client = added(admin, username), api.anonymous()
    told = data_of(client.post(LOGIN, json={"username": username, "password": GIVEN}))
    client.headers["Authorization"] = f"Bearer {told['access_token']}"
    own = "eleven herons in the reeds"
    body = {"old_password": GIVEN, "new_password": own}
    data_of(client.post(f"{V1}/auth/change-password", json=body))
    days_pass(api, user_id, 4_000)
    data_of(client.post(LOGIN, json={"username": username, "password": own}))


def test_one_that_was_made_on_the_command_line_runs_out_too(api: RunningApi) -> None:
    user, identities = api.user("auditor"), api.identities
    hashed = Passwords(cheap=True).hash(PASSWORD)
    for until, good in ((timedelta(days=7), True), (timedelta(seconds=-1), False)):
        identities.set_password(user.user_id, hashed, datetime.now(UTC) + until)
        known = identities.named(user.username)
        assert known is not None
        assert (known[1] is not None) == good
    identities.set_password(UUID(str(user.user_id)), hashed)
    assert identities.secrets_of(user.user_id).password_hash == hashed  # type: ignore[union-attr]  # it is there
