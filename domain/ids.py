"""Names of things: what a number looks like, and ids that follow from other ids.

Ids of new things come from outside (uuid version 7, made by the client). Ids of things that
belong to another thing are derived, so that two commands that mean the same thing meet in the
same stream.
"""

from datetime import date
from uuid import UUID, uuid5

MEMBER = "MB"
POLICY = "POL"
CLAIM = "CLM"
PAYMENT = "PAY"
PROVIDER = "PRV"
UNDERWRITING = "UWC"

_FRAUD_MODELS = UUID("5b0c1d52-6a0b-5f0e-9f5a-6d2a9f1c7e34")


def numbered(series: str, year: int, running: int) -> str:
    """A number as it is printed: `CLM-2025-00123`; it grows past five digits where it must."""
    return f"{series}-{year}-{running:05d}"


def accumulator_id(policy_id: UUID, year_start: date | None) -> UUID:
    """The accumulator of a policy for the plan year that starts on a day; None is for life."""
    return uuid5(policy_id, f"accumulator|{year_start or 'LIFE'}")


def payment_id(claim_id: UUID, attempt: int = 1) -> UUID:
    """The payment of a claim; a reissue after a failure is the next attempt."""
    return uuid5(claim_id, f"payment|{attempt}")


def fraud_model_id(line: str) -> UUID:
    """The stream of all fraud models of a line of business, such as `health`."""
    return uuid5(_FRAUD_MODELS, line)
