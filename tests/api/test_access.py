"""Who may do what: every operation says so, outside users see their own only."""

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import APIRouter, Depends

from adapters.identities import Kind
from adapters.settings import Settings
from api import routers
from api.access import Allowed, Undeclared, operations, permission_of
from api.app import create_app
from api.roles import PERMISSIONS, PUBLIC, ROLES
from tests.api.book import V1, Book, make_book, shown
from tests.api.running import RunningApi, a_member, data_of, error_of

PUBLIC_OPERATIONS = {
    "sign_in", "refresh_sign_in", "is_alive", "is_ready", "show_lag", "show_page",
    "show_operations", "show_openapi", "verify_token", "verify_code", "forgot_password",
    "reset_password", "register", "show_address", "resend_verification", "show_password_policy",
    "grant_token", "ask_for_passkey", "sign_in_by_passkey",
    "begin_openid", "complete_openid", "show_token_keys",
    "hear_bank", "show_card_key",  # signed by the bank; public, so that cards can be checked
}  # fmt: skip


def test_every_operation_declares_one_permission() -> None:
    app = create_app(Settings())
    declared = {route.name: permission_of(route) for route in operations(app.routes)}
    assert None not in declared.values()
    assert set(declared.values()) <= PERMISSIONS | {PUBLIC}
    assert {n for n, permission in declared.items() if permission == PUBLIC} == PUBLIC_OPERATIONS
    assert len(declared) == sum(1 for _ in operations(app.routes)), "names are unique"


@pytest.mark.parametrize("rules", [(), (Allowed(PUBLIC), Allowed("claims.view_claim"))])
def test_the_application_does_not_start_with_an_operation_that_does_not(
    rules: tuple[Allowed, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    router = APIRouter(prefix=f"{V1}/secrets", dependencies=[Depends(rule) for rule in rules])

    @router.get("")
    async def show_secrets() -> None:
        """Undeclared, or declared twice."""

    monkeypatch.setattr("api.app.ROUTERS", (*routers.ROUTERS, router))
    with pytest.raises(Undeclared, match="GET /api/v1/secrets"):
        create_app(Settings())


def test_a_permission_that_is_not_in_the_list_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="no permission"):
        Allowed("claims.approve_everything")


def test_every_permission_is_held_by_somebody_beside_the_administrator() -> None:
    others = frozenset().union(*(held for role, held in ROLES.items() if role != "admin"))
    assert PERMISSIONS - others <= {
        "authentication.change_user", "authentication.change_role",
        "membership.delete_member", "insurance.add_scheme", "insurance.delete_scheme",
        "providers.change_provider",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("role", "method", "path"),
    [
        ("auditor", "POST", "/members"),
        ("customer_service", "POST", "/claims/{}/approve"),
        ("customer_service", "DELETE", "/members/{}"),
        ("claims_processor", "POST", "/underwriting/cases/{}/approve"),
        ("claims_processor", "POST", "/claims/{}/resume"),
        ("underwriter", "POST", "/claims/{}/approve"),
        ("finance_officer", "POST", "/claims/{}/reject"),
        ("claims_manager", "POST", "/payments/{}/cancel"),
        ("actuary", "GET", "/members"),
        ("actuary", "GET", "/claims/{}"),
    ],
)
def test_a_role_without_the_permission_is_refused(
    api: RunningApi, role: str, method: str, path: str
) -> None:
    answer = api.as_role(role).request(method, V1 + path.format(uuid4()), json={})
    error = error_of(answer, 403, "PERMISSION_DENIED")
    assert error["details"]["permission"] in PERMISSIONS


@pytest.fixture(scope="module")
def other(api: RunningApi) -> Book:
    """Another family's business, with a claim."""
    admin = api.as_role("admin")
    book = make_book(admin)
    written = admin.post(f"{V1}/claims", json=book.claim())
    data_of(written, 201)
    return book


def outsider(api: RunningApi, kind: Kind, subject: str) -> httpx2.Client:
    return api.signed_in(api.user(str(kind), kind=kind, subject=UUID(subject)))


def claim_of(api: RunningApi, book: Book) -> str:
    written = api.as_role("admin").post(f"{V1}/claims", json=book.claim())
    return str(data_of(written, 201)["id"])


@pytest.mark.parametrize("kind", [Kind.MEMBER, Kind.PROVIDER])
def test_outside_users_see_their_own_claims_only(
    api: RunningApi, book: Book, other: Book, kind: Kind
) -> None:
    mine, theirs = claim_of(api, book), claim_of(api, other)
    subject = book.member if kind is Kind.MEMBER else book.provider
    client = outsider(api, kind, subject)
    found = data_of(shown(api, client, "/claims", page_size="100"))["results"]
    column = "member_id" if kind is Kind.MEMBER else "provider_id"
    assert mine in {claim["id"] for claim in found}
    assert {claim[column] for claim in found} == {subject}
    data_of(client.get(f"{V1}/claims/{mine}"))
    absent = client.get(f"{V1}/claims/{uuid4()}")
    for path in ("", "/history", "/line-items", "/adjudication", "/timeline"):
        hidden = client.get(f"{V1}/claims/{theirs}{path}")
        assert error_of(hidden, 404, "RESOURCE_NOT_FOUND") == absent.json()["error"]
    known = client.get(f"{V1}/claims/{theirs}", params={"known_at": "2199-01-01T00:00:00Z"})
    error_of(known, 404, "RESOURCE_NOT_FOUND")
    filtered = client.get(f"{V1}/claims", params={"id": theirs})
    assert data_of(filtered)["results"] == []


def test_what_stands_beside_is_shown_only_where_it_might_be_read(
    api: RunningApi, book: Book
) -> None:
    claim_of(api, book)
    provider = outsider(api, Kind.PROVIDER, book.provider)
    answer = shown(api, provider, "/claims", expand="provider")
    assert data_of(answer)["results"][0]["provider"]["payee_account"]
    error_of(provider.get(f"{V1}/claims", params={"expand": "member"}), 403, "PERMISSION_DENIED")
    member = outsider(api, Kind.MEMBER, book.member)
    seen = data_of(shown(api, member, "/claims", expand="provider"))["results"][0]["provider"]
    assert seen["name"] == "Bugando Hospital"
    assert "payee_account" not in seen


def test_members_see_providers_without_what_is_personal(api: RunningApi, book: Book) -> None:
    member = outsider(api, Kind.MEMBER, book.member)
    provider = data_of(shown(api, member, f"/providers/{book.provider}"))
    assert "payee_account" not in provider
    answer = member.get(f"{V1}/providers", params={"fields": "id,payee_account"})
    error_of(answer, 422, "VALIDATION_ERROR")
    own = outsider(api, Kind.PROVIDER, book.provider)
    assert data_of(own.get(f"{V1}/providers/{book.provider}"))["payee_account"] == "0150-1"


def test_outside_users_claim_in_their_own_name_only(
    api: RunningApi, book: Book, other: Book
) -> None:
    provider = outsider(api, Kind.PROVIDER, book.provider)
    made = data_of(provider.post(f"{V1}/claims", json=book.claim()), 201)
    event = api.parts.desk.store.stream(UUID(made["id"]))[0]
    assert event.meta.actor.startswith("provider:"), "nobody outside is named in the ledger"
    for stranger in (provider, outsider(api, Kind.MEMBER, book.member)):
        answer = stranger.post(f"{V1}/claims", json=other.claim())
        error_of(answer, 403, "PERMISSION_DENIED")


def test_outside_users_take_back_their_own_claims_only(
    api: RunningApi, book: Book, other: Book
) -> None:
    mine, theirs = claim_of(api, book), claim_of(api, other)
    provider = outsider(api, Kind.PROVIDER, book.provider)
    shown(api, provider, "/claims")
    error_of(provider.delete(f"{V1}/claims/{theirs}"), 404, "RESOURCE_NOT_FOUND")
    data_of(provider.delete(f"{V1}/claims/{mine}"))
    assert api.events(mine)[-1] == "claim.withdrawn"


def test_a_member_asks_about_the_own_cover_only(api: RunningApi, book: Book, other: Book) -> None:
    member = outsider(api, Kind.MEMBER, book.member)
    shown(api, member, "/policies")
    own = member.get(f"{V1}/coverage/check/{book.member}", params={"on": "2025-03-01"})
    assert data_of(own)["covered"] is True
    error_of(member.get(f"{V1}/coverage/check/{other.member}"), 404, "RESOURCE_NOT_FOUND")


def test_roles_of_staff_mean_nothing_for_outside_users(api: RunningApi, book: Book) -> None:
    user = api.user("member", "admin", kind=Kind.MEMBER, subject=UUID(book.member))
    client = api.signed_in(user)
    error_of(client.post(f"{V1}/members", json=a_member()), 403, "PERMISSION_DENIED")


def test_which_roles_there_are_is_asked_once_for_all_requests_that_wait_for_it(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = replace(api.parts, _own=(0.0, {}), _asking_roles=asyncio.Lock())
    asked, ask = [], parts.identities.roles_defined

    def counted() -> object:
        asked.append(1)
        return ask()

    monkeypatch.setattr(parts.identities, "roles_defined", counted)

    async def at_once() -> list[object]:
        return await asyncio.gather(*(parts.own_roles() for _ in range(20)))

    found = asyncio.run(at_once())
    assert len(found) == 20
    assert all(one is found[0] for one in found)
    assert len(asked) == 1
