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
DISPUTE = "DSP"
PREAUTHORISATION = "PRE"
CARD = "CRD"
LEAD = "LED"
RECONCILIATION = "REC"

_FRAUD_MODELS = UUID("5b0c1d52-6a0b-5f0e-9f5a-6d2a9f1c7e34")

MOVEMENT_BOOK_ID = UUID("8f1d3a70-2c4e-5b7a-9a61-04e7c2b95d18")
"""The one book of movements of an insurer."""


def numbered(series: str, year: int, running: int) -> str:
    """A number as it is printed: `CLM-2025-00123`; it grows past five digits where it must."""
    return f"{series}-{year}-{running:05d}"


def accumulator_id(policy_id: UUID, year_start: date | None) -> UUID:
    """The accumulator of a policy for the plan year that starts on a day; None is for life."""
    return uuid5(policy_id, f"accumulator|{year_start or 'LIFE'}")


def claim_line_id(claim_id: UUID, line: int) -> UUID:
    """A line of a claim, by its number there."""
    return uuid5(claim_id, f"line|{line}")


def benefit_id(product_id: UUID, key: str) -> UUID:
    """A benefit of a product, by its code or category."""
    return uuid5(product_id, f"benefit|{key}")


def tariff_id(provider_id: UUID, tariff_no: int) -> UUID:
    """A price list of a provider, by its number there."""
    return uuid5(provider_id, f"tariff|{tariff_no}")


_RATES = UUID("a4d0c3f2-5e7b-5b18-9c46-2f7d1e8b0a93")


def premium_rate_id(code: str) -> UUID:
    """The stream of a table of premium rates: the same code is the same table."""
    return uuid5(_RATES, code.upper())


_STATEMENTS = UUID("9c1e4d72-3a5f-5d0b-8e26-7b0f5a9c1d43")


def reconciliation_id(tenant: int, digest: str) -> UUID:
    """The stream of a bank statement, by the SHA-256 of its bytes."""
    return uuid5(_STATEMENTS, f"{tenant}|{digest}")


_TEMPLATES = UUID("3e7a9b14-0c2d-5f68-a1b5-6d8e4f2c7b90")


def notice_template_id(code: str) -> UUID:
    """The stream of a notice's words; case does not matter."""
    return uuid5(_TEMPLATES, code.upper())


def designation_id(member_id: UUID) -> UUID:
    """How the beneficiaries of a member share."""
    return uuid5(member_id, "designation")


_CODES = UUID("1d5f2b0a-73c8-5c1e-b4a9-0e6f8d2c7a35")


def code_id(system: str, code: str) -> UUID:
    """The stream of a code of a list (`service`, `diagnosis`); case does not matter."""
    return uuid5(_CODES, f"{system}|{code.upper()}")


_ROLES = UUID("7c0f6a52-0b1d-5e1f-8d3a-4a6c2e9b7f10")


def role_id(code: str) -> UUID:
    """The stream of a role."""
    return uuid5(_ROLES, code)


def permission_id(code: str) -> UUID:
    """The stream of a permission that the insurer has named."""
    return uuid5(_ROLES, f"permission|{code}")


_REINSURERS = UUID("e2b3b6f4-8f0a-5c55-9d0f-3b1f0c2a6d41")


def reinsurer_id(name: str) -> UUID:
    """A reinsurer by its name as treaties write it; case does not matter."""
    return uuid5(_REINSURERS, name.strip().upper())


def payment_id(claim_id: UUID, attempt: int = 1) -> UUID:
    """The payment of a claim; a reissue after a failure is the next attempt."""
    return uuid5(claim_id, f"payment|{attempt}")


def fraud_case_id(claim_id: UUID) -> UUID:
    """The suspicion of a claim."""
    return uuid5(claim_id, "fraud case")


def fraud_model_id(line: str) -> UUID:
    """The stream of all fraud models of a line of business, such as `health`."""
    return uuid5(_FRAUD_MODELS, line)


_TREATIES = UUID("2f7d3c1e-9a64-5b0e-8f27-6c1b5a0d4e93")


def treaty_id(code: str) -> UUID:
    """The stream of a treaty: the same code is the same treaty."""
    return uuid5(_TREATIES, code.upper())


def programme_id(line: str = "health") -> UUID:
    """The register of the treaties of a line of business."""
    return uuid5(_TREATIES, f"programme|{line}")


def cession_id(of: UUID) -> UUID:
    """What is ceded of a life (its member), of a policy's premium, or of a programme's years."""
    return uuid5(of, "cession")


def report_id(treaty: UUID, kind: str, period: str) -> UUID:
    """The report of a kind (`claims`, `premium`) on a treaty and a period such as 2025-Q1."""
    return uuid5(treaty, f"report|{kind}|{period}")


def treaty_account_id(treaty: UUID) -> UUID:
    """The account current of a treaty."""
    return uuid5(treaty, "account")
