"""PostgreSQL refuses to run as root. This file lets root start it without making users,
changing the rights of other folders, or leaving its own data to somebody else.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from deploy.folders import ServerFailed

NOBODY = 65534
Way = Literal["self", "namespace", "capability", "nobody"]

_COMMAND: dict[Way, tuple[str, ...]] = {
    "self": (),
    # A namespace in which root is called nobody: files stay root's, no rights are needed.
    "namespace": ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"),
    # Containers often forbid namespaces. Then: really nobody, who may pass root's folders.
    "capability": (
        "setpriv",
        f"--reuid={NOBODY}",
        f"--regid={NOBODY}",
        "--clear-groups",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
        "--pdeathsig=INT",
    ),
    # The last resort needs folders that everybody may pass.
    "nobody": (),
}


@dataclass(frozen=True, slots=True)
class Unprivileged:
    """How a server is started so that it does not run as root."""

    way: Way

    @classmethod
    def for_this_user(cls) -> "Unprivileged":
        """The first way that works here. `BIMA_NO_USERNS=1` leaves namespaces out."""
        return cls(way_for(os.geteuid(), bool(os.environ.get("BIMA_NO_USERNS"))))

    def wrap(self, argv: Sequence[str | Path]) -> list[str | Path]:
        """The command that runs `argv` in this way."""
        return [*_COMMAND[self.way], *argv]

    @property
    def before_exec(self) -> Callable[[], None] | None:
        """What the child must do itself before it becomes the server."""
        return _become_nobody if self.way == "nobody" else None

    def give(self, *folders: Path) -> None:
        """Hand `folders` to the user that the server will run as.

        Raises ServerFailed if that user could not reach them.
        """
        server = NOBODY if self.way in ("capability", "nobody") else os.geteuid()
        for folder in folders:
            if self.way == "nobody":
                _refuse_unreachable(folder)
            if folder.lstat().st_uid == server:
                continue
            for path in (*folder.rglob("*"), folder):  # itself last: a sign that all is done
                os.chown(path, server, server, follow_symlinks=False)


@cache
def way_for(user: int, without_namespaces: bool) -> Way:
    """The first way of `_COMMAND` by which `user` can start a program here."""
    if user != 0:
        return "self"
    if not without_namespaces and _works("namespace"):
        return "namespace"
    return "capability" if _works("capability") else "nobody"


def _works(way: Way) -> bool:
    command = _COMMAND[way]
    if shutil.which(command[0]) is None:
        return False
    tried = subprocess.run(
        [*command, "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return tried.returncode == 0


def _become_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _refuse_unreachable(folder: Path) -> None:
    closed = [above for above in folder.resolve().parents if not above.stat().st_mode & 0o001]
    if closed:
        raise ServerFailed(
            f"PostgreSQL may not run as root, and nobody else may pass {closed[-1]}: set BIMA_HOME "
            "to a folder that every user may pass, run Bima as another user, or set DATABASE_URL"
        )
