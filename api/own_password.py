"""One's own password and address: forgotten, chosen anew, verified; registering as a member."""

import logging
from typing import Annotated

from fastapi import BackgroundTasks, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from adapters.identities import Kind, Purpose, User
from adapters.mail import MailAway
from adapters.passwords import LONGEST, SHORTEST, SHORTEST_OF_TWO, BadPassword
from api.envelope import Success, success
from api.errors import SIGN_IN_FAILED, Problem, not_found, wrong_field
from api.fields import Body, Day, Name
from api.identity import Secret, context_of, count_guess, count_try, guessed_right
from api.members import Email, NationalId
from api.parts import Parts, parts_of
from api.routing import resource_router
from api.sign_in import Anybody, Oneself
from commands.identity import users
from commands.identity.signing_in import change_password as change
from commands.identity.signing_in import make_link, verify_email
from domain.member import MEMBER
from domain.member.state import Enrolled

router = resource_router("/api/v1", "Authentication")
log = logging.getLogger("bima.api")

ON_ITS_WAY = "If this is the address of a user, a message is on its way there."

NewSecret = Annotated[Secret, Field(examples=["correct horse battery staple"])]


class Forgotten(Body):
    username: Name = Field(examples=["asha.mtei"])


class Reset(Body):
    token: Secret
    new_password: NewSecret


class Changed(Body):
    old_password: Secret
    new_password: NewSecret


class Verified(Body):
    token: Secret


class Registration(Body):
    """A member by the number on the card, and what the insurer knows of them."""

    member_number: Name = Field(examples=["MB-2025-00001"])
    born_on: Day = Field(examples=["1990-04-12"])
    national_id: NationalId = Field(examples=["19900412-14101-00001-21"])
    email: Email = Field(examples=["asha@example.org"], min_length=3)
    password: NewSecret


class PasswordPolicy(BaseModel):
    """What a password must be; any character counts, and none is demanded (NIST SP 800-63B-4)."""

    shortest: int = SHORTEST
    shortest_with_second_factor: int = SHORTEST_OF_TWO
    longest: int = LONGEST
    composition_rules: bool = False
    expires_after_days: int | None = None
    refused: list[str] = ["passwords that are guessed first", "one's own name or address"]


@router.post("/auth/forgot-password", response_model=Success[None])
async def forgot_password(
    body: Forgotten, request: Request, later: BackgroundTasks, _: Anybody
) -> Response:
    """Have a link sent to the user's address to choose a new password; who has one is not told."""
    parts = parts_of(request)
    await count_try(parts, request, f"link|{body.username}")
    later.add_task(_send_link, parts, body.username, Purpose.RESET)
    answer = success(None, ON_ITS_WAY)
    answer.background = later
    return answer


@router.post("/auth/reset-password", response_model=Success[None])
async def reset_password(body: Reset, request: Request, _: Anybody) -> Response:
    """Choose a new password by a link: it is used up, and every sign-in of the user ends."""
    parts = parts_of(request)
    await count_try(parts, request, "reset")
    user = await run_in_threadpool(_of_link, parts, body.token, Purpose.RESET)
    hashed = await run_in_threadpool(_hashed, parts, user, body.new_password)
    context = context_of(parts, user)
    await run_in_threadpool(
        change, parts.desk, context, user.user_id, hashed, "reset", link=body.token
    )
    return success(None, "The password is changed: sign in with it.")


@router.post("/auth/change-password", response_model=Success[None])
async def change_password(body: Changed, request: Request, caller: Oneself) -> Response:
    """Choose a new password; the old one is asked for, and every other sign-in ends."""
    parts, user = parts_of(request), caller.user
    await count_guess(parts, request, user.username)
    found = await run_in_threadpool(parts.identities.secrets_of, user.user_id)
    stored = None if found is None else found.password_hash
    good, _ = await run_in_threadpool(parts.passwords.matches, body.old_password, stored)
    if not good:
        raise wrong_field("old_password", "is not the password")
    await guessed_right(parts, request, user.username)
    hashed = await run_in_threadpool(_hashed, parts, user, body.new_password)
    context = context_of(parts, user)
    await run_in_threadpool(
        change, parts.desk, context, user.user_id, hashed, "changed", but=caller.session_id
    )
    return success(None, "The password is changed.")


@router.post("/auth/verify-email", response_model=Success[None])
async def show_address(body: Verified, request: Request, _: Anybody) -> Response:
    """Show that an address is one's own, by the link that was sent there."""
    parts = parts_of(request)
    await count_try(parts, request, "verify")
    user = await run_in_threadpool(_of_link, parts, body.token, Purpose.VERIFY)
    context = context_of(parts, user)
    await run_in_threadpool(verify_email, parts.desk, context, user.user_id, body.token)
    return success(None, "The address is verified.")


@router.post("/auth/resend-verification", response_model=Success[None])
async def resend_verification(
    body: Forgotten, request: Request, later: BackgroundTasks, _: Anybody
) -> Response:
    """Have the link sent again; who is a user is not told."""
    parts = parts_of(request)
    await count_try(parts, request, f"link|{body.username}")
    later.add_task(_send_link, parts, body.username, Purpose.VERIFY)
    answer = success(None, ON_ITS_WAY)
    answer.background = later
    return answer


@router.post("/auth/register", response_model=Success[None])
async def register(
    body: Registration, request: Request, later: BackgroundTasks, _: Anybody
) -> Response:
    """Register as a member: what is said must be what the insurer knows, and the address is
    verified before the first sign-in. Whether it was right, only the message tells."""
    parts = parts_of(request)
    if not parts.settings.open_registration:
        raise not_found()
    await count_try(parts, request, f"register|{body.member_number}")
    later.add_task(_register, parts, body, _hashed_for(parts, body))
    answer = success(None, ON_ITS_WAY)
    answer.background = later
    return answer


@router.get("/security/password-policy", response_model=Success[PasswordPolicy])
async def show_password_policy(_: Anybody) -> Response:
    """What a password must be."""
    return success(PasswordPolicy().model_dump())


def _of_link(parts: Parts, token: str, purpose: Purpose) -> User:
    """Whose link this is; raises Problem for one that is not good."""
    now = parts.desk.clock.now()
    user_id = parts.identities.of_link(token, purpose, now)
    user = None if user_id is None else parts.identities.by_id(user_id)
    if user is None or not user.active:
        raise Problem(SIGN_IN_FAILED, "This link is not good (any more): ask for another.")
    return user


def _hashed(parts: Parts, user: User, password: str) -> str:
    known = parts.identities.secrets_of(user.user_id)
    alone = known is None or not known.second_factors
    try:
        about = (user.username, user.display_name, user.email)
        return parts.passwords.hash(password, alone=alone, about=about)
    except BadPassword as bad:
        raise wrong_field("new_password", str(bad)) from bad


def _hashed_for(parts: Parts, body: Registration) -> str:
    try:
        return parts.passwords.hash(body.password, about=(body.email, body.member_number))
    except BadPassword as bad:
        raise wrong_field("password", str(bad)) from bad


def _send_link(parts: Parts, username: str, purpose: Purpose) -> None:
    found = parts.identities.named(username)
    user = found[0] if found else None
    if user is None or not user.active or not user.email or user.provided:
        return
    link = make_link(parts.desk, context_of(parts, user), user.user_id, purpose)
    page = {"reset": "reset-password", "verify": "verify-email"}[purpose]
    address = f"{parts.settings.portal_url}/{page}?token={link}"
    subject = "A new password" if purpose is Purpose.RESET else "Verify your address"
    try:
        parts.mail.send(user.email, subject, f"{address}\n\nThis link is good once.\n")
    except MailAway as away:
        log.warning("%s", away)


def _register(parts: Parts, body: Registration, hashed: str) -> None:
    store = parts.desk.store
    with store.pool.connection() as conn:
        row = conn.execute(
            "SELECT member_id FROM members WHERE tenant = %s AND number = %s",
            (store.tenant, body.member_number),
        ).fetchone()
    state = None if row is None else store.load(MEMBER, row[0]).state
    known = state.details if isinstance(state, Enrolled) else None
    right = known is not None and (known.born_on, known.national_id) == (
        body.born_on, body.national_id.strip(),
    )  # fmt: skip
    if row is None or known is None or not right or parts.identities.named(body.email):
        return
    command = parts.desk.ids.new()
    user = User(
        command, body.email, f"{known.first_name} {known.last_name}", Kind.MEMBER,
        frozenset({"member"}), row[0],
    )  # fmt: skip
    new = users.NewUser(
        user.username, user.display_name, str(user.kind), ("member",), row[0], body.email, hashed,
        user.user_id,
    )  # fmt: skip
    users.add_user(parts.desk, context_of(parts, user), new)
    _send_link(parts, body.email, Purpose.VERIFY)
