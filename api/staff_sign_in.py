"""Staff prove who they are to the insurer's directory, where there is one, and not to us.

One local account may be named that signs in with its own password whatever the directory says: for
the day on which it is away. Each of its sign-ins is recorded as such.
"""

import asyncio
import logging
from collections.abc import Mapping

from fastapi.concurrency import run_in_threadpool

from adapters.identities import Kind, User
from adapters.outages import OUTAGES
from adapters.staff_directory import DirectoryAway, Place, StaffDirectory
from api.errors import UNAVAILABLE, Problem
from api.identity import context_of
from api.parts import Parts
from commands.handling import LostRace
from commands.identity.directory import look_again, roles_of, stand_as
from commands.identity.signing_in import refuse_sign_in

DIRECTORY, OPENID = "directory", "openid"
BREAK_GLASS, WAIVED = "break glass", "second factor waived"
PASSING: tuple[type[Exception], ...] = (*OUTAGES, LostRace)
log = logging.getLogger("bima.api")


def directory_of(parts: Parts) -> StaffDirectory | None:
    """The insurer's directory, where the settings name one."""
    said = parts.settings
    if not said.ldap_url:
        return None
    return StaffDirectory(
        Place(
            said.ldap_url, said.ldap_ca_file, said.ldap_reader, said.ldap_reader_password,
            said.ldap_people, said.ldap_groups, said.ldap_name_attribute,
        )
    )  # fmt: skip


def is_break_glass(parts: Parts, username: str) -> bool:
    """Whether this is the local account for the day on which the directory is away."""
    named = parts.settings.break_glass
    return bool(named) and username.lower() == named.lower()


def asks_directory(parts: Parts, user: User | None, username: str) -> bool:
    """Staff, and names that nobody has here yet, are for the directory."""
    if not parts.settings.ldap_url or is_break_glass(parts, username):
        return False
    return user is None or user.kind is Kind.STAFF


def first_proof(parts: Parts, user: User) -> tuple[str, ...]:
    """What the first step of a sign-in was, as its event tells it."""
    by = "password"
    if user.provided:
        by = OPENID
    elif asks_directory(parts, user, user.username):
        by = DIRECTORY
    glass = (BREAK_GLASS,) if is_break_glass(parts, user.username) else ()
    waived = (WAIVED,) if user.waived and parts.settings.staff_second_factor else ()
    return (by, *glass, *waived)


def proven(parts: Parts, user: User | None, username: str, password: str) -> User | None:
    """The member of staff whom the directory vouches for, with the roles of their groups.

    Raises Problem where it does not answer.
    """
    directory = directory_of(parts)
    assert directory is not None
    try:
        person = directory.proven(username, password)
    except DirectoryAway as away:
        log.warning("the staff directory is away: %s", away)
        raise Problem(
            UNAVAILABLE, "The staff directory does not answer: try to sign in again shortly."
        ) from away
    roles = () if person is None else roles_of(person, by_group(parts))
    if person is None or not roles or (user is not None and not user.active):
        if user is not None:
            why = "password" if person is None else "no role" if not roles else "locked"
            refuse_sign_in(parts.desk, context_of(parts, user), user.user_id, why)
        return None
    return parts.identities.by_id(stand_as(parts.desk, person, roles, user))


def by_group(parts: Parts) -> Mapping[str, str]:
    """Which group of the directory has which role here."""
    return parts.settings.roles_by_group


async def follow_directory(parts: Parts) -> None:
    """Compare those who are signed in with the directory, again and again, until cancelled.

    While it is away nobody new comes in; who is in stays until their sign-in ends.
    """
    directory = directory_of(parts)
    while directory is not None:
        await asyncio.sleep(parts.settings.ldap_recheck_seconds)
        try:
            await run_in_threadpool(
                look_again, parts.desk, directory, by_group(parts), parts.settings.break_glass
            )
        except DirectoryAway as away:
            log.warning("the staff directory is away: %s", away)
        except PASSING as error:
            log.warning("staff were not compared with the directory: %s", type(error).__name__)
