"""Whose rows outside users see: the own family, claims, book or share, behind two walls."""

from uuid import UUID, uuid4

import httpx2
import pytest

from adapters.identities import Kind
from adapters.postgres import connect
from api import reads
from deploy.servers import APP, MODELS
from domain.ids import reinsurer_id
from projections import PROJECTIONS
from projections.guarding import guard, role_of
from projections.whose import OUTSIDE, WHOSE, Below, Own
from tests.api.book import V1, Book, make_book, shown
from tests.api.running import RunningApi, a_member, data_of, error_of
from tests.migrations.test_roles import as_role

LISTS = ("/claims", "/members", "/policies", "/payments", "/claims/preauth", "/treaties")


@pytest.fixture(scope="module")
def family(api: RunningApi, book: Book) -> str:
    """A child who is covered through the member of the book."""
    body = a_member(first_name="Neema", relationship="child", principal_id=book.member)
    child = data_of(api.as_role("admin").post(f"{V1}/members", json=body), 201)["id"]
    shown(api, api.as_role("admin"), "/members")
    return str(child)


@pytest.fixture(scope="module")
def others(api: RunningApi, book: Book) -> Book:
    """Another family's business, with a claim; and a claim of our own."""
    admin, mine = api.as_role("admin"), book
    book = make_book(admin)
    data_of(admin.post(f"{V1}/claims", json=book.claim()), 201)
    data_of(admin.post(f"{V1}/claims", json=mine.claim()), 201)
    for path in LISTS:
        shown(api, admin, path)
    return book


def outsider(api: RunningApi, kind: Kind, subject: str | None) -> httpx2.Client:
    who = None if subject is None else UUID(subject)
    return api.signed_in(api.user(str(kind), kind=kind, subject=who))


def seen(api: RunningApi, client: httpx2.Client, path: str) -> set[str]:
    rows = data_of(shown(api, client, path, page_size="100"))["results"]
    return {row["id"] for row in rows}


def test_a_member_sees_the_whole_family_and_nobody_else(
    api: RunningApi, book: Book, others: Book, family: str
) -> None:
    parent = outsider(api, Kind.MEMBER, book.member)
    assert seen(api, parent, "/members") == {book.member, family}
    child = outsider(api, Kind.MEMBER, family)
    assert seen(api, child, "/members") == {family}
    error_of(child.get(f"{V1}/members/{book.member}"), 404, "RESOURCE_NOT_FOUND")


def test_an_agent_sees_the_own_book(api: RunningApi, book: Book, others: Book) -> None:
    agent, other = outsider(api, Kind.AGENT, None), outsider(api, Kind.AGENT, None)
    brought = data_of(agent.post(f"{V1}/members", json=a_member(first_name="Juma")), 201)["id"]
    assert seen(api, agent, "/members") == {brought}
    assert seen(api, other, "/members") == set()
    error_of(other.get(f"{V1}/members/{brought}"), 404, "RESOURCE_NOT_FOUND")
    error_of(agent.get(f"{V1}/claims"), 403, "PERMISSION_DENIED")


def test_a_reinsurer_sees_treaties_of_which_it_takes_a_share(api: RunningApi) -> None:
    mine = outsider(api, Kind.REINSURER, str(reinsurer_id("Africa Re")))
    assert seen(api, mine, "/treaties") == set()
    error_of(mine.get(f"{V1}/members"), 403, "PERMISSION_DENIED")
    error_of(mine.get(f"{V1}/bordereaux/claims/2025-01"), 404, "RESOURCE_NOT_FOUND")


def test_tariffs_of_a_provider_are_no_business_of_others(
    api: RunningApi, book: Book, others: Book
) -> None:
    client = outsider(api, Kind.PROVIDER, book.provider)
    assert data_of(shown(api, client, f"/providers/{book.provider}/contracts"))["count"] == 1
    answer = client.get(f"{V1}/providers/{others.provider}/contracts")
    error_of(answer, 404, "RESOURCE_NOT_FOUND")
    member = outsider(api, Kind.MEMBER, book.member)
    error_of(member.get(f"{V1}/tariffs"), 404, "RESOURCE_NOT_FOUND")


@pytest.fixture
def no_first_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """The API forgets whose rows it may show."""
    monkeypatch.setattr(reads, "only_visible", lambda *_: None)


@pytest.mark.usefixtures("no_first_wall")
@pytest.mark.parametrize("kind", OUTSIDE)
def test_the_database_shows_no_others_rows_where_the_api_forgets_to_ask(
    api: RunningApi, book: Book, others: Book, family: str, kind: Kind
) -> None:
    own = {Kind.MEMBER: book.member, Kind.PROVIDER: book.provider}.get(kind, str(uuid4()))
    client = outsider(api, kind, own)
    theirs = {others.member, others.policy, others.provider}
    rows = 0
    for path in LISTS:
        answer = shown(api, client, path, page_size="100")
        if answer.status_code == 200:
            rows += answer.json()["data"]["count"]
            assert not theirs & set(answer.text.split('"')), path
    assert rows > 0 or kind in (Kind.AGENT, Kind.REINSURER)
    error_of(client.get(f"{V1}/claims/{uuid4()}"), *_absent(client))


def _absent(client: httpx2.Client) -> tuple[int, str]:
    """What this caller is told of a claim that is not there."""
    answer = client.get(f"{V1}/claims/{uuid4()}")
    return answer.status_code, answer.json()["error"]["code"]


def test_the_staff_wall_is_seen_to_be_removed(
    api: RunningApi, book: Book, others: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without both walls the rows do leak: the test above can fail."""
    monkeypatch.setattr(reads, "only_visible", lambda *_: None)
    monkeypatch.setattr(reads.Read, "seer", None)
    client = outsider(api, Kind.MEMBER, book.member)
    assert others.member in seen(api, client, "/members")


def test_without_a_context_no_row_is_seen(api: RunningApi, others: Book) -> None:
    """Neither by the role alone, nor with an empty list of what is one's own."""
    url = as_role(api.parts.settings.require_database_url(), APP)
    published = {
        (name, kind) for name, rules in WHOSE.items() for kind, rule in rules.items()
        if not isinstance(rule, Own | Below)
    }  # fmt: skip
    with connect(url) as conn:
        for kind in OUTSIDE:
            for name, rules in WHOSE.items():
                if kind not in rules or (name, kind) in published:
                    continue
                for own in ("", "{}"):
                    with conn.transaction():
                        conn.execute(
                            "SELECT set_config('role', %s, true), set_config('bima.own', %s, true)",
                            (role_of(kind), own),
                        )
                        found = conn.execute(f"SELECT count(*) FROM {name}".encode()).fetchone()
                    assert found == (0,), (name, kind, own)


def test_who_fills_the_read_models_makes_their_policies(api: RunningApi) -> None:
    """As the services run: their owner is no superuser."""
    with connect(as_role(api.parts.settings.require_database_url(), MODELS)) as conn:
        conn.execute("COMMENT ON TABLE policy_members IS 'guarded otherwise'")
        guard(conn, PROJECTIONS)
        found = conn.execute(
            "SELECT obj_description('policy_members'::regclass, 'pg_class')"
        ).fetchone()
    assert found is not None
    assert found[0].startswith("guarded ")
    assert found[0] != "guarded otherwise"


def test_every_table_with_a_rule_is_guarded(api: RunningApi) -> None:
    tables = {table.name: table for one in PROJECTIONS for table in one.tables}
    assert set(WHOSE) <= set(tables)
    with connect(api.parts.settings.require_database_url()) as conn:
        rows = conn.execute(
            "SELECT tablename, array_agg(policyname::text) FROM pg_policies GROUP BY 1"
        ).fetchall()
    policies = {name: set(found) for name, found in rows}
    for name, rules in WHOSE.items():
        assert policies[name] == {"inside", *map(str, rules)}, name
        for rule in rules.values():
            if isinstance(rule, Own | Below):
                assert rule.column in tables[name].column_names
