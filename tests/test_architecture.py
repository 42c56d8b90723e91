"""The rules of the source's shape that no other tool checks."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
DOMAIN = sorted((PROJECT / "domain").rglob("*.py"))

# A decision must come out the same whenever and wherever it is made again.
FORBIDDEN_CALLS = frozenset({
    "now", "utcnow", "today", "uuid1", "uuid4", "uuid7", "random", "getenv", "read_text",
    "write_text", "sleep",
})  # fmt: skip
# As names of their own only: a case may well have an `open()` of another meaning.
FORBIDDEN_BUILTINS = frozenset({"open", "print", "input", "exec", "eval"})
FORBIDDEN_MODULES = frozenset({
    "random", "secrets", "os", "sys", "pathlib", "io", "socket", "subprocess", "threading",
    "asyncio", "time", "logging", "tempfile", "shutil", "urllib", "http", "sqlite3",
})  # fmt: skip


def imported(tree: ast.AST) -> Iterator[str]:
    """The first word of every module that a file imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def forbidden_calls(tree: ast.AST) -> Iterator[str]:
    """The last word of every call that a file of the domain may not make."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in FORBIDDEN_CALLS:
                yield name
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN_CALLS | FORBIDDEN_BUILTINS:
                yield name


def domain_faults(source: str) -> set[str]:
    """What in a file of the domain is against its rules."""
    tree = ast.parse(source)
    modules = set(imported(tree))
    foreign = modules - {"domain"} - sys.stdlib_module_names
    return foreign | (modules & FORBIDDEN_MODULES) | set(forbidden_calls(tree))


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: str(path.relative_to(PROJECT)))
def test_the_domain_uses_the_standard_library_only_and_no_clock_chance_or_file(path: Path) -> None:
    assert domain_faults(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("import pydantic", "pydantic"),
        ("from api.money import tzs", "api"),
        ("import datetime\ndatetime.datetime.now()", "now"),
        ("from uuid import uuid4\nuuid4()", "uuid4"),
        ("import random", "random"),
        ("print('paid')", "print"),
    ],
)
def test_the_check_of_the_domain_sees_a_fault(source: str, fault: str) -> None:
    assert domain_faults(source) == {fault}


def test_every_package_is_checked_for_its_types_and_its_imports() -> None:
    tools = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")}
    assert set(tools["mypy"]["packages"]) == packages
    assert set(tools["importlinter"]["root_packages"]) == packages - {"tests"}


def committed() -> list[Path]:
    """Every text file of the project that is, or is about to be, under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [PROJECT / name for name in listed.stdout.splitlines() if (PROJECT / name).is_file()]


def test_no_file_names_a_folder_of_one_machine_or_a_package_index() -> None:
    # Written apart, so that this file does not find itself.
    folders = ["tmp", "work", "root", "home", "farm", "Users"]
    hosts = ["py" + "pi.org", "python" + "hosted", "registry." + "npmjs"]
    machine = re.compile("|".join([*(rf"(?<![\w.~}}])/{name}/" for name in folders), *hosts]))
    found: list[str] = []
    for path in committed():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if hit := machine.search(text):
            found.append(f"{path.relative_to(PROJECT)}: {hit[0]}")
    assert found == []
