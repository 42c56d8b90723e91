"""Which version judges a claim: the same one whenever it is asked, as long as nothing changes."""

from hashlib import sha256
from uuid import UUID

from domain.fraud_model.state import ModelLine, Version

WHOLE_BPS = 10_000


def judging(line: ModelLine, claim_id: UUID) -> Version | None:
    """The version that scores a claim; None where no model is in charge and the rules judge."""
    if line.in_charge is None:
        return None
    trial = line.trial
    if trial is not None and drawn(claim_id, trial.trial) < trial.share_bps:
        return line.version(trial.version)
    return line.version(line.in_charge)


def drawn(claim_id: UUID, trial: int) -> int:
    """0 to 9,999: the place of a claim in a trial's draw, spread evenly and the same for ever."""
    digest = sha256(f"fraud model trial|{trial}|{claim_id}".encode()).digest()
    return int.from_bytes(digest[:8]) % WHOLE_BPS
