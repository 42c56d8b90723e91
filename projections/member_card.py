"""What a member's card and the front desk show: who it is, which policies cover him on a day, and
what has been used of the benefits."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.postgres import Connection
from projections.policy_schedule import schedule

MOST = 20  # policies that are looked at


@dataclass(frozen=True, slots=True)
class CardCover:
    """`until_on` is the first day without cover; None where it is open."""

    policy_id: UUID
    policy_number: str
    product: str
    status: str
    from_on: date
    until_on: date | None
    covered: bool


@dataclass(frozen=True, slots=True)
class Used:
    """A running total: `amount_minor` in the product's currency, or how often (`count`)."""

    year: str
    what: str
    amount_minor: int
    count: int


@dataclass(frozen=True, slots=True)
class Card:
    member_id: UUID
    number: str
    full_name: str
    born_on: date
    sex: str
    relationship: str
    principal_number: str
    status: str
    on: date
    covers: tuple[CardCover, ...]
    used: tuple[Used, ...]

    @property
    def covered(self) -> bool:
        return self.status == "active" and any(cover.covered for cover in self.covers)


_MEMBER = """SELECT m.number, m.full_name, m.born_on, m.sex, m.relationship,
    COALESCE(p.number, ''), m.status
FROM members m LEFT JOIN members p ON p.tenant = m.tenant AND p.member_id = m.principal_id
WHERE m.tenant = %s AND m.member_id = %s"""
_COVERS = """SELECT DISTINCT ON (c.policy_id) c.policy_id, COALESCE(r.name, '')
FROM policy_members c JOIN policies p USING (tenant, policy_id)
LEFT JOIN products r USING (tenant, product_id)
WHERE c.tenant = %s AND c.member_id = %s ORDER BY c.policy_id DESC LIMIT %s"""
_USED = """SELECT year, what, sum(amount_minor)::bigint, sum(count)::bigint
FROM accumulator_balances WHERE tenant = %s AND who = %s
GROUP BY year, what HAVING sum(amount_minor) <> 0 OR sum(count) <> 0 ORDER BY year, what"""


def card(conn: Connection, tenant: int, member_id: UUID, on: date) -> Card | None:
    """The card of a member as it stands on a day; None where there is no such member."""
    row = conn.execute(_MEMBER, (tenant, member_id)).fetchone()
    if row is None:
        return None
    found = conn.execute(_COVERS, (tenant, member_id, MOST)).fetchall()
    covers = [
        cover
        for policy_id, product in found
        for cover in _covers(conn, tenant, policy_id, product, member_id, on)
    ]
    covers.sort(key=lambda cover: (not cover.covered, cover.from_on, cover.policy_number))
    used = conn.execute(_USED, (tenant, str(member_id))).fetchall()
    number, full_name, born_on, sex, relationship, principal_number, status = row
    return Card(
        member_id=member_id,
        number=number,
        full_name=full_name,
        born_on=born_on,
        sex=sex,
        relationship=relationship,
        principal_number=principal_number,
        status=status,
        on=on,
        covers=tuple(covers),
        used=tuple(Used(*total) for total in used),
    )


def _covers(
    conn: Connection, tenant: int, policy_id: UUID, product: str, member_id: UUID, on: date
) -> list[CardCover]:
    policy = schedule(conn, tenant, policy_id, on)
    assert policy is not None
    return [
        CardCover(
            policy_id,
            policy.number,
            product,
            policy.status,
            covered.period.from_on,
            covered.period.until_on,
            covered.covered,
        )
        for covered in policy.covered
        if covered.member_id == member_id
    ]
