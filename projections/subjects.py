"""What has a life that can be told: the kinds of things, and how each of them is found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adapters.postgres import Connection
from projections import (
    accumulator_balances,
    beneficiaries,
    biometrics,
    cards,
    claims,
    codes,
    disputes,
    documents,
    emergency_contacts,
    leads,
    members,
    payments,
    policies,
    preauthorisations,
    premium_rates,
    products,
    providers,
    reconciliations,
    roles,
    treaties,
    underwriting_cases,
    users,
)
from projections.declaring import Projection, Table


@dataclass(frozen=True, slots=True)
class Kind:
    """`aggregate` is the first word of its events' names; `number` the column people know it by."""

    name: str
    aggregate: str
    projection: Projection
    table: Table[Any]
    number: str = "number"


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("claim", "claim", claims.PROJECTION, claims.CLAIMS),
        Kind("member", "member", members.PROJECTION, members.MEMBERS),
        Kind("policy", "policy", policies.PROJECTION, policies.POLICIES),
        Kind("dispute", "dispute", disputes.PROJECTION, disputes.DISPUTES),
        Kind("payment", "payment", payments.PROJECTION, payments.PAYMENTS),
        Kind(
            "reconciliation",
            "reconciliation",
            reconciliations.PROJECTION,
            reconciliations.RECONCILIATIONS,
        ),
        Kind("provider", "provider", providers.PROJECTION, providers.PROVIDERS),
        Kind("treaty", "treaty", treaties.PROJECTION, treaties.TREATIES, "code"),
        Kind("product", "product", products.PROJECTION, products.PRODUCTS, "code"),
        Kind(
            "premium rates",
            "premium_rate",
            premium_rates.PROJECTION,
            premium_rates.PREMIUM_RATES,
            "code",
        ),
        Kind(
            "preauthorisation",
            "preauthorisation",
            preauthorisations.PROJECTION,
            preauthorisations.PREAUTHORISATIONS,
        ),
        Kind("user", "user", users.PROJECTION, users.USERS, ""),
        Kind("role", "role", roles.PROJECTION, roles.ROLES, "code"),
        Kind("document", "document", documents.PROJECTION, documents.DOCUMENTS, "claim_number"),
        Kind("lead", "lead", leads.PROJECTION, leads.LEADS),
        Kind("card", "card", cards.PROJECTION, cards.CARDS),
        Kind(
            "beneficiary", "beneficiary", beneficiaries.PROJECTION, beneficiaries.BENEFICIARIES, ""
        ),
        Kind("biometric record", "biometric", biometrics.PROJECTION, biometrics.BIOMETRICS, ""),
        Kind(
            "emergency contact",
            "emergency_contact",
            emergency_contacts.PROJECTION,
            emergency_contacts.CONTACTS,
            "",
        ),
        Kind("code", "code", codes.PROJECTION, codes.CODES, "code"),
        Kind(
            "underwriting",
            "underwriting",
            underwriting_cases.PROJECTION,
            underwriting_cases.CASES,
        ),
        Kind(
            "accumulator",
            "accumulator",
            accumulator_balances.PROJECTION,
            accumulator_balances.BALANCES,
            "",
        ),
    )
}
BY_AGGREGATE = {kind.aggregate: kind for kind in KINDS.values()}


def find(conn: Connection, tenant: int, kind: Kind, asked: str) -> UUID | None:
    """The id behind a number, or the id itself where one was given."""
    try:
        return UUID(asked)
    except ValueError:
        pass
    if not kind.number:
        return None
    row = conn.execute(
        f"SELECT {kind.table.key[0]} FROM {kind.table.name} "  # noqa: S608  # nosec B608  # names of declared tables
        f"WHERE tenant = %s AND {kind.number} = %s",
        (tenant, asked),
    ).fetchone()
    return None if row is None else row[0]


def numbers(conn: Connection, tenant: int, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The numbers of things, as far as there are any, with the word for what they are."""
    wanted = list(ids)
    found: dict[UUID, str] = {}
    for kind in KINDS.values():
        if kind.number:
            rows = conn.execute(
                f"SELECT {kind.table.key[0]}, {kind.number} FROM {kind.table.name} "  # noqa: S608  # nosec B608  # names of declared tables
                f"WHERE tenant = %s AND {kind.table.key[0]} = ANY (%s)",
                (tenant, wanted),
            )
            found.update({which: f"{kind.name} {number}" for which, number in rows})
    return found
