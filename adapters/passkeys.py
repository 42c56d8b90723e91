"""Passkeys (WebAuthn): what a device is asked to sign, and whether it has.

The library that reads what devices send is loaded at the first need: most processes never do.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from adapters.identities import PATIENCE
from adapters.postgres import Connection, Pool

Credential = dict[str, Any]


class PasskeyRefused(Exception):
    """What a device sent is not what was asked for; the text says why, for the log alone."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A key that one of the user's devices holds, by its public half."""

    passkey_id: UUID
    user_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    added_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """For whom devices sign: the portal's host, and the address that its pages come from."""

    name: str
    rp_id: str
    origin: str

    @classmethod
    def of(cls, name: str, portal_url: str) -> "Party":
        parts = urlsplit(portal_url)
        return cls(name, parts.hostname or "localhost", f"{parts.scheme}://{parts.netloc}")

    def asked_to_register(
        self, challenge: str, user_id: UUID, username: str, known: list[Passkey]
    ) -> dict[str, Any]:
        """What `navigator.credentials.create` takes; devices that are known are left out."""
        from webauthn import generate_registration_options, options_to_json
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            PublicKeyCredentialDescriptor,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        options = generate_registration_options(
            rp_id=self.rp_id,
            rp_name=self.name,
            user_name=username,
            user_id=user_id.bytes,
            challenge=decoded(challenge),
            exclude_credentials=[PublicKeyCredentialDescriptor(it.credential_id) for it in known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
        return dict(json.loads(options_to_json(options)))

    def asked_to_sign(self, challenge: str, known: list[Passkey]) -> dict[str, Any]:
        """What `navigator.credentials.get` takes; without `known` any passkey of ours will do."""
        from webauthn import generate_authentication_options, options_to_json
        from webauthn.helpers.structs import (
            PublicKeyCredentialDescriptor,
            UserVerificationRequirement,
        )

        options = generate_authentication_options(
            rp_id=self.rp_id,
            challenge=decoded(challenge),
            allow_credentials=[PublicKeyCredentialDescriptor(it.credential_id) for it in known],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return dict(json.loads(options_to_json(options)))

    def registered(self, credential: Credential, challenge: str) -> tuple[bytes, bytes, int]:
        """The id, public key and count of a new passkey; raises PasskeyRefused."""
        from webauthn import verify_registration_response
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            made = verify_registration_response(
                credential=credential,
                expected_challenge=decoded(challenge),
                expected_rp_id=self.rp_id,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise PasskeyRefused(str(error)) from error
        return made.credential_id, made.credential_public_key, made.sign_count

    def signed(self, credential: Credential, challenge: str, passkey: Passkey) -> int:
        """The count of uses, where the passkey has signed the challenge; raises PasskeyRefused.

        The device has asked for a fingerprint, a face or a PIN: it stands for two factors.
        """
        from webauthn import verify_authentication_response
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            shown = verify_authentication_response(
                credential=credential,
                expected_challenge=decoded(challenge),
                expected_rp_id=self.rp_id,
                expected_origin=self.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise PasskeyRefused(str(error)) from error
        return shown.new_sign_count


def challenge_of(credential: Credential) -> str:
    """The challenge that a device says it has signed; raises PasskeyRefused."""
    try:
        said = json.loads(decoded(credential["response"]["clientDataJSON"]))
        return str(said["challenge"])
    except (KeyError, TypeError, ValueError) as error:
        raise PasskeyRefused("what the device sent cannot be read") from error


def credential_id(credential: Credential) -> bytes:
    """Which passkey a device says it is; raises PasskeyRefused."""
    try:
        return decoded(credential["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise PasskeyRefused("what the device sent names no passkey") from error


def decoded(text: str) -> bytes:
    """base64url without its padding, read; raises ValueError."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, TypeError, AttributeError) as error:
        raise ValueError("is not base64url") from error


_COLUMNS = (
    "passkey_id, user_id, credential_id, public_key, sign_count, name, added_at, last_used_at"
)


class Passkeys:
    """The passkeys of one tenant."""

    def __init__(self, pool: Pool, tenant: int) -> None:
        self._pool = pool
        self._tenant = tenant

    def of_user(self, user_id: UUID) -> list[Passkey]:
        """A user's passkeys, the oldest first."""
        return self._where("user_id = %s ORDER BY added_at, passkey_id", user_id)

    def by_credential(self, credential: bytes) -> Passkey | None:
        found = self._where("credential_id = %s", credential)
        return found[0] if found else None

    def _where(self, condition: str, value: object) -> list[Passkey]:
        with self._pool.connection(PATIENCE) as conn:
            rows = conn.execute(
                f"SELECT {_COLUMNS} FROM identity_passkey"  # noqa: S608  # nosec B608  # columns and a condition named here
                f" WHERE tenant = %s AND {condition}",
                (self._tenant, value),
            ).fetchall()
        return [Passkey(*row) for row in rows]

    # Written together with the events that say so, in their transaction

    def put(self, conn: Connection, passkey: Passkey) -> bool:
        """Have a passkey count; False where the device's key is somebody's already."""
        made = conn.execute(
            f"INSERT INTO identity_passkey (tenant, {_COLUMNS})"  # noqa: S608  # nosec B608  # columns and a condition named here
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, NULL) ON CONFLICT DO NOTHING",
            (
                self._tenant, passkey.passkey_id, passkey.user_id, passkey.credential_id,
                passkey.public_key, passkey.sign_count, passkey.name, passkey.added_at,
            ),
        )  # fmt: skip
        self._count(conn, passkey.user_id)
        return made.rowcount == 1

    def put_name(self, conn: Connection, passkey_id: UUID, name: str) -> None:
        conn.execute(
            "UPDATE identity_passkey SET name = %s WHERE tenant = %s AND passkey_id = %s",
            (name, self._tenant, passkey_id),
        )

    def put_removed(self, conn: Connection, user_id: UUID, passkey_id: UUID) -> None:
        conn.execute(
            "DELETE FROM identity_passkey WHERE tenant = %s AND passkey_id = %s",
            (self._tenant, passkey_id),
        )
        self._count(conn, user_id)

    def put_used(self, conn: Connection, passkey_id: UUID, count: int, now: datetime) -> None:
        """The count that the device told, so that a copy of it is noticed."""
        conn.execute(
            "UPDATE identity_passkey SET sign_count = %s, last_used_at = %s"
            " WHERE tenant = %s AND passkey_id = %s",
            (count, now, self._tenant, passkey_id),
        )

    def _count(self, conn: Connection, user_id: UUID) -> None:
        conn.execute(
            "UPDATE identity_user u SET passkeys = (SELECT count(*) FROM identity_passkey p"
            " WHERE p.tenant = u.tenant AND p.user_id = u.user_id)"
            " WHERE tenant = %s AND user_id = %s",
            (self._tenant, user_id),
        )
