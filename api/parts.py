"""What every request works with: opened when the API starts, closed when it stops."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from types import MappingProxyType
from typing import ParamSpec, TypeVar
from uuid import UUID

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from adapters.carrying import carried
from adapters.challenges import Challenges
from adapters.identities import Identities, Kind, User, hashed
from adapters.looks import Looks
from adapters.mail import Mail
from adapters.openid import OpenId
from adapters.passkeys import Party, Passkeys
from adapters.passwords import Passwords
from adapters.rate_limit import RateLimiter
from adapters.reading import Reading
from adapters.second_factors import SecondFactors
from adapters.service_keys import Acting, ServiceKeys
from adapters.settings import Settings
from adapters.tokens import AccessToken, Tokens
from api.roles import OUTSIDE, ROLES, Own, own_roles, permitted
from commands.context import Context, Desk
from commands.handling import is_brief
from commands.identity.service_keys import note_use

FORGET_AFTER_SECONDS = 0.8
"""How long a user's standing is believed: so long may a sign-in work that was ended elsewhere."""

_MOST_REMEMBERED = 10_000
_AT_ONCE = 40
"""Commands that are carried out at once; later ones wait for their turn."""
P = ParamSpec("P")
T = TypeVar("T")


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_AT_ONCE, "desk")


@dataclass
class Parts:
    """The API's own parts beside the desk on which all commands are carried out."""

    settings: Settings
    desk: Desk
    reading: Reading
    identities: Identities
    passwords: Passwords
    tokens: Tokens
    limiter: RateLimiter
    factors: SecondFactors
    mail: Mail
    looks: Looks
    keys: ServiceKeys
    passkeys: Passkeys
    party: Party
    challenges: Challenges
    openid: OpenId | None = None
    refusals_take: float = 0.5
    """Seconds: a refused sign-in is answered after a whole number of these."""
    _own: tuple[float, Own] = (0.0, MappingProxyType({}))
    _asking_roles: asyncio.Lock = field(default_factory=asyncio.Lock)
    _families: dict[UUID, tuple[float, tuple[str, ...]]] = field(default_factory=dict)
    _standing: dict[tuple[UUID, UUID], tuple[float, User | None]] = field(default_factory=dict)
    _acting: dict[bytes, tuple[float, Acting | None]] = field(default_factory=dict)
    _desks: ThreadPoolExecutor = field(default_factory=_threads)

    async def carry_out(self, call: Callable[P, T], *given: P.args, **more: P.kwargs) -> T:
        """What a command comes to; a brief one is carried by the loop, others have a thread.

        Handing it to one of these takes half of what the framework's general way does.
        """
        if is_brief(call):
            return await carried(call, *given, **more)
        work = partial(copy_context().run, call, *given, **more)
        return await asyncio.get_running_loop().run_in_executor(self._desks, work)

    async def own_roles(self) -> Own:
        """The roles that the insurer has defined for itself, as they stood a moment ago."""
        if monotonic() >= self._own[0]:
            async with self._asking_roles:  # one request asks for all that are under way
                if (now := monotonic()) >= self._own[0]:
                    defined = await run_in_threadpool(self.identities.roles_defined)
                    named = await run_in_threadpool(self.identities.permissions_named)
                    self._own = now + FORGET_AFTER_SECONDS, own_roles(defined, named)
        return self._own[1]

    async def known_roles(self) -> set[str]:
        """The codes of all roles that can be given."""
        return set(ROLES) | set(await self.own_roles())

    async def code_of_role(self, named: str) -> str | None:
        """The code of a role that is named by its code or its id."""
        try:
            which = UUID(named)
        except ValueError:
            return named
        return await run_in_threadpool(self.identities.code_of_role, which)

    async def may(self, user: User) -> frozenset[str]:
        """Everything that a user is permitted; a key opens no more than it was made for."""
        held = permitted(user.kind, user.roles, await self.own_roles())
        return held if user.scope is None else held & user.scope

    async def signed_in(self, token: AccessToken) -> User | None:
        """The user behind a checked token as they stand now; None where the sign-in has ended."""
        now = monotonic()
        key = token.user_id, token.session_id
        known = self._standing.get(key)
        if known is not None and now < known[0]:
            return known[1]
        user = await run_in_threadpool(
            self.identities.signed_in, token.user_id, token.session_id, datetime.now(UTC)
        )
        if len(self._standing) >= _MOST_REMEMBERED:
            self._standing.clear()
        self._standing[key] = now + FORGET_AFTER_SECONDS, user
        return user

    async def acting(self, key: str) -> Acting | None:
        """The service that shows a key, as it stands now; each look also notes the use."""
        now, name = monotonic(), hashed(key)
        known = self._acting.get(name)
        if known is not None and now < known[0]:
            return known[1]
        acting = await run_in_threadpool(self.keys.acting, key, datetime.now(UTC))
        if len(self._acting) >= _MOST_REMEMBERED:
            self._acting.clear()
        self._acting[name] = now + FORGET_AFTER_SECONDS, acting
        if acting is not None and _a_minute_ago(acting.last_used_at):
            await run_in_threadpool(self._note_use, acting)
        return acting

    def _note_use(self, acting: Acting) -> None:
        command, clock = self.desk.ids.new(), self.desk.clock
        context = Context(acting.user.actor, command, command, clock.now(), clock.today())
        note_use(self.desk, context, acting)

    async def own_of(self, user: User) -> tuple[str, ...]:
        """What is an outside user's own, as it stood a moment ago: a member's is the family's."""
        if user.kind not in OUTSIDE:
            return ()
        if user.kind is Kind.AGENT:
            return (user.actor,)
        if user.subject_id is None:
            return ()
        if user.kind is not Kind.MEMBER:
            return (str(user.subject_id),)
        now = monotonic()
        known = self._families.get(user.subject_id)
        if known is None or now >= known[0]:
            family = await run_in_threadpool(self.identities.family_of, user.subject_id)
            if len(self._families) >= _MOST_REMEMBERED:
                self._families.clear()
            known = now + FORGET_AFTER_SECONDS, tuple(map(str, family))
            self._families[user.subject_id] = known
        return known[1]

    def lacks_factor(self, user: User) -> bool:
        """Whether a member of staff must set up an authenticator before anything else."""
        asked = self.settings.staff_second_factor and user.kind is Kind.STAFF
        return asked and not user.proves_twice

    def code_is_old(self, user: User) -> bool:
        """Whether a member of staff must show a code again before an approval of money."""
        if not self.settings.staff_second_factor or user.kind is not Kind.STAFF or user.waived:
            return False
        shown = user.code_shown_at
        longest = timedelta(minutes=self.settings.step_up_minutes)
        return shown is None or datetime.now(UTC) - shown > longest

    def forget(self, user_id: UUID, session_id: UUID) -> None:
        """Believe nothing about a sign-in any longer: it was ended here."""
        self._standing.pop((user_id, session_id), None)

    async def close(self) -> None:
        """Give back every connection."""
        await self.reading.close()
        await self.looks.close()
        await self.limiter.close()
        self._desks.shutdown()
        self.desk.store.close()


def _a_minute_ago(at: datetime | None) -> bool:
    return at is None or datetime.now(UTC) - at > timedelta(minutes=1)


def parts_of(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts
