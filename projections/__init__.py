"""Read models: what readers ask for, kept up to date from the log; any of them can be rebuilt.

PROJECTIONS is the table of all: one file for each question that somebody asks.
"""

from projections import (
    accumulator_balances,
    audit_trail,
    beneficiaries,
    benefits,
    biometrics,
    cards,
    cessions,
    claim_facts,
    claim_inbox,
    claims,
    codes,
    designations,
    disputes,
    documents,
    emergency_contacts,
    fraud_cases,
    leads,
    member_profiles,
    members,
    movement_months,
    movements,
    notices,
    payments,
    permissions,
    policies,
    preauthorisations,
    premium_rates,
    products,
    provider_statement,
    providers,
    reconciliations,
    reports,
    reservations,
    roles,
    treaties,
    underwriting_cases,
    users,
)
from projections.declaring import Projection

PROJECTIONS: tuple[Projection, ...] = (
    members.PROJECTION,
    member_profiles.PROJECTION,
    emergency_contacts.PROJECTION,
    beneficiaries.PROJECTION,
    designations.PROJECTION,
    cards.PROJECTION,
    leads.PROJECTION,
    biometrics.PROJECTION,
    providers.PROJECTION,
    products.PROJECTION,
    benefits.PROJECTION,
    premium_rates.PROJECTION,
    codes.PROJECTION,
    policies.PROJECTION,
    claims.PROJECTION,
    claim_inbox.PROJECTION,
    disputes.PROJECTION,
    claim_facts.PROJECTION,
    fraud_cases.PROJECTION,
    accumulator_balances.PROJECTION,
    preauthorisations.PROJECTION,
    reservations.PROJECTION,
    documents.PROJECTION,
    payments.PROJECTION,
    notices.PROJECTION,
    reconciliations.PROJECTION,
    underwriting_cases.PROJECTION,
    provider_statement.PROJECTION,
    movements.PROJECTION,
    treaties.PROJECTION,
    cessions.PROJECTION,
    reports.PROJECTION,
    movement_months.PROJECTION,
    users.PROJECTION,
    roles.PROJECTION,
    permissions.PROJECTION,
    audit_trail.PROJECTION,
)


def named(name: str) -> Projection:
    """The projection of this name; raises KeyError."""
    for projection in PROJECTIONS:
        if projection.name == name:
            return projection
    raise KeyError(name)
