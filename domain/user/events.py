"""What can happen to somebody's access: granted, changed, used, refused, taken away.

No secret ever stands in an event: passwords, second factors and tokens are kept elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.personal import ContactText, IdentityText, NoteText


@dataclass(frozen=True, slots=True)
class UserAdded:
    """`kind` is staff, member, provider or service; `subject_id` the member or provider that an
    outside user acts for. `username` is what they sign in with."""

    username: IdentityText
    name: IdentityText
    kind: str
    roles: tuple[str, ...]
    subject_id: UUID | None = None
    email: ContactText = ""


@dataclass(frozen=True, slots=True)
class UserChanged:
    name: IdentityText
    email: ContactText = ""


@dataclass(frozen=True, slots=True)
class UserRolesChanged:
    """`roles` are all that hold from now on."""

    roles: tuple[str, ...]
    granted: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UserLocked:
    reason: str


@dataclass(frozen=True, slots=True)
class UserUnlocked:
    reason: str


@dataclass(frozen=True, slots=True)
class UserRemoved:
    reason: str


@dataclass(frozen=True, slots=True)
class UserPasswordChanged:
    """`how`: set, changed (by the user, who knew the old one) or reset (by a link)."""

    how: str


@dataclass(frozen=True, slots=True)
class UserEmailVerified:
    pass


@dataclass(frozen=True, slots=True)
class UserSecondFactorAdded:
    """`factor` is totp: codes of an authenticator that change every 30 seconds."""

    factor: str


@dataclass(frozen=True, slots=True)
class UserSecondFactorRemoved:
    """`left` are the factors that still count."""

    factor: str
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UserPasskeyAdded:
    """A device of the user holds a key, which counts as a second factor; `name` is the user's."""

    passkey_id: UUID
    name: NoteText


@dataclass(frozen=True, slots=True)
class UserPasskeyRenamed:
    passkey_id: UUID
    name: NoteText


@dataclass(frozen=True, slots=True)
class UserPasskeyRemoved:
    """`left` are the second factors that still count."""

    passkey_id: UUID
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UserSignedIn:
    """`proofs` are what was shown: password, totp, passkey, api key."""

    session_id: UUID
    proofs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UserSignInRefused:
    """`reason`: password, code, passkey, locked, removed or unverified."""

    reason: str


@dataclass(frozen=True, slots=True)
class UserSessionEnded:
    """`why`: signed out, revoked, renewed twice, password changed, roles changed or locked."""

    session_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class UserPasswordResetRequested:
    pass


@dataclass(frozen=True, slots=True)
class UserProviderLinked:
    """The insurer's provider of identities vouches for this user, whom it calls `subject`."""

    issuer: str
    subject: IdentityText


@dataclass(frozen=True, slots=True)
class UserKeyIssued:
    """A key by which a service acts; `permissions` are all that it opens, within its roles."""

    key_id: UUID
    name: str
    permissions: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UserKeyRotated:
    """Another key takes its place; it stays good `until` then, so that programs can change over."""

    key_id: UUID
    by: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class UserKeyRevoked:
    key_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class UserKeyUsed:
    """Told once a day, at the first use of a key on it."""

    key_id: UUID


UserEvent = (
    UserAdded
    | UserChanged
    | UserRolesChanged
    | UserLocked
    | UserUnlocked
    | UserRemoved
    | UserPasswordChanged
    | UserEmailVerified
    | UserSecondFactorAdded
    | UserSecondFactorRemoved
    | UserSignedIn
    | UserSignInRefused
    | UserSessionEnded
    | UserPasswordResetRequested
    | UserPasskeyAdded
    | UserPasskeyRenamed
    | UserPasskeyRemoved
    | UserProviderLinked
    | UserKeyIssued
    | UserKeyRotated
    | UserKeyRevoked
    | UserKeyUsed
)
