"""The table of everything that is served: one router a resource."""

from fastapi import APIRouter

from api import claims, health, members, sign_in

ROUTERS: tuple[APIRouter, ...] = (
    sign_in.router,
    members.router,
    claims.router,
    health.router,
)
