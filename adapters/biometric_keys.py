"""The way to fingers and faces: a database role and keys that nothing else of Bima uses.

The services connect as `bima_app`, which cannot read a template. Whoever compares connects as
`bima_biometrics`; the key of each template is wrapped by a key of the insurer's for these alone.
"""

from collections.abc import Iterable
from functools import cache
from uuid import UUID

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from adapters.key_tables import TEMPLATES
from adapters.person_keys import PersonKeys, place_of
from adapters.postgres import Pool
from adapters.secret_keys import KEY_OF_BIOMETRICS
from adapters.settings import Settings, get_settings
from adapters.wrapping import Wrapping
from deploy.folders import NotReady

ROLE = "bima_biometrics"


class TemplateKeys(PersonKeys):
    """The keys of templates. A destroyed one leaves nothing, not even that it was there: the
    ledger says so of its record."""

    def destroy_each(self, tenant: int, records: Iterable[UUID]) -> int:
        """Remove these keys for ever; how many there were."""
        gone = list(records)
        with self._pool.connection() as conn:
            done = conn.execute(
                "DELETE FROM biometric.template_key WHERE tenant = %s AND biometric_id = ANY (%s)",
                (tenant, gone),
            ).rowcount
        for record in gone:
            self._known.pop((tenant, record.bytes), None)
        return done

    def count(self) -> int:
        """How many templates have a key."""
        with self._pool.connection() as conn:
            row = conn.execute("SELECT count(*) FROM biometric.template_key").fetchone()
        assert row is not None
        return int(row[0])


def way_in(dsn: str) -> tuple[Pool, TemplateKeys]:
    """Connections that may open the templates of a ledger, and the keys of these; opened when they
    are used. One and the same for all of a process that work with this ledger.

    Raises NotReady where the role needs a password that nobody has set.
    """
    settings = get_settings()
    own = settings.biometrics_database_url or as_role(dsn, "BIMA_BIOMETRICS_DATABASE_URL")
    return _opened(place_of(own), place_of(_keys_url(settings, own)))


def as_role(dsn: str, setting: str) -> str:
    """A database as the role that opens templates; `setting` is what to set where it cannot be."""
    named = conninfo_to_dict(dsn)
    if named.pop("password", None):
        raise NotReady(
            f"{ROLE} needs a password of its own to open fingers and faces: set {setting}"
        )
    return make_conninfo("", **{**named, "user": ROLE})


def _keys_url(settings: Settings, own: str) -> str:
    if settings.biometric_keys_database_url or not settings.keys_database_url:
        return settings.biometric_keys_database_url or own
    return as_role(settings.keys_database_url, "BIMA_BIOMETRIC_KEYS_DATABASE_URL")


@cache
def _opened(own: str, keys: str) -> tuple[Pool, TemplateKeys]:
    wrapping = Wrapping(get_settings().biometric_secrets_folder, KEY_OF_BIOMETRICS)
    return Pool(own, 0, 2, "bima-biometrics"), TemplateKeys(keys, wrapping, TEMPLATES)
