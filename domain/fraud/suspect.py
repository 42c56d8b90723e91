"""The claim in question with what is known beside it: what every fraud rule looks at."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.fraud.known import Known, SeenClaim


@dataclass(frozen=True, slots=True)
class Suspect:
    """A claim at its own place in the log."""

    claim: SeenClaim
    known: Known

    @property
    def same_illness_here(self) -> tuple[SeenClaim, ...]:
        """The provider's latest claims for the same diagnosis."""
        return tuple(c for c in self.known.here if c.diagnosis == self.claim.diagnosis)


def median(values: Sequence[int]) -> int:
    """The lower middle value of some."""
    return sorted(values)[(len(values) - 1) // 2]
