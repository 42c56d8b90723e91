"""Whether the locked versions still answer to pyproject.toml and to what is installed."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version

from deploy.bootstrap import DEVELOPER_LOCK, PROJECT, RUNTIME_LOCK
from deploy.install import INSTALLER_LOCK

LOCKS = (PROJECT / RUNTIME_LOCK, PROJECT / DEVELOPER_LOCK, INSTALLER_LOCK)
_PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==([^ ;\\]+)(?:\s*;\s*([^\\]*))?", re.MULTILINE)
_WISH = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?([^;]*)")


def faults() -> list[str]:
    """Every way in which the committed locks contradict pyproject.toml, each other, or our rule
    that they name no package index; empty if all is well."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    runtime, developer = pins(RUNTIME_LOCK), pins(DEVELOPER_LOCK)
    wishes = [(wish, runtime, RUNTIME_LOCK) for wish in project["project"]["dependencies"]]
    wishes += [(wish, developer, DEVELOPER_LOCK) for wish in project["dependency-groups"]["dev"]]
    found = [fault for wish in wishes if (fault := _unmet(*wish))]
    found += [
        f"{DEVELOPER_LOCK} has another {name} than {RUNTIME_LOCK}"
        for name, versions in runtime.items()
        if developer.get(name) != versions
    ]
    found += [f"{path.name} names an address" for path in LOCKS if "://" in path.read_text()]
    return found


def not_installed(lock: str = RUNTIME_LOCK) -> list[str]:
    """Packages of `lock` that the running Python lacks or has in another version."""
    found: list[str] = []
    for name, versions in pins(lock).items():
        try:
            if version(name) not in versions:
                found.append(f"{name} is {version(name)}, locked is {' or '.join(versions)}")
        except PackageNotFoundError:
            if versions and not all(versions.values()):  # a marker may leave it out here
                found.append(f"{name} is missing")
    return found


def pins(lock: str) -> dict[str, dict[str, str]]:
    """The locked versions of each package, each with the platforms or Pythons it is for."""
    found: dict[str, dict[str, str]] = {}
    for name, number, marker in _PIN.findall((PROJECT / lock).read_text()):
        found.setdefault(_plain(name), {})[number] = marker.strip()
    return found


def allows(limits: str, number: str) -> bool:
    """Whether a version meets limits such as `>=3.3,<4`. Raises ValueError for another sign."""
    for limit in filter(None, limits.replace(" ", "").split(",")):
        parts = re.fullmatch(r"(>=|<|==)([0-9.]+)", limit)
        if parts is None:
            raise ValueError(f"pyproject.toml says {limit!r}; only >=, < and == are understood")
        sign, bound = parts[1], _numbers(parts[2])
        given = _numbers(number)
        width = max(len(given), len(bound))
        a, b = (value + (0,) * (width - len(value)) for value in (given, bound))
        if not {">=": a >= b, "<": a < b, "==": a == b}[sign]:
            return False
    return True


def _unmet(wish: str, locked: dict[str, dict[str, str]], lock: str) -> str:
    parts = _WISH.match(wish)
    assert parts is not None
    versions = locked.get(_plain(parts[1]))
    if versions is None:
        return f"{lock} lacks {parts[1]}"
    wrong = [number for number in versions if not allows(parts[2], number)]
    return f"{lock} has {parts[1]} {wrong[0]}, wanted is {parts[2].strip()}" if wrong else ""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _numbers(number: str) -> tuple[int, ...]:
    leading = re.match(r"[0-9.]+", number)
    assert leading is not None
    return tuple(int(part) for part in leading[0].split(".") if part)
