"""One key for each person, kept apart from the events that it seals: to erase is to destroy it.

Keys are stored wrapped by the insurer's own key, which lies with the other secrets and not in a
database. They may stand in a database of their own (BIMA_KEYS_DATABASE_URL) with its own backups.
"""

import secrets
import time
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from adapters.carrying import Lock
from adapters.codec import KeyLost
from adapters.key_tables import PERSONS, KeyTable
from adapters.postgres import Pool
from adapters.settings import get_settings
from adapters.wrapping import Wrapping

REMEMBERED_SECONDS = 30.0  # for which another process may still read one who was erased
_MOST = 50_000  # keys in memory

Known = dict[tuple[int, bytes], AESGCM | None]  # by tenant and person's id; None: erased


class PersonKeys:
    """The keys of all persons in one database, those used lately in memory."""

    def __init__(
        self, dsn: str, wrapping: Wrapping | None = None, table: KeyTable = PERSONS
    ) -> None:
        """Opens nothing, and reads no secret, before somebody's key is needed."""
        self._pool = Pool(dsn, 0, 2, "bima-keys")
        self._wrapping = wrapping
        self._table = table
        self._known: Known = {}
        self._forget_at = 0.0
        self._lock = Lock()

    @property
    def wrapping(self) -> Wrapping:
        if self._wrapping is None:
            self._wrapping = Wrapping(get_settings().secrets_folder)
        return self._wrapping

    def of(self, tenant: int, person: bytes) -> AESGCM | None:
        """The key to open with; None for one who was erased.

        Raises KeyLost where there is none and nobody erased the person.
        """
        known = self._remembered()
        if (tenant, person) not in known:
            known = self.fetch(tenant, (person,))
        try:
            return known[tenant, person]
        except KeyError:
            raise KeyLost(
                f"the key of {self._table.whose} {UUID(bytes=person)} is missing, though nobody "
                f"erased it: restore the keys ({self._table.name}) from their backup"
            ) from None

    def to_seal(self, tenant: int, person: bytes) -> AESGCM | None:
        """The key to seal with, made where there is none; None for one who was erased."""
        known = self._remembered()
        if (tenant, person) not in known:
            known = self.make(tenant, (person,))
        return known[tenant, person]

    def fetch(self, tenant: int, persons: Iterable[bytes]) -> Known:
        """Have these keys in memory, as far as there are any; one statement for all."""
        known = self._remembered()
        missing = [UUID(bytes=p) for p in persons if (tenant, p) not in known]
        if missing:
            with self._pool.connection() as conn:
                rows = conn.execute(
                    self._table.fetch.encode(), (tenant, missing), binary=True
                ).fetchall()
            self._keep(known, tenant, rows)
        return known

    def make(self, tenant: int, persons: Iterable[bytes]) -> Known:
        """Have these keys in memory, new ones where there are none. They are stored when this
        returns, so that nothing is ever sealed with a key that is lost afterwards."""
        wanted = list(dict.fromkeys(persons))
        known = self.fetch(tenant, wanted)
        missing = [p for p in wanted if (tenant, p) not in known]
        if not missing:
            return known
        wrapped = [
            self.wrapping.wrap(secrets.token_bytes(32), self._table.bound(tenant, p))
            for p in missing
        ]
        ids = [UUID(bytes=p) for p in missing]
        with self._pool.connection() as conn:
            rows = conn.execute(
                self._table.make.encode(), (tenant, ids, wrapped), binary=True
            ).fetchall()
            if len(rows) < len(ids):  # somebody else made some of them at the same moment
                rows = conn.execute(
                    self._table.fetch.encode(), (tenant, ids), binary=True
                ).fetchall()
        self._keep(known, tenant, rows)
        return known

    def destroy(self, tenant: int, person: UUID, at: datetime) -> bool:
        """Destroy a key for ever; what remains says when. False where that was done before.

        Nothing new can be sealed for the person either, also where there never was a key.
        """
        with self._pool.connection() as conn:
            done = conn.execute(_DESTROY, (tenant, person, at)).rowcount
        self._known[tenant, person.bytes] = None
        return done > 0

    def destroyed_at(self, tenant: int, person: UUID) -> datetime | None:
        """When the key was destroyed; None where the person was not erased."""
        with self._pool.connection() as conn:
            row = conn.execute(
                "SELECT destroyed_at FROM vault.person_key WHERE tenant = %s AND person_id = %s",
                (tenant, person),
            ).fetchone()
        return None if row is None else row[0]

    def counts(self) -> dict[str, int]:
        """How many persons have a key (`kept`), and how many were erased (`destroyed`)."""
        with self._pool.connection() as conn:
            row = conn.execute(
                "SELECT count(wrapped), count(destroyed_at) FROM vault.person_key"
            ).fetchone()
        assert row is not None
        return {"kept": row[0], "destroyed": row[1]}

    def rewrap(self) -> int:
        """Wrap every key by a new key of the insurer and forget the old one; how many there are.

        From then on all older copies of wrapped keys, in backups too, are of no use to anybody.
        """
        with (
            self._lock,
            self.wrapping.renewed() as wrap,
            self._pool.connection() as conn,
            conn.transaction(),
        ):
            rows = conn.execute(self._table.every.encode()).fetchall()
            for tenant, person, wrapped in rows:
                bound = self._table.bound(tenant, person.bytes)
                fresh = wrap(self.wrapping.unwrap(wrapped, bound), bound)
                conn.execute(self._table.replace.encode(), (fresh, tenant, person))
        return len(rows)

    def forget(self) -> None:
        """Drop what is in memory."""
        self._known = {}

    def close(self) -> None:
        self.forget()
        self._pool.close()

    def _remembered(self) -> Known:
        now = time.monotonic()
        if now > self._forget_at or len(self._known) > _MOST:
            self._known = {}
            self._forget_at = now + REMEMBERED_SECONDS
        return self._known

    def _keep(self, known: Known, tenant: int, rows: Iterable[tuple[Any, ...]]) -> None:
        for person, wrapped in rows:
            key = None
            if wrapped is not None:
                try:
                    key = AESGCM(
                        self.wrapping.unwrap(wrapped, self._table.bound(tenant, person.bytes))
                    )
                except InvalidTag:
                    raise KeyLost(
                        f"the key of {self._table.whose} {person} was wrapped by another key of "
                        f"the insurer than the one in {self.wrapping.folder}: restore that file"
                    ) from None
            known[tenant, person.bytes] = key


def person_keys(dsn: str) -> PersonKeys:
    """The keys that belong to a ledger: in a database of their own if the settings name one.

    One and the same for all that speak to one database, however they name it.
    """
    return _shared(place_of(get_settings().keys_database_url or dsn))


def place_of(dsn: str) -> str:
    """Which database it is and as whom, without what else an address may say."""
    named = conninfo_to_dict(dsn)
    return make_conninfo("", **{name: named[name] for name in _PLACE if name in named})


@cache
def _shared(dsn: str) -> PersonKeys:
    return PersonKeys(dsn)


_PLACE = (
    "host", "hostaddr", "port", "dbname", "user", "password", "sslmode", "sslrootcert", "sslcert",
    "sslkey", "target_session_attrs",
)  # fmt: skip
_DESTROY = (
    "INSERT INTO vault.person_key AS k (tenant, person_id, wrapped, destroyed_at) "
    "VALUES (%s, %s, NULL, %s) ON CONFLICT (tenant, person_id) "
    "DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at "
    "WHERE k.destroyed_at IS NULL"
)
