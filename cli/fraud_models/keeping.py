"""Where trained models are kept and who acts on them: the folder of this machine, the ledger."""

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from adapters.model_artefacts import ModelFolder, ModelTable, StoredModel
from adapters.secret_keys import model_signing_key
from adapters.settings import Settings, get_settings
from adapters.signatures import Signer
from cli.fraud_models.material import AskedWrongly
from domain.fraud_model.state import ModelLine
from ml.artefact import PURPOSE, ArtefactRefused, opened
from ml.fraud import FraudModel
from ml.lines import open_model

if TYPE_CHECKING:
    from commands.context import Context, Desk

SHORTEST = 6
"""Digits of a digest that tell one model from another; fewer could be a version."""


def signer() -> Signer:
    """Signs and checks models with this insurer's key, made at the first need."""
    return Signer(model_signing_key(get_settings().secrets_folder), PURPOSE)


def folder(settings: Settings | None = None) -> ModelFolder:
    """The models of this machine."""
    return ModelFolder((settings or get_settings()).state_dir / "models")


def ledger() -> "Desk | None":
    """The ledger's desk, where a database is known."""
    settings = get_settings()
    if not settings.database_url:
        return None
    from commands.desk import open_desk

    return open_desk(settings)


def the_ledger() -> "Desk":
    """The ledger's desk. Raises NotReady where no database is known."""
    from commands.desk import open_desk

    settings = get_settings()
    settings.require_database_url()
    return open_desk(settings)


def context_of(desk: "Desk", username: str, reason: str = "") -> "Context":
    """A command of a member of staff, by name. Raises AskedWrongly for anybody else."""
    from adapters.identities import Identities, Kind
    from commands.context import Context

    found = Identities(desk.store.pool, desk.store.tenant).named(username)
    if found is None or not found[0].active or found[0].kind is not Kind.STAFF:
        raise AskedWrongly(
            f"{username} is no active member of staff: `bima user list` shows who is, "
            "`bima user add` adds somebody"
        )
    command = uuid4()
    return Context(
        actor=found[0].actor,
        command_id=command,
        correlation_id=command,
        recorded_at=desk.clock.now(),
        effective_on=desk.clock.today(),
        roles=found[0].roles,
        reason=reason,
    )


def standing(desk: "Desk", line: str) -> ModelLine:
    from commands.fraud_models import standing_of

    return standing_of(desk, line)


def kept_model(line: str, wanted: str | None) -> FraudModel | None:
    """The model that is meant by a version of the ledger or the beginning of a digest.

    Without either: the one in charge, else the one registered last, else the one trained last on
    this machine; None where there is none. Raises AskedWrongly and ArtefactRefused.
    """
    desk = ledger()
    try:
        found = _wanted(desk, line, wanted) if wanted else _latest(desk, line)
    finally:
        if desk is not None:
            desk.store.close()
    if found is None and wanted:
        raise AskedWrongly(f"there is no {line} model {wanted}: `bima ml models` lists them")
    return open_model(found, signer()) if found else None


def _wanted(desk: "Desk | None", line: str, wanted: str) -> StoredModel | None:
    if wanted.isdecimal() and len(wanted) < SHORTEST:
        version = standing(desk, line).version(int(wanted)) if desk is not None else None
        if desk is None or version is None:
            return None
        return _found(desk, version.digest)
    digests = folder().newest_first()
    digests += [v.digest for v in standing(desk, line).versions] if desk is not None else []
    alike = {digest for digest in digests if digest.startswith(wanted.lower())}
    if len(alike) > 1:
        raise AskedWrongly(f"several models begin with {wanted}: give more of it")
    return _found(desk, alike.pop()) if alike else None


def _latest(desk: "Desk | None", line: str) -> StoredModel | None:
    if desk is not None:
        now = standing(desk, line)
        in_charge = now.version(now.in_charge) if now.in_charge is not None else None
        if chosen := in_charge or next(reversed(now.versions), None):
            return _found(desk, chosen.digest)
    for digest in folder().newest_first():
        stored = folder().find(digest)
        if stored is not None and line_of(stored) == line:
            return stored
    return None


def _found(desk: "Desk | None", digest: str) -> StoredModel:
    stored = folder().find(digest)
    if stored is None and desk is not None:
        stored = ModelTable(desk.store.pool, desk.store.tenant).find(digest)
    if stored is None:
        raise ArtefactRefused(f"model {digest[:12]}: its artefact is not kept here")
    return stored


def line_of(stored: StoredModel) -> str:
    """The line that a kept model is for; empty for one that is refused."""
    try:
        return opened(stored, signer()).line
    except ArtefactRefused:
        return ""


def keep(stored: StoredModel) -> Path:
    """Keep a model on this machine; its file."""
    return folder().keep(stored)
