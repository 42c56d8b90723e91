"""Which PostgreSQL server holds which insurer, where one server is not enough for all.

A tenant lies whole on one server. Which one follows from the names of the servers and the tenant's
number alone, so that every process comes to the same answer without asking anybody; with a further
server only those tenants move that it takes.
"""

from collections.abc import Mapping
from hashlib import sha256


class Placement:
    """The servers by name. A name is for ever, a URL may change."""

    def __init__(self, servers: Mapping[str, str]) -> None:
        """Raises ValueError where there is no server."""
        if not servers:
            raise ValueError("name at least one server")
        self._servers = dict(servers)

    def name_of(self, tenant: int) -> str:
        """The server that gives the tenant the highest draw (rendezvous hashing)."""
        return max(self._servers, key=lambda name: (_draw(name, tenant), name))

    def url_of(self, tenant: int) -> str:
        return self._servers[self.name_of(tenant)]


def _draw(name: str, tenant: int) -> bytes:
    return sha256(f"{name}|{tenant}".encode()).digest()
