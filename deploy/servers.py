"""The two servers that Bima needs: yours if DATABASE_URL and REDIS_URL name them, else its own."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from deploy.folders import ServerFailed, state_folder
from deploy.postgres import TEST_SETTINGS, PostgresServer, find_binaries
from deploy.valkey import ValkeyServer, find_binary

__all__ = [
    "PostgresServer",
    "ServerFailed",
    "Servers",
    "ValkeyServer",
    "find_binaries",
    "find_binary",
]


# The roles that the migrations make; the owner of the database is who migrates.
APP, MODELS = "bima_app", "bima_models"


class Servers:
    """PostgreSQL and Valkey for one state folder, as children of this process.

    `database_url` is the owner's, `app_url` the services' and `models_url` the projector's.
    """

    def __init__(self, state: Path | None = None, *, for_tests: bool = False) -> None:
        self.state = state or state_folder()
        self.postgres: PostgresServer | None = None
        self.valkey: ValkeyServer | None = None
        self._settings: Mapping[str, str] = TEST_SETTINGS if for_tests else {}
        self._keep = not for_tests
        given = os.environ.get("DATABASE_URL", "")
        self.app_url = given  # what the services connect as: they cannot take an event back
        self.database_url = os.environ.get("BIMA_OWNER_DATABASE_URL") or given
        self.models_url = os.environ.get("BIMA_MODELS_DATABASE_URL") or self.database_url
        self.redis_url = os.environ.get("REDIS_URL", "")

    def start(self) -> Self:
        """Start what the environment does not already name; afterwards both URLs are known.

        Raises ServerFailed, and leaves nothing running, if one does not come up.
        """
        try:
            if not self.database_url:
                self.postgres = PostgresServer(self.state, self._settings)
                self.database_url = self.postgres.start()
                self.app_url = self.postgres.url(role=APP)
                self.models_url = self.postgres.url(role=MODELS)
            if not self.redis_url:
                self.valkey = ValkeyServer(self.state, keep=self._keep)
                self.redis_url = self.valkey.start()
        except BaseException:
            self.stop()
            raise
        return self

    def restart_ended(self) -> list[str]:
        """Start again what has ended, and tell which; what was committed is still there."""
        again: list[str] = []
        if self.postgres is not None and self.postgres.process_ended:
            self.postgres.start()
            again.append("postgresql")
        if self.valkey is not None and self.valkey.process_ended:
            self.valkey.start()
            again.append("valkey")
        return again

    def processes(self) -> dict[str, int]:
        """The process ids of the servers started here."""
        pids = {
            "postgresql": self.postgres and self.postgres.pid,
            "valkey": self.valkey and self.valkey.pid,
        }
        return {name: pid for name, pid in pids.items() if pid}

    def stop(self) -> None:
        """Stop what was started here, queues before the ledger."""
        if self.valkey is not None:
            self.valkey.stop()
        if self.postgres is not None:
            self.postgres.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
