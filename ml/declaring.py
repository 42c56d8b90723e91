"""What a fraud model may read, declared feature by feature; the outcome can never be among it.

A row is read into declared columns. What was known when the claim came in becomes features; the
outcome, and everything written after it, is kept apart before any feature is computed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

Value = float | str | None
"""A number, a category, or not known."""

Features = Mapping[str, Value]


class Sort(StrEnum):
    NUMBER = "number"
    CATEGORY = "category"


class LeakRefused(ValueError):
    """A feature would tell the model the outcome that it is to foresee."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that a model reads.

    `says` puts it into words, with `{value}` filled in. `rising` is 1 where more of it may only
    make a claim more suspicious, -1 the other way round, 0 where the data may decide. `optional`
    allows that it is not known. `protected` marks an attribute of a person that no decision may
    rest on. `speaks_of` names the kind of fraud that it points to, if one.
    """

    name: str
    sort: Sort
    says: str
    rising: int = 0
    optional: bool = False
    protected: bool = False
    speaks_of: str = ""


@dataclass(frozen=True)
class FeatureSet:
    """The features of one kind of model, and what they may never be made from.

    `outcome` is the column that tells whether it was fraud; `afterwards` are columns that are
    filled in once that is known or being looked into.
    """

    name: str
    features: tuple[Feature, ...]
    outcome: str
    afterwards: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        names = [feature.name for feature in self.features]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"{self.name}: features are named, each once")
        if leaks := sorted(set(names) & {self.outcome, *self.afterwards}):
            raise LeakRefused(
                f"{self.name}: {', '.join(leaks)} is known only after the claim was judged"
            )

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features)

    @property
    def protected(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features if feature.protected)

    @cached_property
    def digest(self) -> str:
        """Changes with any name or sort: a model fits only the features that it learnt from."""
        told = "\n".join(f"{feature.name} {feature.sort}" for feature in self.features)
        return sha256(told.encode()).hexdigest()

    def impartial(self) -> "FeatureSet":
        """The same without protected attributes."""
        kept = tuple(feature for feature in self.features if not feature.protected)
        return FeatureSet(f"{self.name}_impartial", kept, self.outcome, self.afterwards)

    def known(self, row: Features) -> dict[str, Value]:
        """What a feature function may see of a row: neither outcome nor what followed it."""
        hidden = {self.outcome, *self.afterwards}
        return {name: value for name, value in row.items() if name not in hidden}


def named(features: Sequence[Feature]) -> dict[str, Feature]:
    return {feature.name: feature for feature in features}
