"""What is known of somebody who may sign in: whom they act for, as what, how they prove it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.refusals import AlreadyTaken


class Kind(StrEnum):
    """Staff see the insurer's business; members, providers, agents and reinsurers their own;
    services act alone."""

    STAFF = "staff"
    MEMBER = "member"
    PROVIDER = "provider"
    AGENT = "agent"
    REINSURER = "reinsurer"
    SERVICE = "service"


class NameTaken(AlreadyTaken):
    """Another user has this name."""

    def __init__(self, username: str) -> None:
        super().__init__(
            "user.name_taken", f"there is a user {username!r} already", field="username"
        )


class RenewalRefused(Exception):
    """The renewal token is unknown, used, too old, or its session has ended."""


@dataclass(frozen=True, slots=True)
class User:
    """`subject_id` is the member, provider or reinsurer that an outside user acts for."""

    user_id: UUID
    username: str
    display_name: str
    kind: Kind
    roles: frozenset[str]
    subject_id: UUID | None = None
    active: bool = True
    email: str = ""
    proves_twice: bool = False
    """Has an authenticator, or was let off it by an administrator."""
    waived: bool = False
    provided: bool = False
    """Signs in at the insurer's provider of identities, and not with a password here."""
    code_shown_at: datetime | None = None
    """When a code was last shown in the sign-in that asks."""
    signed_in_at: datetime | None = None
    """When the sign-in that asks began."""
    scope: frozenset[str] | None = None
    """All that the key opens by which a service asks; None where somebody has signed in."""

    @property
    def actor(self) -> str:
        """How the ledger names this user as the author of events.

        Staff are named as themselves. Outside users are not: their names are personal data, and
        what stands in the ledger stays there.
        """
        return self.username if self.kind is Kind.STAFF else f"{self.kind}:{self.user_id}"


class Purpose(StrEnum):
    """What a one-time link is for."""

    RESET = "reset"
    VERIFY = "verify"
    SECOND_FACTOR = "second factor"  # a sign-in whose password was right, and that needs a code


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a user proves to be themselves with; `totp` is sealed, and counts once `totp_on`."""

    password_hash: str | None
    totp: bytes | None = None
    totp_on: bool = False
    email_verified: bool = False
    passkeys: int = 0

    @property
    def second_factors(self) -> tuple[str, ...]:
        """What completes a sign-in beside the password; nothing where the password is all."""
        return (*(("totp",) if self.totp_on else ()), *(("passkey",) if self.passkeys else ()))
