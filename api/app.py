"""Puts the API together: parts, gate, errors, every resource's routes and the pages about them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp

from adapters.challenges import Challenges
from adapters.collecting import keep_what_is_loaded
from adapters.identities import Identities
from adapters.looks import Looks
from adapters.mail import Mail
from adapters.passkeys import Party, Passkeys
from adapters.passwords import Passwords
from adapters.rate_limit import RateLimiter
from adapters.reading import Reading
from adapters.second_factors import SecondFactors
from adapters.secret_keys import previous_signing_key, signing_key
from adapters.service_keys import ServiceKeys
from adapters.settings import Settings, get_settings
from adapters.tokens import Tokens
from api.access import check_declared
from api.documentation import describe
from api.errors import answer_errors
from api.gate import Gate
from api.parts import Parts
from api.roles import ROLES
from api.routers import ROUTERS
from api.shortcut import Direct, Shortcut
from api.staff_sign_in import follow_directory
from commands.context import Context, Desk
from commands.desk import open_desk
from commands.handling import LostRace
from commands.identity.roles import record_built_in

TITLE = "Bima"
VERSION = "1.0.0"


class Application(FastAPI):
    """The framework, from the gate inwards."""

    def build_middleware_stack(self) -> ASGIApp:
        """Nothing stands around the gate, which bounds bodies and answers errors itself."""
        part: Any = super().build_middleware_stack()
        while not isinstance(part, Gate):
            part = part.app
        return part


def create_app(settings: Settings | None = None, desk: Desk | None = None) -> FastAPI:
    """The application; nothing is opened before it starts.

    A `desk` stands in for the one that the settings describe. Raises Undeclared where an
    operation does not say who may call it.
    """
    settings = settings or get_settings()
    app = Application(
        title=TITLE,
        version=VERSION,
        lifespan=_open(settings, desk),
        # What is asked for and what goes wrong is personal data: no telemetry takes it away.
        telemetry={"logs": False, "tracing": False, "metrics": False},
        strict_content_type=True,
        redirect_slashes=False,  # the gate takes a trailing slash off
        docs_url=None,  # they would load scripts from elsewhere
        redoc_url=None,
        openapi_url=None,  # served below, without holding up other requests
    )
    answer_errors(app)
    for router in ROUTERS:
        # Including them would have every route made a second time, at the first request.
        app.router.routes.extend(router.routes)
    check_declared(app.routes)
    shortcut = Shortcut(app.routes)
    app.router.routes.insert(0, shortcut)
    app.add_middleware(Direct, shortcut=shortcut)
    app.add_middleware(Gate)
    describe(app, settings.currency)
    return app


def _open(
    settings: Settings, desk: Desk | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        parts = _parts(settings, desk or open_desk(settings))
        await parts.reading.open()
        await parts.looks.open()
        await run_in_threadpool(_record_roles, parts.desk)
        app.state.parts = parts
        keep_what_is_loaded()
        following = asyncio.create_task(follow_directory(parts))
        try:
            yield
        finally:
            following.cancel()
            await parts.close()

    return lifespan


def _record_roles(desk: Desk) -> None:
    """The roles of this release stand in the log before anybody acts by them."""
    command = desk.ids.new()
    context = Context("release", command, command, desk.clock.now(), desk.clock.today())
    with suppress(LostRace):  # another process of the same release was first
        record_built_in(desk, context, ROLES)


def _parts(settings: Settings, desk: Desk) -> Parts:
    return Parts(
        settings=settings,
        desk=desk,
        reading=Reading(settings.require_database_url(), settings.tenant),
        identities=Identities(desk.store.pool, settings.tenant),
        passwords=Passwords(
            cheap=settings.cheap_passwords,
            insurer=settings.insurer_name,
            breached=settings.breached_passwords,
        ),
        tokens=Tokens(
            signing_key(settings.secrets_folder),
            timedelta(minutes=settings.access_minutes),
            previous_signing_key(settings.secrets_folder),
        ),
        limiter=RateLimiter(settings.require_redis_url()),
        factors=SecondFactors(settings.secrets_folder, settings.insurer_name),
        mail=Mail(settings.mail_url, settings.mail_from, settings.state_dir / "outbox"),
        looks=Looks(settings.require_database_url(), settings.tenant),
        keys=ServiceKeys(desk.store.pool, settings.tenant),
        passkeys=Passkeys(desk.store.pool, settings.tenant),
        party=Party.of(settings.insurer_name, settings.portal_url),
        refusals_take=0.0 if settings.cheap_passwords else 0.5,
        challenges=Challenges(desk.store.pool, settings.tenant),
    )
