"""The remittance advice: which claims and lines a payment covers, for the provider who gets it.

One advice tells one payment, or everything that reached a payee within some days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from adapters.postgres import Connection
from domain.money import Money, total
from projections.explanation_of_benefits import Explanation, Person, explanation_of_benefits
from projections.history import NotFound
from projections.printed_words import Language

MOST_PAYMENTS = 500


class TooMuch(ValueError):
    """More payments than one advice may tell; ask for fewer days."""


@dataclass(frozen=True, slots=True)
class Remitted:
    """One payment and the claim it is for; `earlier` is what other payments for it brought."""

    payment_number: str
    stage: str
    bank_reference: str
    paid_on: date | None
    amount: Money
    earlier: Money
    claim: Explanation


@dataclass(frozen=True, slots=True)
class Remittance:
    """`from_on` and `until_on` bound the days of payment; None where one payment was asked for."""

    payee_kind: str
    payee: Person
    account: str
    from_on: date | None
    until_on: date | None
    currency: str
    language: Language
    payments: tuple[Remitted, ...]
    total: Money


_PAID = """SELECT payment_id, number, stage, bank_reference, paid_on, amount_minor, currency,
    claim_id, payee_kind, payee_id, account
FROM payments WHERE tenant = %(tenant)s AND """
_ONE = _PAID + "(number = %(asked)s OR payment_id::text = %(asked)s)"
_OF_PAYEE = (
    _PAID
    + """payee_id = %(payee)s AND stage = 'confirmed' AND paid_on >= %(from_on)s
    AND paid_on < %(until_on)s ORDER BY paid_on, number LIMIT %(most)s"""
)
_PAYEE = """SELECT number, name FROM providers WHERE tenant = %(tenant)s AND provider_id = %(payee)s
UNION ALL
SELECT number, full_name FROM members WHERE tenant = %(tenant)s AND member_id = %(payee)s"""


def remittance_of_payment(
    conn: Connection, tenant: int, asked: str, language: Language = Language.ENGLISH
) -> Remittance:
    """The advice of one payment, by its number or id; raises NotFound."""
    rows = conn.execute(_ONE, {"tenant": tenant, "asked": asked}).fetchall()
    if not rows:
        raise NotFound(f"there is no payment {asked}")
    return _advice(conn, tenant, rows, None, None, language)


def remittance_of_payee(
    conn: Connection,
    tenant: int,
    payee: UUID,
    from_on: date,
    until_on: date,
    language: Language = Language.ENGLISH,
) -> Remittance:
    """Everything that a provider or member was paid from a day up to, and without, another.

    Raises NotFound where nothing was, TooMuch for more than MOST_PAYMENTS payments.
    """
    rows = conn.execute(
        _OF_PAYEE,
        {
            "tenant": tenant, "payee": payee, "from_on": from_on, "until_on": until_on,
            "most": MOST_PAYMENTS + 1,
        },
    ).fetchall()  # fmt: skip
    if not rows:
        raise NotFound("nothing was paid in these days")
    if len(rows) > MOST_PAYMENTS:
        raise TooMuch(f"more than {MOST_PAYMENTS} payments: ask for fewer days")
    return _advice(conn, tenant, rows, from_on, until_on, language)


def _advice(
    conn: Connection,
    tenant: int,
    rows: Sequence[tuple[Any, ...]],
    from_on: date | None,
    until_on: date | None,
    language: Language,
) -> Remittance:
    *_, currency, _, payee_kind, payee_id, account = rows[0]
    payee = conn.execute(_PAYEE, {"tenant": tenant, "payee": payee_id}).fetchone()
    payments = tuple(_remitted(conn, tenant, row, language) for row in rows)
    return Remittance(
        payee_kind=payee_kind,
        payee=Person(*(payee or ("", ""))),
        account=account,
        from_on=from_on,
        until_on=until_on,
        currency=currency,
        language=language,
        payments=payments,
        total=total((payment.amount for payment in payments), currency),
    )


def _remitted(conn: Connection, tenant: int, row: tuple[Any, ...], language: Language) -> Remitted:
    _, number, stage, reference, paid_on, minor, currency, claim_id, *_ = row
    claim = explanation_of_benefits(conn, tenant, str(claim_id), language)
    amount = Money(minor, currency)
    return Remitted(
        payment_number=number,
        stage=stage,
        bank_reference=reference,
        paid_on=paid_on,
        amount=amount,
        earlier=claim.plan_pays - amount,
        claim=claim,
    )


def masked(account: str) -> str:
    """An account on paper: its last four digits."""
    return f"•••• {account[-4:]}" if len(account) > 4 else account
