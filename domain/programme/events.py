"""What can happen to the programme of a line of business: a treaty enters it."""

from dataclasses import dataclass
from uuid import UUID

from domain.periods import Period


@dataclass(frozen=True, slots=True)
class TreatyEnteredProgramme:
    """From now on this treaty reads premiums and losses that attach in its period."""

    treaty_id: UUID
    code: str
    priority: int
    period: Period
    compulsory: bool = False


ProgrammeEvent = TreatyEnteredProgramme
