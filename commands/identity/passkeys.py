"""Use cases of passkeys: add, rename, remove, and show one in the middle of a sign-in."""

from uuid import UUID

from adapters.identities import Identities
from adapters.passkeys import Passkey, Passkeys
from adapters.postgres import Connection
from commands.context import Context, Desk
from commands.handling import Outcome
from commands.identity.users import of_user
from domain.refusals import AlreadyTaken
from domain.user.passkeys import AddPasskey, RemovePasskey, RenamePasskey


def add_passkey(desk: Desk, context: Context, session_id: UUID, passkey: Passkey) -> Outcome:
    """Have a device of the user count; it has just been shown in this sign-in."""
    passkeys = Passkeys(desk.store.pool, desk.store.tenant)
    identities = Identities(desk.store.pool, desk.store.tenant)

    def also(conn: Connection) -> None:
        if not passkeys.put(conn, passkey):
            raise AlreadyTaken("passkey.known", "this passkey is registered already")
        identities.put_code_shown(conn, session_id, context.recorded_at)

    command = AddPasskey(passkey.passkey_id, passkey.name)
    told = {"passkey_id": str(passkey.passkey_id)}
    return of_user(desk, context, passkey.user_id, command, also=also, told=told)


def rename_passkey(
    desk: Desk, context: Context, user_id: UUID, passkey_id: UUID, name: str
) -> Outcome:
    """Call a passkey otherwise."""
    passkeys = Passkeys(desk.store.pool, desk.store.tenant)
    return of_user(
        desk, context, user_id, RenamePasskey(passkey_id, name),
        also=lambda conn: passkeys.put_name(conn, passkey_id, name),
    )  # fmt: skip


def remove_passkey(desk: Desk, context: Context, user_id: UUID, passkey_id: UUID) -> Outcome:
    """Have a device count no more, for example because it was lost."""
    passkeys = Passkeys(desk.store.pool, desk.store.tenant)
    return of_user(
        desk, context, user_id, RemovePasskey(passkey_id),
        also=lambda conn: passkeys.put_removed(conn, user_id, passkey_id),
    )  # fmt: skip


def use_passkey(
    desk: Desk, context: Context, passkey: Passkey, count: int, session_id: UUID | None = None
) -> Outcome:
    """Remember a use; in the middle of a sign-in it stands for approvals of money for a while."""
    passkeys = Passkeys(desk.store.pool, desk.store.tenant)
    identities = Identities(desk.store.pool, desk.store.tenant)

    def also(conn: Connection) -> None:
        passkeys.put_used(conn, passkey.passkey_id, count, context.recorded_at)
        if session_id is not None:
            identities.put_code_shown(conn, session_id, context.recorded_at)

    return of_user(desk, context, passkey.user_id, None, also=also)
