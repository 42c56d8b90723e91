"""How a recipient wants to read a report: which columns, in which order, under which headings.

Profiles are data, one file a version beside this one; a version that was used is never changed.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from adapters.decoders import read_as
from domain.refusals import RuleBroken
from projections.treaty_reports.layout import LAYOUTS

_FOLDER = Path(__file__).parent / "profiles"


@dataclass(frozen=True, slots=True)
class Profile:
    """Without columns of a kind all of them are shown, without a heading its plain name."""

    name: str
    version: int
    language: str
    about: str
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)

    def columns_of(self, kind: str) -> tuple[str, ...]:
        return self.columns.get(kind) or LAYOUTS[kind].columns

    def heading(self, column: str) -> str:
        return self.headings.get(column) or column.replace("_", " ")


@cache
def profile(name: str) -> Profile:
    """The latest version of a profile, or the one that `name@2` names; raises RuleBroken."""
    wanted, _, number = name.partition("@")
    pattern = f"{wanted}.v{number or '*'}.json"
    if not wanted.replace("-", "").isalnum() or not (found := sorted(_FOLDER.glob(pattern))):
        known = ", ".join(sorted({path.name.partition(".")[0] for path in _FOLDER.glob("*.json")}))
        raise RuleBroken("report.unknown_profile", f"there is no profile {name}; there are {known}")
    profiles = [read_as(Profile, path.read_bytes()) for path in found]
    return max(profiles, key=lambda one: one.version)
