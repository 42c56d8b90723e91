"""What every request passes, whatever it asks for: a number, a name, an allowance.

It gives the request its id, finds out who calls, counts it, and puts what the contract promises
on the answer; an error that nobody foresaw becomes an answer without a trace here.
"""

import logging
import random
import re
import time
from datetime import UTC, datetime

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.faults import where
from adapters.identities import Kind
from adapters.journal import refusals
from adapters.outages import OUTAGES
from adapters.rate_limit import Allowance, LimiterAway
from adapters.settings import Settings
from adapters.tokens import TokenRefused
from api.access import Caller
from api.errors import TOO_LARGE, TOO_MANY, UNAVAILABLE, Problem, internal_error, respond
from api.money import LEDGER_CURRENCY
from api.parts import Parts
from api.roles import ONESELF

log = logging.getLogger("bima.api")
refused = refusals()

# Asked by supervisors every second or so; and what a bank tells, which is signed.
UNCOUNTED = ("/health/", "/api/v1/webhooks/")

# Its number tells a request from others and is no secret: the system's source of secrets, which
# lets every other thread of the process go first, is not asked for it.
_draw = random.Random().getrandbits  # noqa: S311
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# As they are sent, for they go on every answer.
_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
)


class Gate:
    """The outermost part of the application that knows about requests."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        passing = Passing(scope, receive, send)
        try:
            await passing.prepare()
            await self.app(scope, passing.receive, passing.send)
        except Problem as problem:
            await respond(problem)(scope, receive, passing.send)
        except OUTAGES as outage:
            log.warning("a part of the system is away: %s", type(outage).__name__)
            await respond(Problem(UNAVAILABLE))(scope, receive, passing.send)
        except Exception as error:
            if passing.started:  # too late for another answer; the server closes the connection
                raise
            log.error(  # noqa: TRY400  # the error's own words may hold personal data
                "request %s failed: %s", passing.request_id, where(error)
            )
            await internal_error(passing.request_id)(scope, receive, passing.send)


def largest(settings: Settings, path: str) -> int:
    """Bytes of the largest body at an address: where files are sent, they come as base64."""
    if path.endswith("/documents") or "/claim-documents/" in path:
        return max(settings.largest_body, settings.largest_document * 4 // 3 + 10_000)
    return settings.largest_body


class Passing:
    """One request on its way through the gate."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.headers = Headers(scope=scope)
        asked = self.headers.get("x-request-id", "")
        self.request_id = asked if _REQUEST_ID.fullmatch(asked) else f"{_draw(128):032x}"
        self.started = False
        self._receive, self._send = receive, send
        self._largest = self._received = 0
        self._allowance: Allowance | None = None

    async def prepare(self) -> None:
        """Raises Problem where the caller has used up the minute's requests."""
        scope = self.scope
        parts: Parts = scope["app"].state.parts
        if len(scope["path"]) > 1:  # a trailing slash does no harm
            scope["path"] = scope["path"].rstrip("/") or "/"
        state = scope.setdefault("state", {})
        state["request_id"] = self.request_id
        LEDGER_CURRENCY.set(parts.settings.currency)
        self._largest = largest(parts.settings, scope["path"])
        announced = self.headers.get("content-length", "0")
        if not announced.isdigit() or int(announced) > self._largest:
            raise Problem(TOO_LARGE, details={"largest_bytes": self._largest})
        caller = await self._caller(parts)
        state["caller"] = caller
        if parts.settings.rate_limits and not scope["path"].startswith(UNCOUNTED):
            await self._count(parts, caller)

    async def _caller(self, parts: Parts) -> Caller | None:
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        if not token:
            return None
        try:
            if kind.lower() == "apikey":
                return await self._service(parts, token.strip())
            if kind.lower() != "bearer":
                raise TokenRefused("only bearer tokens and keys of services are taken")
            checked = parts.tokens.check(token.strip(), datetime.now(UTC))
            user = await parts.signed_in(checked)
            if user is None:
                raise TokenRefused("this sign-in has ended")
        except TokenRefused as refused:
            self.scope["state"]["token_refused"] = f"Sign in again: {refused}."
            return None
        lacks = parts.lacks_factor(user)
        return Caller(
            user,
            checked.session_id,
            ONESELF if lacks else await parts.may(user),
            lacks_factor=lacks,
            code_is_old=parts.code_is_old(user),
            own=await parts.own_of(user),
        )

    async def _service(self, parts: Parts, key: str) -> Caller:
        """The service that shows its key; raises TokenRefused."""
        acting = await parts.acting(key)
        if acting is None:
            raise TokenRefused("this key is not good (any more)")
        return Caller(acting.user, acting.key_id, await parts.may(acting.user))

    async def _count(self, parts: Parts, caller: Caller | None) -> None:
        settings = parts.settings
        if caller is None:
            host = self.scope["client"][0] if self.scope.get("client") else "local"
            who, limit = f"from|{host}", settings.limit_anonymous
        else:
            inside = caller.user.kind is Kind.STAFF
            who = f"user|{caller.user.user_id}"
            limit = settings.limit_staff if inside else settings.limit_users
        try:
            allowance = await parts.limiter.take(who, limit)
        except LimiterAway:
            # Work goes on uncounted; what must not (signing in) looks at this mark.
            self.scope["state"]["uncounted"] = True
            return
        self._allowance = allowance
        if not allowance.allowed:
            seconds = -(-allowance.retry_ms // 1000)
            raise Problem(
                TOO_MANY,
                details={"limit": limit, "per": "minute", "retry_after_seconds": seconds},
                headers={"Retry-After": str(seconds)},
            )

    def _note_refusal(self, status: int) -> None:
        """Who tried what, for whoever looks into it; nothing of what was sent: it may be personal.

        What is absent and what is not theirs to see are answered, and noted, alike.
        """
        caller: Caller | None = self.scope["state"].get("caller")
        client = self.scope.get("client")
        told = {
            "request": self.request_id,
            "status": status,
            "method": self.scope["method"],
            "operation": getattr(self.scope.get("endpoint"), "__name__", ""),
            "who": str(caller.user.user_id) if caller else "",
            "from": client[0] if client else "local",
        }
        refused.info("refused", extra={"told": told})

    async def receive(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > self._largest:  # its length was not announced
            raise HTTPException(TOO_LARGE.status)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            if 400 <= message["status"] < 500:
                self._note_refusal(message["status"])
            headers = MutableHeaders(scope=message)  # it makes them a list that can grow
            headers["X-Request-Id"] = self.request_id
            said = {name for name, _ in message["headers"]}
            message["headers"].extend(one for one in _SECURITY if one[0] not in said)
            if self._allowance is not None:
                _tell(headers, self._allowance)
        await self._send(message)


def _tell(headers: MutableHeaders, allowance: Allowance) -> None:
    headers["X-RateLimit-Limit"] = str(allowance.limit)
    headers["X-RateLimit-Remaining"] = str(allowance.remaining)
    headers["X-RateLimit-Reset"] = str(int(time.time() + allowance.reset_ms / 1000 + 0.999))
