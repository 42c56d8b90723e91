"""A policy as its schedule is printed: periods, who is covered, what is due and paid on a day."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from adapters.postgres import Connection
from domain.money import Money
from domain.periods import Period


@dataclass(frozen=True, slots=True)
class CoveredMember:
    member_id: UUID
    number: str
    period: Period
    covered: bool


@dataclass(frozen=True, slots=True)
class Due:
    """An instalment. Premium that came in pays the earliest ones first; `paid` is its part."""

    due_on: date
    amount: Money
    paid: Money
    overdue: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """`status` on the day is active, lapsed, suspended, terminated, not_begun or ended; `unpaid`
    is what had fallen due by then and was not there."""

    policy_id: UUID
    number: str
    on: date
    status: str
    periods: tuple[Period, ...]
    covered: tuple[CoveredMember, ...]
    instalments: tuple[Due, ...]
    premium: Money
    received: Money
    unpaid: Money


_POLICY = """SELECT number, currency, premium_minor, grace_days, terminated_on,
    (SELECT COALESCE(sum(r.amount_minor), 0)::bigint FROM policy_receipts r
     WHERE r.tenant = p.tenant AND r.policy_id = p.policy_id AND r.received_on <= %(on)s)
FROM policies p WHERE tenant = %(tenant)s AND policy_id = %(policy)s"""
_PERIODS = """SELECT from_on, until_on FROM policy_periods
WHERE tenant = %(tenant)s AND policy_id = %(policy)s ORDER BY from_on"""
_PAUSES = """SELECT why, from_on, until_on FROM policy_pauses
WHERE tenant = %(tenant)s AND policy_id = %(policy)s ORDER BY pause"""
_COVERED = """SELECT c.member_id, COALESCE(m.number, ''), c.from_on, c.until_on
FROM policy_members c LEFT JOIN members m USING (tenant, member_id)
WHERE c.tenant = %(tenant)s AND c.policy_id = %(policy)s
ORDER BY c.from_on, m.number, c.member_id"""
_INSTALMENTS = """SELECT due_on, amount_minor FROM policy_instalments
WHERE tenant = %(tenant)s AND policy_id = %(policy)s ORDER BY due_on, entry, line"""


def schedule(conn: Connection, tenant: int, policy_id: UUID, on: date) -> Schedule | None:
    """The schedule of a policy as it stands on a day; None where there is no such policy."""
    asked = {"tenant": tenant, "policy": policy_id, "on": on}
    row = conn.execute(_POLICY, asked).fetchone()
    if row is None:
        return None
    number, currency, premium, grace_days, terminated_on, received = row
    periods = tuple(Period(*found) for found in conn.execute(_PERIODS, asked))
    status = _status(conn, asked, on, periods, terminated_on)
    covered = tuple(
        _covered(*found, on=on, active=status == "active")
        for found in conn.execute(_COVERED, asked)
    )
    instalments = tuple(
        _paid_first(
            [(due, Money(minor, currency)) for due, minor in conn.execute(_INSTALMENTS, asked)],
            Money(received, currency),
            on - timedelta(days=grace_days),
        )
    )
    unpaid = Money.zero(currency)
    for due in instalments:
        if due.due_on <= on:
            unpaid += due.amount - due.paid
    return Schedule(
        policy_id=policy_id,
        number=number,
        on=on,
        status=status,
        periods=periods,
        covered=covered,
        instalments=instalments,
        premium=Money(premium, currency),
        received=Money(received, currency),
        unpaid=unpaid,
    )


def _covered(
    member_id: UUID, number: str, from_on: date, until_on: date | None, *, on: date, active: bool
) -> CoveredMember:
    period = Period(from_on, until_on)
    return CoveredMember(member_id, number, period, active and period.holds(on))


def _status(
    conn: Connection,
    asked: dict[str, object],
    on: date,
    periods: tuple[Period, ...],
    terminated_on: date | None,
) -> str:
    if terminated_on is not None and on >= terminated_on:
        return "terminated"
    if not any(period.holds(on) for period in periods):
        return "not_begun" if on < periods[0].from_on else "ended"
    for why, from_on, until_on in conn.execute(_PAUSES, asked):
        if Period(from_on, until_on).holds(on):
            return str(why)
    return "active"


def _paid_first(instalments: list[tuple[date, Money]], received: Money, latest: date) -> list[Due]:
    """Each instalment with what is left of the money; overdue where its grace is over."""
    told = []
    for due_on, amount in instalments:
        paid = min(amount, received)
        received -= paid
        told.append(Due(due_on, amount, paid, paid < amount and due_on < latest))
    return told
