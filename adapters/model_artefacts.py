"""Keeps trained models, each found by the SHA-256 of its content: in the ledger, or in a folder.

The stores hand out what they hold and judge nothing; who uses a model checks digest and signature.
"""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

import msgspec

from adapters.postgres import Pool
from deploy.folders import private_folder


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A sealed model. `digest` is the SHA-256 of `manifest` (hexadecimal), which names that of
    `model`; `signature` is over the digest."""

    digest: str
    manifest: bytes
    model: bytes
    signature: bytes


class UnreadableFile(ValueError):
    """A file of a model is not in the form in which models are kept."""


class ModelTable:
    """The models of one tenant in its ledger's database; nothing is ever changed there."""

    def __init__(self, pool: Pool, tenant: int) -> None:
        self._pool = pool
        self._tenant = tenant

    def keep(self, stored: StoredModel) -> None:
        """Keep a model; the same one again changes nothing."""
        with self._pool.connection() as conn:
            conn.execute(
                "INSERT INTO fraud_model_artefact (tenant, digest, manifest, model, signature) "
                "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (tenant, digest) DO NOTHING",
                (
                    self._tenant, bytes.fromhex(stored.digest), stored.manifest, stored.model,
                    stored.signature,
                ),
            )  # fmt: skip

    def find(self, digest: str) -> StoredModel | None:
        """The model with this digest, if it is kept here."""
        with self._pool.connection() as conn:
            row = conn.execute(
                "SELECT manifest, model, signature FROM fraud_model_artefact "
                "WHERE tenant = %s AND digest = %s",
                (self._tenant, bytes.fromhex(digest)),
                binary=True,
            ).fetchone()
        return StoredModel(digest, bytes(row[0]), bytes(row[1]), bytes(row[2])) if row else None


class ModelFolder:
    """Models as files of one machine, `DIGEST.json`; for training and measuring without a ledger.

    It is made when the first model is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, stored: StoredModel) -> Path:
        """Keep a model and tell where; it appears whole or not at all."""
        path = private_folder(self._folder) / f"{stored.digest}.json"
        told = {
            name: base64.b64encode(getattr(stored, name)).decode()
            for name in ("manifest", "model", "signature")
        }
        fresh = path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(told))
        fresh.replace(path)
        return path

    def find(self, digest: str) -> StoredModel | None:
        """The model with this digest, if it is kept here; raises UnreadableFile."""
        try:
            return read_model_file(self._folder / f"{digest}.json")
        except FileNotFoundError:
            return None

    def newest_first(self) -> list[str]:
        """The digests of all models here, those kept last first."""
        files = sorted(self._folder.glob("*.json"), key=lambda path: -path.stat().st_mtime_ns)
        return [path.stem for path in files]


def read_model_file(path: Path) -> StoredModel:
    """A model from its file; its name is its digest. Raises UnreadableFile, FileNotFoundError."""
    try:
        told = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
        parts = {name: base64.b64decode(text, validate=True) for name, text in told.items()}
        return StoredModel(path.stem, parts["manifest"], parts["model"], parts["signature"])
    except (msgspec.MsgspecError, binascii.Error, KeyError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{path.name} is not the file of a trained model") from error
