"""The insurer's own secret keys: made at the first need, readable by their owner only.

In production the folder is provided from outside (BIMA_SECRETS_DIR), with the same file names.
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from deploy.folders import NotReady, private_folder

KEY_OF_KEYS = "person-keys.key"
KEY_OF_BIOMETRICS = "biometric-keys.key"


def signing_key(folder: Path) -> bytes:
    """The private key (Ed25519, PEM) that signs sign-in tokens."""
    return _kept(folder / "jwt-signing.pem", _new_signing_key)


def previous_signing_key(folder: Path) -> bytes | None:
    """The key that signed before; tokens of it are good until they run out."""
    path = folder / "jwt-signing.previous.pem"
    return path.read_bytes() if path.exists() else None


def renew_signing_key(folder: Path) -> None:
    """Have another key sign tokens from the next start on; that of now becomes the previous."""
    signing_key(folder)
    (folder / "jwt-signing.pem").replace(folder / "jwt-signing.previous.pem")
    signing_key(folder)


def model_signing_key(folder: Path) -> bytes:
    """The private key (Ed25519, PEM) that signs trained fraud models."""
    return _kept(folder / "model-signing.pem", _new_signing_key)


def log_signing_key(folder: Path) -> bytes:
    """The private key (Ed25519, PEM) that signs the checkpoints of the log."""
    return _kept(folder / "log-signing.pem", _new_signing_key)


def witness_key(folder: Path) -> bytes:
    """The private key (Ed25519, PEM) of a witness, in the witness's own folder."""
    return _kept(folder / "witness.pem", _new_signing_key)


def own_log_key(folder: Path) -> bytes | None:
    """The same where this machine has it; nothing is made."""
    return log_signing_key(folder) if (folder / "log-signing.pem").exists() else None


def report_signing_key(folder: Path) -> bytes:
    """The private key (Ed25519, PEM) that signs the reports to reinsurers."""
    return _kept(folder / "report-signing.pem", _new_signing_key)


def card_signing_key(folder: Path) -> bytes:
    """The private key (Ed25519, PEM) that signs the codes on members' cards."""
    return _kept(folder / "card-signing.pem", _new_signing_key)


def pseudonym_key(folder: Path) -> bytes:
    """32 random bytes that turn persons into the pseudonyms of a treaty's reports."""
    return _kept(folder / "pseudonyms.key", lambda: secrets.token_bytes(32))


def blind_index_key(folder: Path) -> bytes:
    """32 random bytes that turn a national id into a stream's id that nobody can read back."""
    return _kept(folder / "blind-index.key", lambda: secrets.token_bytes(32))


def bank_key(folder: Path) -> bytes:
    """32 bytes that insurer and bank share: requests and webhooks are signed with them."""
    return _kept(folder / "bank.key", lambda: secrets.token_bytes(32))


def sms_key(folder: Path) -> bytes:
    """32 bytes that the insurer shares with the service that sends text messages."""
    return _kept(folder / "sms.key", lambda: secrets.token_bytes(32))


def second_factor_key(folder: Path) -> bytes:
    """32 random bytes that seal the secrets of people's authenticators."""
    return _kept(folder / "second-factors.key", lambda: secrets.token_bytes(32))


def key_of_keys(path: Path) -> bytes:
    """32 random bytes that wrap other keys; without them nothing that those seal can be read."""
    return read_key(path, lambda: secrets.token_bytes(32))


def read_key(path: Path, make: Callable[[], bytes]) -> bytes:
    """The key in a file, made by `make` where there is none; see `_kept`."""
    return _kept(path, make)


def _kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """The key at `path`, made if absent; two processes that make it at once get the same one.

    Raises NotReady where others could read it.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise NotReady(f"{path} can be read by others: `chmod 600` it, or renew the key")
        return path.read_bytes()
    except FileNotFoundError:
        pass
    private_folder(path.parent)
    with NamedTemporaryFile(dir=path.parent, prefix=".new-") as fresh:
        fresh.write(make())
        fresh.flush()
        os.fsync(fresh.fileno())
        with suppress(FileExistsError):
            os.link(fresh.name, path)
    return path.read_bytes()


def _new_signing_key() -> bytes:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
