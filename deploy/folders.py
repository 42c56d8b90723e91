"""Where a running Bima keeps its data, logs, sockets and notes on one machine."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

# The kernel allows 107 characters for a socket's path; the longest name used is ".s.PGSQL.5432".
_LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")


class NotReady(RuntimeError):
    """Something that Bima needs here is missing or wrong; the message tells the remedy."""


class ServerFailed(NotReady):
    """A server did not start."""


def state_folder() -> Path:
    """`BIMA_HOME`, or `.bima` beside the source. Nothing is created."""
    return Path(os.environ.get("BIMA_HOME") or PROJECT / ".bima").expanduser().absolute()


def private_folder(path: Path) -> Path:
    """`path`, created if absent, readable by its owner only.

    Raises NotReady if it cannot be made, or belongs to somebody else.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), 65534):
            raise NotReady(f"{path} is not a folder of your own; move it away and start again")
        if stat.S_IMODE(found.st_mode) & 0o077:
            path.chmod(0o700)
    except OSError as error:
        raise NotReady(
            f"cannot use the folder {path}: {error.strerror}; "
            "set BIMA_HOME to a folder that you may write"
        ) from error
    return path


def socket_folder(state: Path) -> Path:
    """Where the servers of `state` put their sockets: inside it, or, if that path is too long
    for a socket, in a private folder of the system's temporary folder. Always the same answer
    for the same state folder, so that every command finds the servers."""
    inside = state / "run"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER:
        return inside
    mark = hashlib.sha256(os.fsencode(state)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"bima-{os.geteuid()}-{mark}"
