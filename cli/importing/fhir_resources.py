"""FHIR R4 resources from files: one resource a line (NDJSON, packed or not), or whole bundles."""

import gzip
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from cli.importing.rejects import BadRow, FileUnusable
from domain.money import BadAmount, Money, exponent, round_minor

NEEDED = ("Patient", "Claim", "ExplanationOfBenefit")
DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: `line` is its line in the file, or its place in the bundle."""

    file: str
    line: int
    data: dict[str, Any]

    @property
    def id(self) -> str:
        return self.text("id")

    def get(self, *path: str | int) -> Any:
        """What stands at a path of names and indexes; None where there is nothing."""
        found: Any = self.data
        for step in path:
            if isinstance(step, int):
                found = found[step] if isinstance(found, list) and len(found) > step else None
            else:
                found = found.get(step) if isinstance(found, dict) else None
        return found

    def text(self, *path: str | int) -> str:
        found = self.get(*path)
        return found if isinstance(found, str) else ""

    def needed(self, *path: str | int) -> str:
        """A text that must be there."""
        found = self.text(*path)
        if not found:
            raise BadRow(named(path), "", "is missing")
        return found

    def day(self, *path: str | int) -> date:
        """The day of a date or instant, as it stands there."""
        found = self.needed(*path)
        try:
            return date.fromisoformat(found[:10])
        except ValueError as error:
            raise BadRow(named(path), found, "is not a date like 2024-02-29") from error

    def money(self, amount: Any, where: str) -> Money:
        """An amount with its currency; what lies beyond the minor unit is rounded half up.

        Generators write amounts that went through binary fractions, such as 108.80000000000001.
        """
        try:
            value, currency = Decimal(amount["value"]), amount["currency"]
            return Money(round_minor(value.scaleb(exponent(currency))), currency)
        except (BadAmount, TypeError, KeyError, ArithmeticError) as error:
            raise BadRow(where, str(amount), "is not an amount with its currency") from error

    def reference(self, *path: str | int) -> str:
        """The id that a reference points to: after the last colon, bar or slash."""
        found = self.needed(*path, "reference")
        return found.replace("|", "/").replace(":", "/").rsplit("/", 1)[-1]


@dataclass(slots=True)
class Store:
    """All resources of a folder by type and id, the first of each id."""

    by_type: dict[str, dict[str, Resource]] = field(default_factory=lambda: defaultdict(dict))
    repeated: list[Resource] = field(default_factory=list)

    def add(self, resource: Resource) -> None:
        kept = self.by_type[resource.text("resourceType")]
        if resource.id in kept:
            self.repeated.append(resource)
        else:
            kept[resource.id] = resource

    def all(self, kind: str) -> Sequence[Resource]:
        return tuple(self.by_type.get(kind, {}).values())

    def has(self, kind: str, native: str) -> bool:
        return native in self.by_type.get(kind, {})


def read_folder(folder: Path) -> Store:
    """Every resource below a folder; raises FileUnusable for what is missing or cut off."""
    store = Store()
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.name.endswith((".ndjson", ".ndjson.gz", ".json", ".json.gz"))
    )
    if not files:
        raise FileUnusable(f"{folder} holds no .ndjson, .ndjson.gz or .json file")
    for path in files:
        for resource in resources(path):
            store.add(resource)
    missing = [kind for kind in NEEDED if not store.by_type.get(kind)]
    if missing:
        raise FileUnusable(f"{folder} holds no {', '.join(missing)} resources")
    return store


def resources(path: Path) -> Iterator[Resource]:
    """The resources of one file, exact to the last decimal."""
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError) as error:
        raise FileUnusable(f"{path.name} cannot be unpacked: {error}; cut off?") from error
    if ".ndjson" in path.name:
        for number, line in enumerate(content.splitlines(), 1):
            if line.strip():
                yield Resource(path.name, number, decoded(line, f"{path.name} line {number}"))
        return
    bundle = decoded(content, path.name)
    if bundle.get("resourceType") != "Bundle":
        yield Resource(path.name, 1, bundle)
        return
    for number, entry in enumerate(bundle.get("entry") or (), 1):
        if isinstance(entry, dict) and isinstance(entry.get("resource"), dict):
            yield Resource(path.name, number, entry["resource"])


def decoded(text: bytes, where: str) -> dict[str, Any]:
    try:
        return DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise FileUnusable(f"{where} is not a JSON object: {error}; cut off?") from error


def named(path: Sequence[str | int]) -> str:
    """A path as people write it: `item[0].net`."""
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return words.removeprefix(".")
