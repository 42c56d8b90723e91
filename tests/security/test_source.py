"""S23: the source itself breaks none of the rules of `rules.py`, and no secret lies in it.

The linter's rules S are those of bandit (`./bima check style`); these are what it does not ask.
"""

import re
from pathlib import Path

import pytest

from cli.check import PRODUCT
from tests.security.rules import RULES, Rule
from tests.test_architecture import PROJECT, committed

SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}",
    "a key of a cloud": r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token that signs somebody in": r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}",
    "a token of a forge": r"\b(gh[pousr]_[A-Za-z0-9]{30,}|glpat-[\w-]{20})",
    "a hook of a chat": r"hooks\.slack\.com/services/T\w+",
    "a hashed password": r"\$argon2(id|i|d)\$v=\d+\$[^\s\"']{20,}",
    "a database's password": r"postgres(ql)?://(?!user:|postgres:postgres@|bima_app:secret@)[\w-]+:[^\s@{}$<>/]{6,}@",
}


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    """Every module of the product, by its path."""
    paths = [path for folder in PRODUCT for path in sorted((PROJECT / folder).rglob("*.py"))]
    return {str(path.relative_to(PROJECT)): path.read_text(encoding="utf-8") for path in paths}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_file_breaks_a_rule(rule: Rule, sources: dict[str, str]) -> None:
    assert rule.broken_in(rule.breaks), "the rule does not see its own sample"
    found = {name: lines for name, text in sources.items() if (lines := rule.broken_in(text))}
    assert set(found) == set(rule.except_in), f"{rule.name}: {found}"


def test_there_are_enough_rules_and_files(sources: dict[str, str]) -> None:
    assert len(RULES) >= 15
    assert len(sources) > 400
    print(f"S23: {len(RULES)} rules over {len(sources)} files")


def secrets_in(text: str) -> list[str]:
    return [what for what, pattern in SECRETS.items() if re.search(pattern, text)]


def test_no_secret_lies_in_the_source() -> None:
    found: dict[str, list[str]] = {}
    for path in committed():
        if path == Path(__file__) or path.suffix in {".png", ".lock"}:
            continue
        try:
            found[str(path.relative_to(PROJECT))] = secrets_in(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue
    assert len(found) > 500
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a private key", "-----BEGIN EC PRIVATE KEY-----\n" + "A" * 64),
        ("a key of a cloud", "AKIA" + "B" * 16),
        ("a token that signs somebody in", f"eyJ{'a' * 20}.eyJ{'b' * 20}.{'c' * 30}"),
        ("a token of a forge", "ghp_" + "d" * 36),
        ("a hook of a chat", "https://hooks.slack.com/services/T123"),
        ("a hashed password", "$argon2id$v=19$m=65536,t=3,p=4$abcdefghijkl$mnop"),
        ("a database's password", "postgresql://bima:hunter22@db/ledger"),
    ],
)
def test_the_search_sees_a_secret(what: str, text: str) -> None:
    assert what in secrets_in(text)
