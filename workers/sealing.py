"""Seals the log and tells standbys how far it is final: `python -m workers.sealing`.

It runs beside the writers and holds nobody up. Any number may run; one works, the others wait.
"""

import logging
import signal
import threading
import time
from pathlib import Path

import psycopg

from adapters.journal import write_in_one_form
from adapters.postgres import connect
from adapters.sealer import EVERY, Overtaken, Sealer, SealRefused
from adapters.secret_keys import log_signing_key
from adapters.settings import get_settings
from adapters.wakeup import Wakeup

log = logging.getLogger("bima.sealing")

INTERVAL = 0.5  # seconds between two statements, unless many events wait
_TICK = 0.02  # seconds between two looks at a busy log
_IDLE = 0.5
_AGAIN = 1.0
_REFUSED = 30.0  # seconds after which a log that is not what was sealed is looked at again


class Sealing:
    """The sealer's life: take over, follow the log, begin again when the server was away."""

    def __init__(self, dsn: str, secrets_folder: Path, interval: float = INTERVAL) -> None:
        self._dsn = dsn
        self._folder = secrets_folder
        self._interval = interval
        self._stop = threading.Event()
        self._wakeup = Wakeup(dsn)

    def run(self) -> None:
        """Seal until `stop`; what was read as final by then is sealed."""
        self._wakeup.listen()
        while not self._stop.is_set():
            pause = _AGAIN
            try:
                with connect(self._dsn, application="bima-sealer") as conn:
                    sealer = Sealer(conn, log_signing_key(self._folder))
                    if sealer.take_over():
                        log.info("the sealer goes on after position %s", sealer.position)
                        self._follow(sealer)
            except (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction) as trouble:
                log.warning("the sealer begins again: %s", trouble)
            except Overtaken as other:
                log.warning("the sealer begins again: %s", other)
            except SealRefused as refused:
                log.error("nothing is sealed: %s", refused)  # noqa: TRY400  # no fault of the code
                pause = _REFUSED
            self._stop.wait(pause)
        self._wakeup.close()

    def stop(self, *_: object) -> None:
        """End `run` after a last seal; may be called from any thread and as a signal's handler."""
        self._stop.set()
        self._wakeup.nudge()

    def _follow(self, sealer: Sealer) -> None:
        sealed_at = 0.0
        while True:
            leaving = self._stop.is_set()
            ticket = self._wakeup.ticket
            safe, last = sealer.bounds()
            sealer.publish(safe)
            now = time.monotonic()
            due = leaving or now - sealed_at >= self._interval or safe - sealer.position >= EVERY
            if due and sealer.seal(safe):
                sealed_at = now
                continue
            if leaving:
                return
            if last > safe or (safe > sealer.position and not due):
                self._stop.wait(_TICK)
            else:
                self._wakeup.wait(ticket, _IDLE)


def main() -> None:
    """Seal until a signal says stop."""
    settings = get_settings()
    logging.basicConfig(level=logging.INFO)
    write_in_one_form()
    sealing = Sealing(settings.require_database_url(), settings.secrets_folder)
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, sealing.stop)
    log.info("the sealer is ready")
    sealing.run()


if __name__ == "__main__":
    main()
