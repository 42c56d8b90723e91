"""The explanation of benefits: what was billed, who bears what of it, and why, for one claim.

Drawn from the claim's own events. Every figure is one of its determination; nothing is worked
out anew, so that what is printed is what was decided.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from adapters.postgres import Connection
from domain.adjudication.determination import Determination, LineDetermination
from domain.money import Money
from projections import claims
from projections.as_known import AsKnown, known
from projections.claim_rows import ClaimRow
from projections.explaining import told_step
from projections.history import NotFound
from projections.printed_words import STAGES, Language, balance, reason, said
from projections.related import Related
from projections.subjects import KINDS, find

PARTS = (
    "write_off", "balance_bill", "deductible", "copay", "coinsurance", "over_limit",
    "not_covered", "plan_pays",
)  # fmt: skip


class NotDecided(LookupError):
    """The claim has not been adjudicated, so there is nothing to explain yet."""


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `parts` add up to `billed` without rest."""

    line: int
    code: str
    description: str
    category: str
    quantity: str
    billed: Money
    allowed: Money
    parts: dict[str, Money]
    member_pays: Money
    plan_pays: Money
    reasons: tuple[Reason, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """A deductible, maximum or limit that the claim read: what was left of it before and after."""

    name: str
    left_before: Money
    left_after: Money


@dataclass(frozen=True, slots=True)
class Person:
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`paid` is what has left the bank so far; `to_recover` what must come back."""

    claim_id: UUID
    number: str
    stage: str
    status: str
    language: Language
    known_at: datetime | None
    member: Person
    provider: Person
    policy_number: str
    plan: str
    plan_version: int
    invoice_no: str
    service_from: date
    service_until: date
    received_on: date
    decided_on: date | None
    payee: str
    currency: str
    lines: tuple[Line, ...]
    billed: Money
    allowed: Money
    parts: dict[str, Money]
    member_pays: Money
    plan_pays: Money
    payable: Money
    paid: Money
    paid_on: date | None
    to_recover: Money
    reasons: tuple[Reason, ...]
    balances: tuple[Balance, ...]


def explanation_of_benefits(
    conn: Connection,
    tenant: int,
    asked: str,
    language: Language = Language.ENGLISH,
    known_at: datetime | None = None,
) -> Explanation:
    """The explanation of a claim, by its number or id, as it stands or as it was known then.

    Raises NotFound for a claim that is not known, NotDecided for one without a determination.
    """
    claim_id = find(conn, tenant, KINDS["claim"], asked)
    events = [] if claim_id is None else Related(conn, tenant).stream(claim_id)
    chosen = known(events, known_at, None)
    rows = AsKnown(claims.PROJECTION, tenant, chosen)
    found = rows.of(claims.CLAIMS)
    if claim_id is None or not found:
        raise NotFound(f"there is no claim {asked}, or it was not known then")
    decided = _last_determination(event.fact for event in chosen)
    if decided is None:
        raise NotDecided(f"claim {found[0].number} has not been adjudicated")
    described = {line.line: line.description for line in rows.of(claims.LINES)}
    names = _names(conn, tenant, found[0])
    return _explained(found[0], decided, described, names, language, known_at)


def _last_determination(facts: Iterable[object]) -> Determination | None:
    """The one that stands: a claim that was decided again has several."""
    last = None
    for fact in facts:
        decided = getattr(fact, "determination", None)
        last = decided if isinstance(decided, Determination) else last
    return last


@dataclass(frozen=True, slots=True)
class _Names:
    member: Person
    provider: Person
    policy: str
    plan: str


def _names(conn: Connection, tenant: int, claim: ClaimRow) -> _Names:
    row = conn.execute(
        """SELECT m.number, m.full_name, p.number, p.name, y.number, q.name
        FROM (SELECT %(tenant)s::int AS tenant) t
        LEFT JOIN members m ON m.tenant = t.tenant AND m.member_id = %(member)s
        LEFT JOIN providers p ON p.tenant = t.tenant AND p.provider_id = %(provider)s
        LEFT JOIN policies y ON y.tenant = t.tenant AND y.policy_id = %(policy)s
        LEFT JOIN products q ON q.tenant = t.tenant AND q.product_id = %(product)s""",
        {
            "tenant": tenant, "member": claim.member_id, "provider": claim.provider_id,
            "policy": claim.policy_id, "product": claim.product_id,
        },
    ).fetchone()  # fmt: skip
    assert row is not None
    words = [str(word or "") for word in row]
    return _Names(Person(words[0], words[1]), Person(words[2], words[3]), words[4], words[5])


def _explained(
    claim: ClaimRow,
    decided: Determination,
    described: dict[int, str],
    names: _Names,
    language: Language,
    known_at: datetime | None,
) -> Explanation:
    currency = decided.currency
    lines = tuple(_line(line, described.get(line.line, ""), language) for line in decided.lines)
    reasons = dict.fromkeys((*decided.reasons, *claim.reasons))
    return Explanation(
        claim_id=claim.claim_id,
        number=claim.number,
        stage=claim.stage,
        status=said(STAGES, claim.stage, language),
        language=language,
        known_at=known_at,
        member=names.member,
        provider=names.provider,
        policy_number=names.policy,
        plan=names.plan or decided.product,
        plan_version=decided.product_version,
        invoice_no=claim.invoice_no,
        service_from=claim.service_from,
        service_until=claim.service_until,
        received_on=claim.submitted_on,
        decided_on=claim.adjudicated_on,
        payee=claim.payee,
        currency=currency,
        lines=lines,
        billed=decided.billed,
        allowed=decided.allowed,
        parts={name: decided.part(name) for name in PARTS},
        member_pays=decided.member_pays,
        plan_pays=decided.plan_pays,
        payable=Money(claim.payable_minor or 0, currency),
        paid=Money(claim.paid_minor, currency),
        paid_on=claim.paid_on,
        to_recover=Money(claim.credit_balance_minor, currency),
        reasons=tuple(Reason(code, reason(code, language)) for code in reasons),
        balances=_balances(decided, language),
    )


def _line(line: LineDetermination, description: str, language: Language) -> Line:
    return Line(
        line=line.line,
        code=line.code,
        description=description,
        category=line.category,
        quantity=f"{line.quantity_asked.normalize():f}",
        billed=line.billed,
        allowed=line.allowed,
        parts={name: getattr(line, name) for name in PARTS},
        member_pays=line.member_pays,
        plan_pays=line.plan_pays,
        reasons=tuple(Reason(code, reason(code, language)) for code in line.reasons),
        steps=tuple(told_step(step) for step in line.trace),
    )


def _balances(decided: Determination, language: Language) -> tuple[Balance, ...]:
    """What was left of each total before the first line that read it, and after the last."""
    first: dict[str, Money] = {}
    last: dict[str, Money] = {}
    for line in decided.lines:
        for step in line.trace:
            if step.balance_before is None or step.balance_after is None or not step.limit_name:
                continue
            first.setdefault(step.limit_name, step.balance_before)
            last[step.limit_name] = step.balance_after
    return tuple(
        Balance(balance(name, language), first[name], max(last[name], Money.zero(decided.currency)))
        for name in first
    )
