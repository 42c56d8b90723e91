"""The rows and tables of policies: the contract, its periods, covers, premium and pauses."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.policy.events import (
    MemberAddedToPolicy,
    MemberRemovedFromPolicy,
    PolicyIssued,
    PolicyLapsed,
    PolicyRenewed,
    PolicyResumed,
    PolicyRevived,
    PolicySuspended,
)
from projections.declaring import AMOUNT, SEARCHED, SHOWN, SORTS, Index, Row, Table


@dataclass(slots=True)
class PolicyRow(Row):
    """`stage` is active, lapsed, suspended or terminated as recorded; what holds on a day follows
    from the periods and pauses. `premium_minor` sums all periods, `charged_minor` their
    instalments."""

    policy_id: UUID
    number: Annotated[str, SEARCHED]
    stage: Annotated[str, SORTS]
    product_id: UUID
    holder_id: UUID
    from_on: Annotated[date, SORTS]
    until_on: Annotated[date | None, SORTS]
    currency: str
    premium_minor: Annotated[int, AMOUNT]
    charged_minor: Annotated[int, AMOUNT]
    received_minor: Annotated[int, AMOUNT]
    grace_days: int
    renewal: bool
    covered_count: Annotated[int, SORTS]
    origin: str = ""
    paused_on: Annotated[date | None, SORTS] = None
    terminated_on: Annotated[date | None, SORTS] = None
    reason: Annotated[str, SHOWN] = ""


@dataclass(slots=True)
class PeriodRow(Row):
    policy_id: UUID
    from_on: Annotated[date, SORTS]
    until_on: Annotated[date | None, SORTS]
    currency: str
    premium_minor: Annotated[int, AMOUNT]


@dataclass(slots=True)
class CoverRow(Row):
    """A member's own cover, from `from_on` up to, and without, `until_on`."""

    policy_id: UUID
    member_id: UUID
    cover: int
    from_on: Annotated[date, SORTS]
    until_on: Annotated[date | None, SORTS]


@dataclass(slots=True)
class InstalmentRow(Row):
    policy_id: UUID
    entry: int
    line: int
    due_on: Annotated[date, SORTS]
    currency: str
    amount_minor: Annotated[int, AMOUNT]


@dataclass(slots=True)
class ReceiptRow(Row):
    policy_id: UUID
    entry: int
    received_on: Annotated[date, SORTS]
    currency: str
    amount_minor: Annotated[int, AMOUNT]
    reference: str


@dataclass(slots=True)
class PauseRow(Row):
    """Days without cover: lapsed or suspended, until taken up again."""

    policy_id: UUID
    pause: int
    why: str
    from_on: Annotated[date, SORTS]
    until_on: Annotated[date | None, SORTS]


POLICIES = Table(
    PolicyRow,
    "policies",
    ("policy_id",),
    indexes=(
        Index(("number",)),
        Index(("holder_id",)),
        Index(("product_id",)),
        Index(("stage", "until_on")),
        Index(("created_at", "policy_id")),
    ),
)
PERIODS = Table(PeriodRow, "policy_periods", ("policy_id", "from_on"), added_only=True)
COVERS = Table(
    CoverRow,
    "policy_members",
    ("policy_id", "member_id", "cover"),
    indexes=(Index(("member_id", "from_on")),),
    needed_for=(PolicyIssued, MemberAddedToPolicy, MemberRemovedFromPolicy, PolicyRenewed),
)
INSTALMENTS = Table(
    InstalmentRow,
    "policy_instalments",
    ("policy_id", "entry", "line"),
    indexes=(Index(("due_on",)),),
    added_only=True,
)
RECEIPTS = Table(
    ReceiptRow,
    "policy_receipts",
    ("policy_id", "entry"),
    indexes=(Index(("received_on",)),),
    added_only=True,
)
PAUSES = Table(
    PauseRow,
    "policy_pauses",
    ("policy_id", "pause"),
    needed_for=(PolicyLapsed, PolicySuspended, PolicyRevived, PolicyResumed),
)
