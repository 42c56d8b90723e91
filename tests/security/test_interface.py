"""What the interface itself must not do: write out signs as HTML, take or tell secrets aside."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import psycopg
import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from adapters.second_factors import SecondFactors
from adapters.secret_keys import (
    bank_key,
    blind_index_key,
    log_signing_key,
    second_factor_key,
    signing_key,
)
from adapters.settings import Settings
from api.app import create_app
from api.html import page, table
from cli.check import PRODUCT
from tests.test_architecture import PROJECT, imported

NASTY = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='x", "&lt;b&gt;",
    "</td></tr></table><form action=//x>", "<!-- ", "]]>", "\u2028<svg/onload=x>", "&#60;i&#62;",
]  # fmt: skip
SIGNED_IN_BY = {
    "/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/auth/token",
    "/api/v1/auth/passkeys/sign-in", "/api/v1/auth/openid/complete", "/api/v1/security/mfa/verify",
}  # fmt: skip
# They draw made-up people, faults and request ids, which need not be hard to guess.
DRAWS = {"api/gate.py"}


class Read(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.words: list[str] = []
        self.attributes: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("sign", NASTY)
def test_a_page_shows_what_it_is_given_as_text(sign: str) -> None:
    def shown(value: str) -> Read:
        content = [table([value], [[value, 7]], value), table([], [], value)]
        return Read(bytes(page(value, content).body).decode())

    ours, harmless = shown(sign), shown("harmless")
    assert ours.tags == harmless.tags
    assert ours.attributes == harmless.attributes
    assert "".join(ours.words).count(sign) == "".join(harmless.words).count("harmless") == 5


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def operations(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (path, said)
        for path, methods in schema["paths"].items()
        for said in methods.values()
        if isinstance(said, dict)
    ]


def test_no_secret_is_asked_for_in_an_address(schema: dict[str, Any]) -> None:
    named = {
        given["name"]
        for _, said in operations(schema)
        for given in said.get("parameters", ())
        if given.get("in") in ("path", "query")
    }
    assert len(named) > 100
    secret = re.compile(r"token|secret|password|api_?key|credential|otp|session_key|authoriz")
    assert {name for name in named if secret.search(name.lower())} == set()


def told_in(schema: dict[str, Any], said: dict[str, Any]) -> set[str]:
    """The names of all fields of an operation's good answers."""
    left, seen, fields = [said.get("responses", {}).get("200", {})], set[str](), set[str]()
    while left:
        part = left.pop()
        if isinstance(part, dict):
            fields |= set(part.get("properties", {}))
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in seen:
                seen.add(name)
                left.append(schema["components"]["schemas"][name])
            left += part.values()
        elif isinstance(part, list):
            left += part
    return fields


def test_tokens_are_told_to_whoever_signs_in_and_by_no_other_operation(
    schema: dict[str, Any],
) -> None:
    tells = {
        path
        for path, said in operations(schema)
        if {"access_token", "refresh_token"} & told_in(schema, said)
    }
    assert tells == SIGNED_IN_BY


def test_secrets_of_authenticators_have_160_bits_of_the_systems_randomness(tmp_path: Path) -> None:
    made = {SecondFactors(tmp_path, "Bima").new() for _ in range(200)}
    assert len(made) == 200
    assert {len(pyotp.TOTP(one).byte_secret()) for one in made} == {20}


def test_what_may_not_be_guessed_is_not_drawn_by_a_guessable_hand() -> None:
    found = {
        str(path.relative_to(PROJECT))
        for folder in PRODUCT
        if folder not in {"cli", "ml"}
        for path in sorted((PROJECT / folder).rglob("*.py"))
        if "random" in imported_by(path.read_text(encoding="utf-8"))
    }
    assert found <= DRAWS


def imported_by(text: str) -> set[str]:
    return set(imported(ast.parse(text))) if "random" in text else set()


def test_no_address_hands_out_files_of_a_folder_or_keeps_a_line_open() -> None:
    kinds = {type(route).__name__ for route in create_app(Settings()).routes}
    assert "Mount" not in kinds, "a folder, or another application, would answer beside the gate"
    assert not any("WebSocket" in kind for kind in kinds)
    source = (PROJECT / "api").rglob("*.py")
    assert not any("StaticFiles" in path.read_text(encoding="utf-8") for path in source)


def test_keys_are_of_128_bits_of_security_or_more(tmp_path: Path) -> None:
    tokens = load_pem_private_key(signing_key(tmp_path), None)
    seal = load_pem_private_key(log_signing_key(tmp_path), None)
    assert isinstance(tokens, Ed25519PrivateKey)
    assert isinstance(seal, Ed25519PrivateKey)
    assert signing_key(tmp_path) != signing_key(tmp_path / "another")
    assert {len(key(tmp_path)) for key in (blind_index_key, bank_key, second_factor_key)} == {32}


def test_nobody_may_sign_in_before_somebody_is_added(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        assert conn.execute("SELECT count(*) FROM identity_user").fetchone() == (0,)
