"""Keeps the state of long streams, so that loading them reads only their latest events.

A snapshot is disposable and never trusted further than it proves itself: its hash covers the
decider, the shape of the state's classes, the event it stands on and its own bytes. Anything
else than an exact fit is set aside, and the stream is folded from its first event.
"""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any, get_args, get_type_hints
from uuid import UUID

import msgspec
import psycopg

from adapters.decoders import decoder_of
from adapters.envelope import Loaded
from adapters.personal_sealing import NobodysData, PersonalSealing
from adapters.postgres import Pool
from domain.decider import Decider

EVERY = 100  # events between two snapshots of a stream


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A stored state, not yet proved; `version` is that of the last event folded into it."""

    version: int
    state_hash: bytes
    state: bytes


class Snapshots:
    """The snapshots of one tenant."""

    def __init__(self, pool: Pool, tenant: int, sealing: PersonalSealing) -> None:
        self._pool = pool
        self._tenant = tenant
        self._sealing = sealing

    def take(self, decider: Decider[Any, Any, Any], loaded: Loaded[Any]) -> bool:
        """Store the state unless a newer one is there; False when it cannot be stored exactly.

        A server that cannot take it (a read-only standby, a full disk) is not an error here: the
        load that wanted the snapshot has its state already.
        """
        state = _written(decider, loaded.state)
        if state is None:
            return False
        try:
            stored = self._sealing.sealed_state(self._tenant, decider.name, loaded, state)
            with self._pool.connection() as conn:
                conn.execute(
                    "INSERT INTO es_snapshot AS s (tenant, stream_id, version, decider, "
                    "state_version, state_hash, state) VALUES (%s, %s, %s, %s, %s, %s, %s) "
                    "ON CONFLICT (tenant, stream_id) DO UPDATE SET version = excluded.version, "
                    "decider = excluded.decider, state_version = excluded.state_version, "
                    "state_hash = excluded.state_hash, state = excluded.state "
                    "WHERE s.version < excluded.version "
                    "OR s.state_version <> excluded.state_version",
                    (
                        self._tenant,
                        loaded.stream_id,
                        loaded.version,
                        decider.name,
                        decider.state_version,
                        _proof(decider, type(loaded.state), loaded, state),
                        stored,
                    ),
                )
        except (psycopg.Error, NobodysData):
            return False
        return True

    def proved(
        self,
        decider: Decider[Any, Any, Any],
        stream_id: UUID,
        snapshot: Snapshot,
        event_hash: bytes,
    ) -> Loaded[Any] | None:
        """The stream at the snapshot's version, or None when it does not fit exactly.

        `event_hash` is the hash of the event at that version, read from the log.
        """
        state = self._sealing.opened_state(
            self._tenant, decider.name, stream_id.bytes, snapshot.version, snapshot.state
        )
        if state is None:
            return None
        return proved(decider, stream_id, replace(snapshot, state=state), event_hash)


def proved(
    decider: Decider[Any, Any, Any], stream_id: UUID, snapshot: Snapshot, event_hash: bytes
) -> Loaded[Any] | None:
    try:
        state = _read(decider, snapshot.state)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    loaded = Loaded(stream_id, snapshot.version, state, event_hash)
    if _proof(decider, type(state), loaded, snapshot.state) != snapshot.state_hash:
        return None
    return loaded


def _written(decider: Decider[Any, Any, Any], state: Any) -> bytes | None:
    """The state as JSON under its class's name, if that reads back as an equal state."""
    kind = type(state)
    try:
        written = msgspec.json.encode([kind.__qualname__, state])
        return written if _read(decider, written) == state else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _read(decider: Decider[Any, Any, Any], written: bytes) -> Any:
    """States of a decider live in one module, beside its first state."""
    name, state = msgspec.json.decode(written, type=tuple[str, msgspec.Raw])
    kind: Any = getattr(sys.modules[type(decider.initial).__module__], name)
    if not isinstance(kind, type) or not is_dataclass(kind):
        raise TypeError(f"{name} is not a state of {decider.name}")
    return decoder_of(kind).decode(state)


def _proof(decider: Decider[Any, Any, Any], kind: type, loaded: Loaded[Any], state: bytes) -> bytes:
    head = f"{decider.name}|{decider.state_version}|{loaded.stream_id}|{loaded.version}|"
    parts = (head.encode(), _shape(kind), loaded.last_hash, state)
    return hashlib.sha256(b"".join(parts)).digest()


@cache
def _shape(kind: type) -> bytes:
    """A digest of the class and of all classes in its fields: names, fields, and their types."""
    return hashlib.sha256("\n".join(_described(kind, set())).encode()).digest()


def _described(kind: Any, seen: set[Any]) -> Iterator[str]:
    if kind in seen:
        return
    seen.add(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        for each in fields(kind):
            yield f"{kind.__qualname__}.{each.name}: {hints[each.name]}"
        for hint in hints.values():
            yield from _described(hint, seen)
    for part in get_args(kind):
        yield from _described(part, seen)
