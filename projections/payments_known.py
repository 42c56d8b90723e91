"""Our payments as somebody outside speaks of them: by number, and by the days of a statement."""

from collections.abc import Sequence
from uuid import UUID

from adapters.postgres import Pool
from domain.money import Money
from domain.payment.reconciling import OwnPayment, StatementLine


def payment_numbered(pool: Pool, tenant: int, number: str) -> UUID | None:
    """The payment of this number; None where the read model shows none."""
    with pool.connection() as conn:
        row = conn.execute(
            "SELECT payment_id FROM payments WHERE tenant = %s AND number = %s", (tenant, number)
        ).fetchone()
    return row[0] if row else None


def payments_beside(
    pool: Pool, tenant: int, lines: Sequence[StatementLine]
) -> tuple[OwnPayment, ...]:
    """Our payments that a statement names, and those that were confirmed on its days."""
    days = [line.on for line in lines]
    with pool.connection() as conn:
        rows = conn.execute(
            "SELECT payment_id, number, stage, amount_minor, currency, paid_on FROM payments "
            "WHERE tenant = %s AND (number = ANY (%s) OR paid_on BETWEEN %s AND %s) "
            "ORDER BY number",
            (
                tenant,
                [line.instruction_id for line in lines],
                min(days, default=None),
                max(days, default=None),
            ),
        ).fetchall()
    return tuple(
        OwnPayment(which, number, stage, Money(minor, currency), paid_on)
        for which, number, stage, minor, currency, paid_on in rows
    )
