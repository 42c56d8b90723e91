"""What fraud rules and models compare a claim with: each claim once, as it came in, and the prices.

Rows are only added and carry the position of the claim's submission, so the question "what was
known at this position" is a filter. Phones and accounts are kept as marks: enough to see that two
are the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.claim.events import ClaimSubmitted, ClaimTakenOver
from domain.member.events import MemberDetailsCorrected, MemberEnrolled
from domain.personal import ERASED, ContactText, HealthText
from domain.provider.events import ProviderRegistered
from projections.declaring import AMOUNT, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows

DIGITS = 9
"""Of a phone number; in front of them stands the country or a zero."""


@dataclass(slots=True)
class ClaimFactRow(Row):
    """`lines` are texts of amount in minor units, quantity and code. `family` is the member through
    whom all are covered; `home` and `place` are the regions of member and provider."""

    claim_id: UUID
    number: str
    member_id: UUID
    provider_id: UUID
    policy_id: UUID | None
    service_from: Annotated[date, SORTS]
    submitted_on: Annotated[date, SORTS]
    currency: str
    billed_minor: Annotated[int, AMOUNT]
    codes: tuple[str, ...]
    lines: Annotated[tuple[str, ...], SHOWN]
    diagnosis: HealthText
    family: UUID
    phone: ContactText
    account: ContactText
    home: str
    place: str


@dataclass(slots=True)
class PriceRow(Row):
    """What one unit of a service was billed at; `unit_minor` has the fraction that remains."""

    claim_id: UUID
    line: int
    code: str
    currency: str
    unit_minor: Decimal


@dataclass(slots=True)
class ClaimantRow(Row):
    """A member as claims name one: the family, the mark of the phone, the region."""

    member_id: UUID
    family: UUID
    phone: ContactText
    home: str


@dataclass(slots=True)
class PayeeRow(Row):
    """A provider as claims name one: the mark of the account that it is paid to, the region."""

    provider_id: UUID
    account: ContactText
    place: str


def _members(event: Recorded, _: Rows) -> Iterable[UUID]:
    fact = event.fact
    claimed = isinstance(fact, ClaimSubmitted | ClaimTakenOver)
    return (fact.member_id if claimed else event.stream_id,)


def _providers(event: Recorded, _: Rows) -> Iterable[UUID]:
    fact = event.fact
    claimed = isinstance(fact, ClaimSubmitted | ClaimTakenOver)
    return (fact.provider_id if claimed else event.stream_id,)


CLAIMS = (ClaimSubmitted, ClaimTakenOver)
FACTS = Table(
    ClaimFactRow,
    "claim_facts",
    ("claim_id",),
    person="member_id",
    erased="",
    indexes=(
        Index(("member_id", "service_from")),
        Index(("provider_id", "position")),
        Index(("diagnosis", "position")),
        Index(("phone", "position"), where="phone <> ''"),
        Index(("position",)),
    ),
    added_only=True,
)
PRICES = Table(
    PriceRow,
    "claim_prices",
    ("claim_id", "line"),
    indexes=(Index(("code", "position", "line")),),
    added_only=True,
)
CLAIMANTS = Table(
    ClaimantRow,
    "claim_claimants",
    ("member_id",),
    person="member_id",
    erased="",
    parents=_members,
    needed_for=(MemberEnrolled, MemberDetailsCorrected, *CLAIMS),
)
PAYEES = Table(
    PayeeRow,
    "claim_payees",
    ("provider_id",),
    indexes=(Index(("account",)),),
    person="provider_id",
    erased="",
    parents=_providers,
    needed_for=(ProviderRegistered, *CLAIMS),
)


def mark(kind: str, value: str) -> str:
    """Tells a phone or an account from another one; empty for none. Spacing says nothing, and
    those of people who were erased are not all the same one."""
    if value == ERASED:
        return ""
    plain = "".join(sign for sign in value.upper() if sign.isalnum())
    if kind == "phone":
        plain = plain[-DIGITS:]
    return sha256(f"{kind}|{plain}".encode()).hexdigest()[:16] if plain else ""


def enrolled(event: Recorded, fact: MemberEnrolled, rows: Rows) -> None:
    rows.add(
        CLAIMANTS,
        ClaimantRow(
            member_id=event.stream_id,
            family=fact.principal_id or event.stream_id,
            phone=mark("phone", fact.details.phone),
            home=fact.details.region,
        ),
    )


def corrected(event: Recorded, fact: MemberDetailsCorrected, rows: Rows) -> None:
    row = rows.change(CLAIMANTS, event.stream_id)
    row.phone, row.home = mark("phone", fact.details.phone), fact.details.region


def registered(event: Recorded, fact: ProviderRegistered, rows: Rows) -> None:
    account = mark("account", fact.payee_account)
    rows.add(PAYEES, PayeeRow(provider_id=event.stream_id, account=account, place=fact.region))


def known(event: Recorded, fact: ClaimSubmitted | ClaimTakenOver, rows: Rows) -> None:
    claimant = rows.find(CLAIMANTS, fact.member_id)
    payee = rows.find(PAYEES, fact.provider_id)
    submitted_on = (
        fact.submitted_on if isinstance(fact, ClaimSubmitted) else event.meta.effective_on
    )
    rows.add(
        FACTS,
        ClaimFactRow(
            claim_id=event.stream_id,
            number=fact.number,
            member_id=fact.member_id,
            provider_id=fact.provider_id,
            policy_id=fact.policy_id,
            service_from=fact.service_from,
            submitted_on=submitted_on,
            currency=fact.billed.currency,
            billed_minor=fact.billed.minor,
            codes=tuple(sorted({line.code for line in fact.lines})),
            lines=tuple(f"{li.billed.minor} {li.quantity} {li.code}" for li in fact.lines),
            diagnosis=fact.diagnoses[0] if fact.diagnoses else "",
            family=claimant.family if claimant else fact.member_id,
            phone=claimant.phone if claimant else "",
            account=payee.account if payee else "",
            home=claimant.home if claimant else "",
            place=payee.place if payee else "",
        ),
    )
    for line in fact.lines:
        if line.quantity > 0:
            rows.add(
                PRICES,
                PriceRow(
                    claim_id=event.stream_id,
                    line=line.line,
                    code=line.code,
                    currency=line.billed.currency,
                    unit_minor=round(Decimal(line.billed.minor) / line.quantity, 6),
                ),
            )


PROJECTION = Projection(
    name="claim_facts",
    version=2,
    question="What was known of other claims and of usual prices at a log position?",
    tables=(FACTS, PRICES, CLAIMANTS, PAYEES),
    on={
        MemberEnrolled: enrolled,
        MemberDetailsCorrected: corrected,
        ProviderRegistered: registered,
        ClaimSubmitted: known,
        ClaimTakenOver: known,
    },
)
