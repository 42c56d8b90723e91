"""Signing in at the insurer's provider of identities (OpenID Connect), where the settings name one.

The portal asks to begin, sends the browser where it is told, and brings back the code and the state
that the provider sends to it. A cookie that no other page can send binds both to one browser.
"""

import hmac
import logging
from hashlib import sha256
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from adapters.identities import NameTaken
from adapters.openid import NotVouched, OpenId, Provider, ProviderAway, Vouched, secret
from api.envelope import Success, success
from api.errors import NOT_PERMITTED, SIGN_IN_FAILED, UNAVAILABLE, Problem, not_found
from api.fields import Body
from api.identity import SignedIn, Started, context_of, count_try, tokens
from api.parts import Parts, parts_of
from api.routing import resource_router
from api.sign_in import Anybody, Awaiting, CodeAsked, second_step
from api.staff_sign_in import first_proof
from commands.identity.provided import Provided, stand_as_provided
from commands.identity.signing_in import refuse_sign_in

router = resource_router("/api/v1/auth/openid", "OpenID Connect")
log = logging.getLogger("bima.api")

COOKIE = "__Host-bima-openid"
STATE = "openid"
MINUTES = 5
NOT_GOOD = "This sign-in is not good (any more): begin again."


class Where(BaseModel):
    """Send the browser there, and bring what comes back to `/auth/openid/complete` in time."""

    authorization_url: str
    expires_in: int = MINUTES * 60


class Answered(Body):
    """What the provider sent back; `iss` where it says who it is (RFC 9207)."""

    code: Annotated[str, Field(min_length=1, max_length=2_000, examples=["SplxlOBeZQQYbYS6WxSbIA"])]
    state: Annotated[str, Field(min_length=1, max_length=200, examples=["af0ifjsldkj"])]
    iss: Annotated[str, Field(max_length=300)] = ""


@router.post("/begin", response_model=Success[Where])
async def begin_openid(request: Request, _: Anybody) -> Response:
    """Begin to sign in at the insurer's provider of identities."""
    parts = parts_of(request)
    provider = _provider(parts)
    from_portal(request, parts)
    await count_try(parts, request, "openid begun")
    nonce, verifier, binding = secret(), secret(), secret()
    kept = {"nonce": nonce, "verifier": verifier, "binding": _bound(binding)}
    now = parts.desk.clock.now()
    try:
        state = await run_in_threadpool(parts.challenges.make, STATE, now, None, kept)
        url = await run_in_threadpool(provider.address, state, nonce, verifier)
    except ProviderAway as away:
        raise _away(away) from away
    cookie = f"{COOKIE}={binding}; Path=/; Max-Age={MINUTES * 60}; Secure; HttpOnly"
    return success(
        {"authorization_url": url, "expires_in": MINUTES * 60},
        headers={"Set-Cookie": f"{cookie}; SameSite=Strict"},
    )


@router.post("/complete", response_model=Success[SignedIn | CodeAsked])
async def complete_openid(body: Answered, request: Request, _: Anybody) -> Response:
    """Sign in with the code that the provider sent back."""
    parts = parts_of(request)
    provider = _provider(parts)
    from_portal(request, parts)
    await count_try(parts, request, "openid completed")
    if body.iss and body.iss != provider.at.issuer:
        raise Problem(SIGN_IN_FAILED, NOT_GOOD)
    now = parts.desk.clock.now()
    kept = await run_in_threadpool(parts.challenges.take, body.state, STATE, now)
    binding = _bound(request.cookies.get(COOKIE, ""))
    if kept is None or not hmac.compare_digest(kept["binding"], binding):
        raise Problem(SIGN_IN_FAILED, NOT_GOOD)
    try:
        vouched = await run_in_threadpool(
            provider.vouched, body.code, kept["verifier"], kept["nonce"]
        )
    except ProviderAway as away:
        raise _away(away) from away
    except NotVouched as refused:
        log.warning("the provider of identities vouches for nobody: %s", refused)
        raise Problem(SIGN_IN_FAILED, NOT_GOOD) from refused
    started = await run_in_threadpool(_start, parts, vouched)
    gone = {"Set-Cookie": f"{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict"}
    if isinstance(started, Awaiting):
        return success(started.asked(), "A second factor is needed as well.", headers=gone)
    return success(await tokens(parts, started), "Signed in.", headers=gone)


def provider_of(parts: Parts) -> OpenId | None:
    """The insurer's provider of identities, where the settings name one."""
    said = parts.settings
    if not said.oidc_issuer:
        return None
    return OpenId(
        Provider(
            said.oidc_issuer, said.oidc_client_id, said.oidc_client_secret,
            said.oidc_redirect_url or f"{said.portal_url}/signed-in", said.oidc_scopes,
            said.oidc_ca_file,
            frozenset(host.strip().lower() for host in said.oidc_hosts.split(",") if host.strip()),
        )
    )  # fmt: skip


def _provider(parts: Parts) -> OpenId:
    if parts.openid is None:
        parts.openid = provider_of(parts)
    if parts.openid is None:
        raise not_found()
    return parts.openid


def from_portal(request: Request, parts: Parts) -> None:
    """Raises Problem for a request that a page of another place has made."""
    origin = request.headers.get("origin")
    portal = urlsplit(parts.settings.portal_url)
    if origin is not None and origin != f"{portal.scheme}://{portal.netloc}":
        raise Problem(NOT_PERMITTED, "Begin to sign in from the portal's own page.")


def _bound(binding: str) -> str:
    return sha256(binding.encode()).hexdigest()


def _away(away: ProviderAway) -> Problem:
    log.warning("the provider of identities is away: %s", away)
    return Problem(UNAVAILABLE, "The provider of identities does not answer: try again shortly.")


def _start(parts: Parts, vouched: Vouched) -> Started | Awaiting:
    """The sign-in that began, or what it waits for; raises Problem."""
    said = parts.settings
    person = Provided(
        said.oidc_issuer, vouched.subject,
        vouched.text(said.oidc_name_claim) or vouched.text("email") or vouched.subject,
        vouched.text("name"), vouched.text("email"),
    )  # fmt: skip
    known = parts.identities.by_subject(person.key)
    by_group = said.roles_by_provided_group
    groups = (group.lower() for group in vouched.texts(said.oidc_groups_claim))
    roles = tuple(sorted({by_group[group] for group in groups if group in by_group}))
    if known is not None and (not known.active or not roles):
        why = "no role" if known.active else "locked"
        refuse_sign_in(parts.desk, context_of(parts, known), known.user_id, why)
    if not roles or (known is not None and not known.active):
        raise Problem(SIGN_IN_FAILED, "You are in no group that may sign in here.")
    try:
        user_id = stand_as_provided(parts.desk, person, roles, known)
    except NameTaken as taken:
        raise Problem(SIGN_IN_FAILED, "Somebody else has this name here: ask us.") from taken
    user = parts.identities.by_id(user_id)
    assert user is not None
    return second_step(parts, user, first_proof(parts, user))
