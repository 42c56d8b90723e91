"""One part of a running Bima as the supervisor sees it: started, watched, started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from deploy.children import start_child, stop_child
from deploy.folders import PROJECT
from deploy.parts import Part, Place

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 30.0
# A part that has worked for so long had started well: it is started again at once. One that
# falls while it starts is given longer and longer pauses.
STARTED_WELL_AFTER = 1.0
LARGEST_LOG = 20_000_000


class PartProcess:
    """The process behind a part. `restarts` counts how often it had to be started again."""

    def __init__(
        self, part: Part, logs: Path, environment: Mapping[str, str], listener: int | None = None
    ) -> None:
        """`listener` is the socket that a part which answers calls is given."""
        self.part = part
        self.restarts = 0
        self._log = logs / f"{part.name}.log"
        self._listener = listener
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._log_start = 0
        self._pause = FIRST_PAUSE
        self._due: float | None = None
        self._works_since: float | None = None

    @property
    def name(self) -> str:
        return self.part.name

    @property
    def pid(self) -> int:
        """Its process id; 0 while it does not run."""
        return self._process.pid if self._process is not None and not self.ended else 0

    @property
    def ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def start(self) -> None:
        """Start it; what it prints goes to its log."""
        if self._log.exists() and self._log.stat().st_size > LARGEST_LOG:
            self._log.replace(self._log.with_suffix(".log.1"))
        arguments = [word.format(socket=self._listener) for word in self.part.arguments]
        called = any("{socket}" in word for word in self.part.arguments)
        assert not called or self._listener is not None, f"{self.name} needs a socket"
        with self._log.open("ab") as log:
            self._log_start = log.tell()
            self._process = start_child(
                [sys.executable, "-P", "-u", "-m", *arguments],
                output=log,
                env={**self._environment, **self.part.environment},
                cwd=PROJECT,
                inherited=(self._listener,) if called and self._listener is not None else (),
            )
        self._started = time.monotonic()
        self._due = self._works_since = None

    def ready(self) -> bool:
        """Whether it does its work now."""
        seconds = time.monotonic() - self._started
        place = Place(self._log, self._log_start, seconds)
        return not self.ended and self.part.ready(place)

    def watch(self, now: float) -> str:
        """Start it again if it has ended, after a pause that grows; what happened, if anything."""
        if not self.ended:
            if self._works_since is None and self.ready():
                self._works_since = now
            return ""
        if self._due is None:
            assert self._process is not None
            if self._works_since is not None and now - self._works_since > STARTED_WELL_AFTER:
                self._pause = FIRST_PAUSE
            self._sweep()
            self._due = now + self._pause
            told = f"ended ({_how(self._process.returncode)}); again in {self._pause:g} s"
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            return told
        if now < self._due:
            return ""
        self.restarts += 1
        self.start()
        return f"started again (process {self.pid})"

    def stop(self) -> bool:
        """Let it finish what it has begun, then end it with all it started; True if it was in
        time."""
        if self._process is None:
            return True
        in_time = stop_child(self._process, signal.SIGTERM, self.part.stop_seconds)
        self._sweep()
        return in_time

    def last_words(self, lines: int = 25) -> str:
        """The end of what it said since its last start."""
        with self._log.open("rb") as log:
            log.seek(self._log_start)
            return b"\n".join(log.read().splitlines()[-lines:]).decode(errors="replace")

    def _sweep(self) -> None:
        """End what it started itself: its processes share its group."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


def _how(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
