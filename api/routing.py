"""How a resource's routes begin: with what all operations have in common."""

from fastapi import APIRouter

from api.documentation import FAILURES, operation_id


def resource_router(prefix: str, tag: str) -> APIRouter:
    """A router whose routes go into the application as they are."""
    return APIRouter(
        prefix=prefix,
        tags=[tag],
        responses=FAILURES,
        generate_unique_id_function=operation_id,
    )
