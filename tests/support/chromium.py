"""A real browser for the tests: Chromium without a window, spoken to over its own pipe (CDP).

It is the system's, or the program that BIMA_CHROMIUM names; where there is neither, Debian's
packages are fetched and unpacked once, and nothing is installed.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.support.debian import unpack

Said = dict[str, Any]
FETCHED = Path(tempfile.gettempdir()) / f"bima-chromium-{os.getuid()}"
PROGRAM = Path("usr/lib/chromium/chromium")
NAMES = ("chromium", "chromium-browser", "google-chrome")
OTHERWISE = "no browser: install chromium, or name its program in BIMA_CHROMIUM"
PATIENCE = 120.0  # seconds for one answer of a browser on a busy machine
# Python puts the pipe where Chromium looks for it, and becomes Chromium.
_START = """import fcntl, os, sys
heard, said = (fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3])
os.dup2(heard, 3), os.dup2(said, 4)
os.execv(sys.argv[3], sys.argv[3:])"""


def found() -> tuple[Path, dict[str, str]]:
    """The program and the environment that it needs; or a loud skip."""
    for name in (os.environ.get("BIMA_CHROMIUM", ""), *NAMES):
        if path := shutil.which(name):
            return Path(path), dict(os.environ)
    if not (FETCHED / PROGRAM).exists():
        unpack(FETCHED, _fetching, OTHERWISE, 300)
    libraries = sorted({str(path.parent) for path in FETCHED.glob("usr/lib/**/*.so*")})
    return FETCHED / PROGRAM, {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(libraries)}


def _fetching(folder: Path) -> list[str]:
    return [
        "apt-get", "-q", "-y", "--no-install-recommends", "--download-only",
        "-o", f"Dir::Cache::archives={folder}", "-o", "Debug::NoLocking=1",
        "install", "chromium",
    ]  # fmt: skip


class Page:
    """One tab. `call` says something of the protocol; `run` runs a script and gives its value."""

    def __init__(self, says: int, hears: int) -> None:
        self._says, self._hears = says, hears
        self._rest, self._number, self._session = b"", 0, ""
        self._pages: dict[str, str] = {}
        self._loaded = False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self.call("Page.enable")

    def call(self, method: str, **parameters: Any) -> Said:
        """The answer to one request; raises AssertionError with what is said against it."""
        self._number += 1
        number = self._number
        self._send(number, method, parameters)
        while (said := self._hear()).get("id") != number:
            pass
        assert "error" not in said, f"{method}: {said['error']}"
        return dict(said["result"])

    def open(self, address: str, page: str) -> None:
        """Open an address at which this page is shown instead of what is there."""
        self._pages = {address: page}
        self.call("Fetch.enable", patterns=[{"urlPattern": address}])
        self._loaded = False
        self.call("Page.navigate", url=address)
        while not self._loaded:
            self._hear()
        self.call("Fetch.disable")
        assert self.run("location.href") == address

    def run(self, script: str) -> Any:
        """The value of an expression, waited for where it is a promise; raises AssertionError
        with what it threw."""
        said = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True,
            userGesture=True,
        )  # fmt: skip
        thrown = said.get("exceptionDetails")
        assert thrown is None, thrown["exception"].get("description", thrown)
        return said["result"].get("value")

    def _hear(self) -> Said:
        """What the browser says next; where it asks for the page, it is given."""
        said = self._next()
        self._loaded = self._loaded or said.get("method") == "Page.loadEventFired"
        if said.get("method") == "Fetch.requestPaused":
            self._serve(said["params"])
        return said

    def _serve(self, asked: Said) -> None:
        page = self._pages[asked["request"]["url"]]
        self._number += 1
        answer = {
            "requestId": asked["requestId"], "responseCode": 200,
            "responseHeaders": [{"name": "Content-Type", "value": "text/html; charset=utf-8"}],
            "body": base64.b64encode(page.encode()).decode(),
        }  # fmt: skip
        self._send(self._number, "Fetch.fulfillRequest", answer)

    def _send(self, number: int, method: str, parameters: Said) -> None:
        request: Said = {"id": number, "method": method, "params": parameters}
        if self._session:
            request["sessionId"] = self._session
        os.write(self._says, json.dumps(request).encode() + b"\0")

    def _next(self) -> Said:
        give_up = time.monotonic() + PATIENCE
        while b"\0" not in self._rest:
            ready = select.select([self._hears], [], [], max(0.0, give_up - time.monotonic()))[0]
            assert ready, "the browser does not answer"
            heard = os.read(self._hears, 1 << 16)
            assert heard, "the browser has ended"
            self._rest += heard
        said, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(said))


@contextmanager
def chromium(folder: Path) -> Iterator[Page]:
    """A browser with a profile of its own, until the block ends."""
    program, environment = found()
    hears, says = os.pipe()
    answers, told = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", _START, str(hears), str(told), str(program),
         "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         "--no-first-run", "--remote-debugging-pipe", f"--user-data-dir={folder / 'profile'}"],
        env=environment, pass_fds=(hears, told), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    os.close(hears)
    os.close(told)
    try:
        yield Page(says, answers)
    finally:
        os.close(says)  # it ends when nobody speaks to it any more
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(answers)
