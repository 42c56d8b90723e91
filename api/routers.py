"""The table of everything that is served: one router a resource."""

from fastapi import APIRouter

from api import (
    adjudications,
    bordereaux,
    claims,
    coverage,
    health,
    members,
    operations_page,
    page,
    payments,
    policies,
    providers,
    schemes,
    sign_in,
    underwriting,
)

ROUTERS: tuple[APIRouter, ...] = (
    sign_in.router,
    members.router,
    providers.router,
    schemes.router,
    policies.router,
    coverage.router,
    claims.router,
    adjudications.router,
    payments.router,
    underwriting.router,
    bordereaux.router,
    health.router,
    page.router,
    operations_page.router,
)
