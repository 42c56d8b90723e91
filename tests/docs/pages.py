"""Pages of the docs that are made from the code: refusal codes, settings, events.

`python -m tests.docs.pages` writes them; a test fails when they are out of date.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MADE = "This page is made from the code: `python -m tests.docs.pages` writes it anew."

_KINDS = {
    "WrongStage": "it stands at another stage",
    "RuleBroken": "a rule forbids it",
    "AlreadyTaken": "the value belongs to another",
    "LostRace": "others changed the same",
    "StaleVersion": "decided on an older version",
}
_CODE = re.compile(r"[a-z_{}]+\.[a-z_]+")


def refusals() -> str:
    """docs/refusals.md: every code with what it says, found where it is raised."""
    rows: dict[str, tuple[str, str]] = {}
    for folder in ("domain", "commands", "api"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            for kind, code, says in _raised(path):
                rows.setdefault(code, (_KINDS[kind], says))
    lines = [
        "# Refusals",
        "",
        "A command that may not be carried out is refused with a stable code, and nothing is",
        "recorded. Over HTTP the code stands in `error.details.rule`; the status is 409, or 404",
        "where something does not exist, or 412 for an older version. Words in braces are filled",
        "in. A denied claim is no refusal: it is a decision, recorded as `claim.denied`.",
        "",
        MADE,
        "",
        "| code | why | what it says |",
        "|---|---|---|",
        *(f"| `{code}` | {why} | {says} |" for code, (why, says) in sorted(rows.items())),
        "",
    ]
    return "\n".join(lines)


def _raised(path: Path) -> Iterator[tuple[str, str, str]]:
    """Each refusal that a file makes: its class, its code and its words."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        kind, said = node.func.id, node.args
        if kind == "another_person":  # refuses in the words that it is given
            kind, said = "RuleBroken", node.args[2:]
        if kind not in _KINDS or len(said) < 2:
            continue
        if _CODE.fullmatch(code := _words(said[0])):
            yield kind, code, _words(said[1])


def _words(node: ast.expr) -> str:
    """A message as it is written, with the name of what is filled in between braces."""
    if isinstance(node, ast.Constant):
        return str(node.value).replace("|", "/")
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        last = re.split(r"[.(]", ast.unparse(node.value).rstrip("()"))[-1]
        return "{" + last.strip("'\" )").replace("_", " ") + "}"
    if isinstance(node, ast.BinOp):
        return _words(node.left) + _words(node.right)
    return "…"


def settings() -> str:
    """docs/operations/settings.md: every setting, its default and its meaning."""
    tree = ast.parse((PROJECT / "adapters/settings.py").read_text(encoding="utf-8"))
    body = next(n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Settings")
    rows = []
    for field, said in pairwise(body):
        if not isinstance(field, ast.AnnAssign) or field.value is None:
            continue
        name = ast.unparse(field.target)
        meaning = ""
        if isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant):
            meaning = " ".join(str(said.value.value).split())
        assert meaning, f"the setting {name} has no line that tells its meaning"
        rows.append(f"| `{_variable(name, field.value)}` | {_default(field.value)} | {meaning} |")
    lines = [
        "# Settings",
        "",
        "Every setting comes from the environment. A wrong value is refused at the start with the",
        "name of the setting and the reason.",
        "",
        MADE,
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
        *rows,
        "",
    ]
    return "\n".join(lines)


def _variable(name: str, value: ast.expr) -> str:
    if isinstance(value, ast.Call):
        for keyword in value.keywords:
            if keyword.arg == "validation_alias" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return f"BIMA_{name.upper()}"


def _default(value: ast.expr) -> str:
    if isinstance(value, ast.Call):
        factory = next((k for k in value.keywords if k.arg == "default_factory"), None)
        if factory is not None:
            return "`.bima` beside the sources"
        value = value.args[0]
    if isinstance(value, ast.Constant):
        return f"`{value.value!s}`" if value.value not in ("", None) else "none"
    return f"`{ast.unparse(value)}`"


def events() -> str:
    """docs/events.md: every published event with what its class says of it."""
    from domain.events import CATALOGUE

    rows = []
    for entry in CATALOGUE.entries:
        said = " ".join((entry.type.__doc__ or "").split())
        if said.startswith(f"{entry.type.__name__}("):  # a dataclass without words of its own
            said = ""
        fields = ", ".join(f"`{name}`" for name in entry.type.__annotations__)
        rows.append(f"| `{entry.name}` | {entry.schema_version} | {fields or '–'} | {said} |")
    lines = [
        "# Events",
        "",
        "Everything that the ledger can record, under its published name. Names and meanings never",
        "change; `./bima explain NAME` tells what follows from one.",
        "",
        MADE,
        "",
        "| name | version | fields | meaning |",
        "|---|---|---|---|",
        *rows,
        "",
    ]
    return "\n".join(lines)


def access() -> str:
    """docs/access-matrix.md: every operation, who may call it, and what of all that there is."""
    from tests.api.matrix import staff_roles, table

    names = {role: "".join(word[0] for word in role.split("_")) for role in staff_roles()}
    short = {role: word if list(names.values()).count(word) == 1 else role[:4]
             for role, word in names.items()}  # fmt: skip
    rows = [
        f"| {row['operation'].replace(' /api/v1', ' ')} | {row['permission']} | "
        f"{_all_or(row['staff'], short)} | {row['member']} | {row['provider']} | {row['agent']} | "
        f"{row['reinsurer']} |"
        for row in table()
    ]
    lines = [
        "# Who may call what, and what they are shown",
        "",
        "Read from the running application. Staff with the permission reach everything of it; what",
        "others reach is told in words; an empty place is a refusal. `tests/api/test_matrix.py`",
        "tries every row for every role, with what is theirs, another's, and not there.",
        "",
        MADE,
        "",
        "Staff: " + ", ".join(f"{word} = {role}" for role, word in sorted(short.items())) + ".",
        "",
        "| operation | permission | staff | member | provider | agent | reinsurer |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
    ]
    return "\n".join(lines)


def _all_or(roles: list[str], short: Mapping[str, str]) -> str:
    return "all" if len(roles) == len(short) else " ".join(short[role] for role in roles)


PAGES: Mapping[str, Callable[[], str]] = {
    "docs/access-matrix.md": access,
    "docs/refusals.md": refusals,
    "docs/operations/settings.md": settings,
    "docs/events.md": events,
}


def main() -> None:
    for name, page in PAGES.items():
        (PROJECT / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
