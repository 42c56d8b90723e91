"""S11: staff sign in against a real LDAP server with its own CA, and stay while it says so."""

import dataclasses
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import ldap3
import pytest

from adapters import staff_directory
from adapters.identities import Kind
from adapters.staff_directory import DirectoryAway, Place, StaffDirectory
from api.staff_sign_in import by_group, directory_of
from commands.identity.directory import look_again
from tests.api.book import V1
from tests.api.running import PASSWORD, MakeSettings, RunningApi, data_of, error_of, running_api
from tests.support.slapd import BASE, READER, READER_PASSWORD, Slapd, slapd

HR = f"cn=HR Managers,ou=groups,{BASE}"
KVAUGHAN = f"uid=kvaughan,ou=People,{BASE}"
ROLES = "Accounting Managers = finance_officer; HR Managers = customer_service"


@pytest.fixture(scope="module")
def directory(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with slapd(tmp_path_factory.mktemp("slapd"), shared_data / "data/ldap/Example.ldif") as running:
        yield running


def place_of(directory: Slapd) -> Place:
    return Place(
        directory.url, str(directory.ca_file), READER, READER_PASSWORD,
        f"ou=People,{BASE}", f"ou=Groups,{BASE}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def api(
    own_settings: MakeSettings,
    directory: Slapd,
) -> Iterator[RunningApi]:
    place = place_of(directory)
    settings = own_settings(
        ldap_url=place.url, ldap_ca_file=place.ca_file, ldap_reader=place.reader,
        ldap_reader_password=place.reader_password, ldap_people=place.people,
        ldap_groups=place.groups, ldap_roles=ROLES, break_glass="glass",
        ldap_recheck_seconds=240, staff_second_factor=False,
    )  # fmt: skip
    with running_api(settings, read_models=False) as running:
        yield running


def tried(api: RunningApi, username: str, password: str) -> httpx2.Response:
    body = {"username": username, "password": password}
    return api.anonymous().post(f"{V1}/auth/login", json=body)


def test_staff_sign_in_with_the_roles_of_their_groups(api: RunningApi) -> None:
    answer = data_of(tried(api, "scarter", "sprain"))
    assert answer["user"]["roles"] == ["finance_officer"]
    assert answer["user"]["kind"] == "staff"
    assert data_of(tried(api, "SCarter", "sprain"))["user"]["id"] == answer["user"]["id"]
    events = api.events(answer["user"]["id"])
    assert events[:2] == ["user.added", "user.signed_in"]


@pytest.mark.parametrize(
    ("username", "password"),
    [("scarter", "irrefutable"), ("nobody", "sprain"), ("abergin", "inflict"), ("scarter", " ")],
)
def test_others_are_turned_away_alike(api: RunningApi, username: str, password: str) -> None:
    """A wrong password, an unknown name, somebody in no group of ours."""
    error = error_of(tried(api, username, password), 401, "AUTHENTICATION_FAILED")
    assert error["message"] == "The name or the password is not right."


def test_an_empty_password_proves_nothing(directory: Slapd) -> None:
    assert StaffDirectory(place_of(directory)).proven("scarter", "") is None


def corpus() -> list[str]:
    """Sixty names that mean something in a filter or in a distinguished name."""
    bits = [
        "*",
        "s*",
        "*)(uid=*",
        "scarter)(|(uid=*",
        "scarter*",
        "(",
        ")",
        "\\2a",
        "\x00",
        "&",
        "|",
    ]
    whole = ["scarter,ou=People", f"scarter,ou=People,{BASE}", "uid=scarter", "*)(objectClass=*"]
    made = [f"{bit}{end}" for bit in bits for end in ("", ")", "))(", ")(cn=*")]
    return [*made, *whole, *(f"scarter{end}" for end in (")", "))%00", "\\00", "#", "+", ";", "=",
            "\r\n", "\u00e9", " *", "/*", "'--"))][:60]  # fmt: skip


def test_no_name_is_read_as_a_filter(directory: Slapd) -> None:
    names = corpus()
    assert len(set(names)) == 60
    asked = StaffDirectory(place_of(directory))
    assert not [name for name in names if asked.known(name) is not None]


def test_the_tries_above_can_fail(directory: Slapd, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that are not escaped reach the filter; a server that is not verified is spoken to."""
    monkeypatch.setattr(staff_directory, "escape_filter_chars", lambda text: text)
    with pytest.raises(DirectoryAway):  # the filter that the name makes cannot be read
        StaffDirectory(place_of(directory)).known("scarter)(")
    monkeypatch.undo()
    unverified = StaffDirectory(dataclasses.replace(place_of(directory), ca_file=""))
    context = unverified._server.tls._context
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    assert unverified.proven("scarter", "sprain") is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"ca_file": ""},
        {"url": "ldaps://{ip}:{port}"},
        {"url": "ldap://localhost:1"},
        {"reader_password": "another"},
    ],
)
def test_a_server_that_is_not_vouched_for_is_not_spoken_to(
    directory: Slapd, changed: dict[str, str], tmp_path: Path, shared_data: Path
) -> None:
    said = {k: v.format(ip="127.0.0.1", port=directory.port) for k, v in changed.items()}
    if "{ip}" in changed.get("url", ""):  # the right CA, a certificate for another host
        entries = shared_data / "data/ldap/Example.ldif"
        with slapd(tmp_path, entries, host="elsewhere.example") as other:
            place = dataclasses.replace(place_of(other), url=f"ldaps://localhost:{other.port}")
            with pytest.raises(DirectoryAway):
                StaffDirectory(place).proven("scarter", "sprain")
        return
    with pytest.raises(DirectoryAway):
        StaffDirectory(dataclasses.replace(place_of(directory), **said)).proven("scarter", "sprain")


def test_starttls_encrypts_before_anything_is_said(directory: Slapd) -> None:
    place = dataclasses.replace(place_of(directory), url=f"ldap://localhost:{directory.plain_port}")
    person = StaffDirectory(place).proven("scarter", "sprain")
    assert person is not None
    assert person.groups == {"accounting managers"}


@pytest.fixture
def changing(directory: Slapd) -> Iterator[Callable[[str, str, str], None]]:
    """Adds people to groups and takes them out; what was changed is put back."""
    tls = ldap3.Tls(validate=2, ca_certs_file=str(directory.ca_file))
    server = ldap3.Server("localhost", port=directory.port, use_ssl=True, tls=tls)
    with ldap3.Connection(server, READER, READER_PASSWORD) as conn:
        done = []

        def change(deed: str, group: str, member: str) -> None:
            assert conn.modify(group, {"uniqueMember": [(deed, [member])]}), conn.result
            done.append((deed, group, member))

        yield change
        for deed, group, member in reversed(done):
            back = ldap3.MODIFY_ADD if deed == ldap3.MODIFY_DELETE else ldap3.MODIFY_DELETE
            conn.modify(group, {"uniqueMember": [(back, [member])]})


def test_who_leaves_the_group_is_out_at_the_next_look(
    api: RunningApi, changing: Callable[[str, str, str], None]
) -> None:
    client = api.anonymous()
    token = data_of(tried(api, "kvaughan", "bribery"))["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    assert client.get(f"{V1}/auth/profile").status_code == 200
    assert look(api) == 0
    changing(ldap3.MODIFY_DELETE, HR, KVAUGHAN)
    assert look(api) == 1
    give_up = time.monotonic() + 60
    while client.get(f"{V1}/auth/profile").status_code == 200:
        assert time.monotonic() < give_up, "a role outlived its group"
        time.sleep(0.1)
    error_of(tried(api, "kvaughan", "bribery"), 401, "AUTHENTICATION_FAILED")
    assert api.parts.settings.ldap_recheck_seconds + 5 <= 300


def look(api: RunningApi) -> int:
    directory = directory_of(api.parts)
    assert directory is not None
    return look_again(api.parts.desk, directory, by_group(api.parts), "glass")


def test_groups_within_groups_count(
    directory: Slapd, changing: Callable[[str, str, str], None]
) -> None:
    changing(ldap3.MODIFY_ADD, HR, f"cn=QA Managers,ou=groups,{BASE}")
    person = StaffDirectory(place_of(directory)).known("abergin")
    assert person is not None
    assert {"qa managers", "hr managers"} <= person.groups


def test_while_the_directory_is_away_one_named_account_comes_in_and_it_is_recorded(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    glass = api.user("admin", name="glass")
    member = api.user("member", kind=Kind.MEMBER, subject=glass.user_id)
    away = api.parts.settings.model_copy(update={"ldap_url": "ldaps://localhost:1"})
    monkeypatch.setattr(api.parts, "settings", away)
    error = error_of(tried(api, "scarter", "sprain"), 503, "SERVICE_UNAVAILABLE")
    assert "directory" in error["message"]
    data_of(tried(api, member.username, PASSWORD))
    data_of(tried(api, "glass", PASSWORD))
    fact = api.parts.desk.store.stream(glass.user_id)[-1].fact
    assert fact.proofs == ("password", "break glass")
