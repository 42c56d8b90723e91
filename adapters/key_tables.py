"""Where wrapped keys are kept: the statements over a table of them, and what binds keys to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyTable:
    """`of` is the column of whose a key is, `whose` the word for that; `label` is bound into every
    wrapped key, so that none can be put into another table."""

    name: str
    of: str
    whose: str
    label: bytes

    @property
    def fetch(self) -> str:
        return (
            f"SELECT {self.of}, wrapped FROM {self.name} "  # noqa: S608  # nosec B608  # names of tables declared here
            f"WHERE tenant = %s AND {self.of} = ANY (%s)"
        )

    @property
    def make(self) -> str:
        return (
            f"INSERT INTO {self.name} (tenant, {self.of}, wrapped) "  # noqa: S608  # nosec B608  # names of tables declared here
            "SELECT %s, p, w FROM unnest(%s::uuid[], %s::bytea[]) AS new (p, w) "
            f"ON CONFLICT DO NOTHING RETURNING {self.of}, wrapped"
        )

    @property
    def every(self) -> str:
        return (
            f"SELECT tenant, {self.of}, wrapped FROM {self.name} "  # noqa: S608  # nosec B608  # names of tables declared here
            "WHERE wrapped IS NOT NULL FOR UPDATE"
        )

    @property
    def replace(self) -> str:
        return f"UPDATE {self.name} SET wrapped = %s WHERE tenant = %s AND {self.of} = %s"  # noqa: S608  # nosec B608  # names of tables declared here

    def bound(self, tenant: int, whose: bytes) -> bytes:
        """What a wrapped key is bound to: this table, the tenant, and whose it is."""
        return self.label + tenant.to_bytes(4, "big", signed=True) + whose


PERSONS = KeyTable("vault.person_key", "person_id", "person", b"bima.key.1")
TEMPLATES = KeyTable(
    "biometric.template_key", "biometric_id", "biometric record", b"bima.biometric.key.1"
)
