"""What the demo promises, each kept or broken: the exit code says whether all were kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Promise:
    what: str
    kept: bool
    found: str


@dataclass
class Promises:
    """Gathered while the year is played."""

    made: list[Promise] = field(default_factory=list)

    def keep(self, what: str, kept: bool, found: object = "") -> None:
        self.made.append(Promise(what, kept, str(found)))

    def equal(self, what: str, found: object, wanted: object) -> None:
        """Kept when `found` equals `wanted`; tells both where not."""
        kept = found == wanted
        self.keep(what, kept, found if kept else f"{found}, wanted {wanted}")

    @property
    def all_kept(self) -> bool:
        return all(promise.kept for promise in self.made)

    def broken(self) -> Iterator[Promise]:
        return (promise for promise in self.made if not promise.kept)

    def as_json(self) -> list[dict[str, Any]]:
        return [{"promise": p.what, "kept": p.kept, "found": p.found} for p in self.made]
