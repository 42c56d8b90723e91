"""Movements of money, one row each and never changed: what reports and triangles stand on.

What a report showed at a cut-off is the rows up to a log position, whenever it is asked. A
correction is a further movement.
"""

from datetime import date

from adapters.envelope import Recorded
from domain.accumulator.events import BenefitRestored, BenefitUsed
from domain.adjudication.balances import LIFE
from domain.cession.events import CessionRestruck, LossCeded, PremiumCeded
from domain.payment.events import (
    PaymentCancelled,
    PaymentConfirmed,
    PaymentFailed,
    PaymentScheduled,
)
from domain.policy.events import PolicyIssued, PolicyRenewed, PremiumReceived
from projections.claim_movements import ON_CLAIMS
from projections.declaring import Projection
from projections.movement_rows import (
    MILESTONES,
    MOVEMENTS,
    PAID_FOR,
    PRODUCT_OF,
    REGISTER,
    RESERVES,
    Moved,
    PaidForRow,
    ProductOfRow,
)
from projections.movement_writing import move, premium
from projections.rows import Rows

__all__ = ["MILESTONES", "MOVEMENTS", "PROJECTION", "REGISTER", "RESERVES", "Moved"]


def issued(event: Recorded, fact: PolicyIssued, rows: Rows) -> None:
    rows.add(PRODUCT_OF, ProductOfRow(event.stream_id, fact.product_id))
    written(event, fact, rows)


def written(event: Recorded, fact: PolicyIssued | PolicyRenewed, rows: Rows) -> None:
    day = fact.period.from_on
    premium(event, Moved.PREMIUM_WRITTEN, event.stream_id, fact.premium, day, rows)


def received(event: Recorded, fact: PremiumReceived, rows: Rows) -> None:
    day = fact.received_on
    premium(event, Moved.PREMIUM_RECEIVED, event.stream_id, fact.amount, day, rows)


def used(event: Recorded, fact: BenefitUsed | BenefitRestored, rows: Rows) -> None:
    """What the member's own limits of money hold of the claim; counts and families' totals move
    no money of their own."""
    claim = rows.find(RESERVES, fact.claim_id)
    if claim is None:
        return
    who = str(claim.member_id)
    minor = sum(
        entry.amount_minor
        for entry in fact.entries
        if entry.what == "paid" and entry.who == who and entry.year != LIFE
    )
    if minor:
        move(event, claim, Moved.BENEFIT_USED, minor, event.meta.effective_on, rows)


def scheduled(event: Recorded, fact: PaymentScheduled, rows: Rows) -> None:
    rows.add(
        PAID_FOR,
        PaidForRow(event.stream_id, fact.claim_id, fact.amount.currency, fact.amount.minor),
    )
    transfer(event, Moved.PAYMENT_SCHEDULED, event.meta.effective_on, rows)


def confirmed(event: Recorded, fact: PaymentConfirmed, rows: Rows) -> None:
    transfer(event, Moved.PAYMENT_CONFIRMED, fact.paid_on, rows)


def stopped(event: Recorded, _: PaymentFailed | PaymentCancelled, rows: Rows) -> None:
    transfer(event, Moved.PAYMENT_STOPPED, event.meta.effective_on, rows)


def transfer(event: Recorded, kind: Moved, day: date, rows: Rows) -> None:
    """The whole payment moves a step further; it has no parts."""
    paid_for = rows.find(PAID_FOR, event.stream_id)
    claim = None if paid_for is None else rows.find(RESERVES, paid_for.claim_id)
    if paid_for is not None and claim is not None:
        move(event, claim, kind, paid_for.amount_minor, day, rows)


def ceded(event: Recorded, fact: LossCeded | CessionRestruck, rows: Rows) -> None:
    """Each treaty's part of a claim: paid, and reserved as the rest of what is incurred."""
    day = event.meta.effective_on
    for number, line in enumerate(fact.lines):
        claim = rows.find(RESERVES, line.claim_id)
        if claim is None:
            continue
        parts = {
            Moved.CEDED_PAID: line.paid.minor,
            Moved.CEDED_RESERVED: line.incurred.minor - line.paid.minor,
        }
        for at, (kind, minor) in enumerate(parts.items(), 2 * number + 1):
            if minor:
                move(event, claim, kind, minor, day, rows, line=at, treaty_id=line.treaty_id)


def premium_ceded(event: Recorded, fact: PremiumCeded, rows: Rows) -> None:
    day = event.meta.effective_on
    for number, one in enumerate(fact.lines):
        parts = {Moved.CEDED_PREMIUM: one.premium, Moved.CEDED_COMMISSION: one.commission}
        for at, (kind, amount) in enumerate(parts.items(), 2 * number + 1):
            if amount.minor:
                premium(
                    event, kind, fact.policy_id, amount, day, rows,
                    line=at, treaty_id=one.treaty_id,
                )  # fmt: skip


PROJECTION = Projection(
    name="movements",
    version=2,
    question="Which money moved, for whom, on which day, and when did we learn of it?",
    tables=(PAID_FOR, PRODUCT_OF, RESERVES, REGISTER, MILESTONES, MOVEMENTS),
    on={
        PolicyIssued: issued,
        PolicyRenewed: written,
        PremiumReceived: received,
        **ON_CLAIMS,
        BenefitUsed: used,
        BenefitRestored: used,
        PaymentScheduled: scheduled,
        PaymentConfirmed: confirmed,
        PaymentFailed: stopped,
        PaymentCancelled: stopped,
        LossCeded: ceded,
        CessionRestruck: ceded,
        PremiumCeded: premium_ceded,
    },
)
