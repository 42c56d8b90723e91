"""Rows to learn from or to be judged: features on one side, the outcome on the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ml.declaring import Features, FeatureSet

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

T = TypeVar("T")


@dataclass(frozen=True)
class Dataset:
    """Claims with their features.

    `keys` identify the claims; rows of one of the `units` (a provider, a policy) are never both
    learnt from and judged. `stakes` is the money at stake in each, in whole units of the data.
    `rule` is what the plain rule says of each, from 0 to 1, suspicious from `rule_at` on.
    `fraud` is None where the outcome is not known. `groups`, `kinds` (of fraud that was planted)
    and `rule_kinds` (what the rules take each for) are for reporting alone.
    """

    features: FeatureSet
    rows: tuple[Features, ...]
    keys: tuple[str, ...]
    units: tuple[str, ...]
    stakes: Whole
    rule: Floats
    rule_at: float
    fraud: Flags | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    rule_kinds: tuple[str, ...] = ()
    from_on: date | None = None
    until_on: date | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def outcome(self) -> Flags:
        """Whether each was fraud; asked for only where that is known."""
        assert self.fraud is not None, "these rows have no outcome"
        return self.fraud

    @property
    def digest(self) -> str:
        """SHA-256 of what a model could learn here, to tell the same data again."""
        told = sha256(self.features.digest.encode())
        for number, (key, row) in enumerate(zip(self.keys, self.rows, strict=True)):
            known = "" if self.fraud is None else int(self.fraud[number])
            values = [row[name] for name in self.features.names]
            told.update(f"{key}|{known}|{values!r}\n".encode())
        return told.hexdigest()

    def part(self, chosen: Sequence[int] | Whole) -> "Dataset":
        """The rows at these places, in this order."""
        places = np.asarray(chosen, dtype=np.int64)
        return replace(
            self,
            rows=_at(self.rows, places),
            keys=_at(self.keys, places),
            units=_at(self.units, places),
            stakes=self.stakes[places],
            rule=self.rule[places],
            fraud=None if self.fraud is None else self.fraud[places],
            groups={name: _at(of, places) for name, of in self.groups.items()},
            kinds=_at(self.kinds, places) if self.kinds else (),
            rule_kinds=_at(self.rule_kinds, places) if self.rule_kinds else (),
        )

    def reading(self, features: FeatureSet) -> "Dataset":
        """The same rows for a model that reads other features of them."""
        return replace(self, features=features)


def together(parts: Sequence[Dataset]) -> Dataset:
    """Rows of several worlds as one; keys and units must differ between them."""
    first = parts[0]
    return replace(
        first,
        rows=tuple(row for part in parts for row in part.rows),
        keys=tuple(key for part in parts for key in part.keys),
        units=tuple(unit for part in parts for unit in part.units),
        stakes=np.concatenate([part.stakes for part in parts]),
        rule=np.concatenate([part.rule for part in parts]),
        fraud=np.concatenate([part.outcome for part in parts]),
        groups={
            name: tuple(of for part in parts for of in part.groups[name]) for name in first.groups
        },
        kinds=tuple(kind for part in parts for kind in part.kinds),
        rule_kinds=tuple(kind for part in parts for kind in part.rule_kinds),
    )


def _at(values: tuple[T, ...], places: Whole) -> tuple[T, ...]:
    return tuple(values[place] for place in places)
