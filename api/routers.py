"""The table of everything that is served: one router a resource."""

from fastapi import APIRouter

from api import (
    accumulators,
    adjudications,
    bordereaux,
    bulk_claims,
    claim_lines,
    claims,
    claims_desk,
    codes,
    coverage,
    disputes,
    eligibility,
    explanations,
    fraud,
    health,
    members,
    operations_page,
    page,
    payments,
    policies,
    preauthorisations,
    providers,
    schemes,
    sign_in,
    underwriting,
)

# The busiest first: addresses are compared in this order.
ROUTERS: tuple[APIRouter, ...] = (
    codes.router,  # below /claims, as a claim's id is: named first
    preauthorisations.router,
    eligibility.router,
    bulk_claims.router,
    claims.router,
    claims_desk.router,
    claim_lines.router,
    members.router,
    policies.router,
    fraud.router,
    adjudications.router,
    payments.router,
    sign_in.router,
    coverage.router,
    accumulators.router,
    providers.router,
    disputes.router,
    schemes.router,
    underwriting.router,
    bordereaux.router,
    explanations.router,
    health.router,
    page.router,
    operations_page.router,
)
