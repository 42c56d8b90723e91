"""The one-time installation: an empty environment, the installer, then the locked packages.

Safe when two start at once and after a kill at any point: the stamp is written last.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import venv as python_venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from deploy.bootstrap import DEVELOPER_LOCK, PROJECT, RUNTIME_LOCK, STAMP, is_ready, stamp
from deploy.children import end_with_parent
from deploy.complaints import explain

INSTALLER_LOCK = PROJECT / "deploy" / "bootstrap.lock"
# What an installation takes at most, cache included.
NEEDED_MEGABYTES = {RUNTIME_LOCK: 1000, DEVELOPER_LOCK: 1400}
PIP_TO_UV = {
    "extra-index-url": "UV_INDEX",
    "index-url": "UV_DEFAULT_INDEX",
    "cert": "SSL_CERT_FILE",
}


class InstallFailed(RuntimeError):
    """The environment could not be made; the message tells why and what to do."""


def install(venv: Path, developer: bool) -> None:
    """Fill `venv` with what the lock says. Raises InstallFailed."""
    try:
        venv.mkdir(parents=True, exist_ok=True)
        lock = DEVELOPER_LOCK if developer or was_for_developers(venv) else RUNTIME_LOCK
        with only_one(venv / "bima-setup.lock"):
            if not is_ready(venv, developer):  # another start may just have done it
                refuse_full_disk(venv, NEEDED_MEGABYTES[lock])
                _fill(venv, lock)
    except OSError as error:
        raise InstallFailed(explain(f"{error.filename}: {error.strerror}", venv)) from error


def was_for_developers(venv: Path) -> bool:
    """Whether the environment held the developers' tools, to be kept for a new version."""
    try:
        return (venv / STAMP).read_text().startswith(DEVELOPER_LOCK)
    except OSError:
        return False


def _fill(venv: Path, lock: str) -> None:
    started = time.monotonic()
    say("bima: setting up, once for these versions of its libraries")
    with step("environment"):
        make_empty(venv)
    with step("installer"):
        uv = installer(venv)
    packages = sum("==" in line for line in (PROJECT / lock).read_text().splitlines())
    with step(f"{packages} packages"):
        python = venv / "bin" / "python"
        options = ["--quiet", "--require-hashes", f"--python={python}"]
        attempt(
            [uv, "pip", "sync", *options, lock],
            venv,
            cache_environment(venv),
            otherwise=house_settings,
        )
    ready = venv / f"{STAMP}.new"
    ready.write_text(stamp(lock, (venv / "bin" / "python").resolve(strict=True)))
    ready.replace(venv / STAMP)
    say(f"bima: ready after {time.monotonic() - started:.1f} s")


def make_empty(venv: Path) -> None:
    """An environment without packages, for this Python. One that is there and whole stays, so
    that new versions replace only what changed."""
    config = venv / "pyvenv.cfg"
    python = venv / "bin" / "python"
    asked = "import sys; print(sys.version_info[:3], sys.base_prefix)"
    if config.exists() and python.exists():
        own = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False)
        if own.stdout.strip() == f"{sys.version_info[:3]} {sys.base_prefix}":
            return
    for path in (*venv.glob("lib*"), *venv.glob("bin"), *venv.glob("include"), config):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    python_venv.EnvBuilder(symlinks=True, with_pip=False).create(venv)


def installer(venv: Path) -> Path:
    """The locked version of uv, kept apart from the packages it installs."""
    home = venv / "installer"
    uv = home / "bin" / "uv"
    wanted = INSTALLER_LOCK.read_text()
    note = home / "bima-lock"
    if note.exists() and note.read_text() == wanted and uv.exists():
        return uv
    pip = pip_command(venv)
    if pip is None:
        return own_installer()
    shutil.rmtree(home, ignore_errors=True)
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
    options += ["--only-binary=:all:", "--require-hashes", f"--target={home}"]
    command = [*pip, "install", *options, f"--requirement={INSTALLER_LOCK}"]
    attempt(command, venv, {"PIP_ROOT_USER_ACTION": "ignore"})
    note.write_text(wanted)
    return uv


def pip_command(venv: Path) -> list[str | Path] | None:
    """A pip that works: the one of this Python, or one unpacked from Python's own store; None
    where Python came without either (Debian's bare python3)."""
    with_pip = [sys.executable, "-m", "pip"]
    if subprocess.run([*with_pip, "--version"], capture_output=True, check=False).returncode == 0:
        return [*with_pip]
    place = venv / "pip"
    shutil.rmtree(place, ignore_errors=True)
    python_venv.EnvBuilder(symlinks=True, with_pip=False).create(place)
    python = place / "bin" / "python"
    unpacked = subprocess.run([python, "-m", "ensurepip"], capture_output=True, check=False)
    return [python, "-m", "pip"] if unpacked.returncode == 0 else None


def own_installer() -> Path:
    """A uv that the user has. Raises InstallFailed if there is none."""
    if found := shutil.which("uv"):
        return Path(found)
    raise InstallFailed(
        f"this Python ({sys.executable}) has neither pip nor ensurepip.\n"
        "Debian and Ubuntu keep them in a package: apt install python3-venv. Then start again."
    )


def attempt(
    command: Sequence[str | Path],
    venv: Path,
    extra: Mapping[str, str],
    otherwise: Callable[[], Mapping[str, str]] = dict,
) -> None:
    """Run one step of the installation; if it fails and `otherwise` offers other settings, once
    more with those. Raises InstallFailed with the cause in plain words."""
    environment = {**os.environ, **extra}
    environment.pop("PYTHONPATH", None)
    # An installer that outlived a killed start would write under the hands of the next one.
    tied = partial(end_with_parent, os.getpid())
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=PROJECT,
        preexec_fn=tied,  # two system calls, no lock is taken
    )
    if done.returncode == 0:
        return
    if other := otherwise():
        attempt(command, venv, {**extra, **other})
        return
    raise InstallFailed(explain(done.stderr.strip() or done.stdout.strip(), venv))


def house_settings() -> dict[str, str]:
    """What many a company sets for pip or for the whole machine, in uv's words: its own
    certificates and its own package index. Any index will do, since every file's hash is locked.
    """
    settings = {"UV_SYSTEM_CERTS": "1", "UV_INDEX_STRATEGY": "unsafe-best-match"}
    asked = [sys.executable, "-m", "pip", "config", "list"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    for name, uv_name in PIP_TO_UV.items():
        found = re.findall(rf"^(?:global|install|:env:)\.{name}='(.*)'$", said, re.MULTILINE)
        if found and uv_name not in os.environ:
            settings[uv_name] = " ".join(found[0].replace("\\n", " ").split())
    return settings


def cache_environment(venv: Path) -> dict[str, str]:
    """Where fetched packages are kept: the user's cache, or `.venv` for a user without a home."""
    if "UV_CACHE_DIR" in os.environ:
        return {}
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "uv"
    existing = next(folder for folder in (cache, *cache.parents) if folder.exists())
    return {} if os.access(existing, os.W_OK) else {"UV_CACHE_DIR": str(venv / "cache")}


def refuse_full_disk(venv: Path, megabytes: int) -> None:
    """Raises InstallFailed before anything is fetched that would not fit."""
    free = shutil.disk_usage(venv).free // 1_000_000
    if free < megabytes:
        raise InstallFailed(
            f"the disk is nearly full: {free} MB are free where {venv.parent} lies, and up to "
            f"{megabytes} MB are needed. Make room, then start again."
        )


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Let one process at a time set up; the kernel frees the lock of one that was killed."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("bima: another start is setting up; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def step(name: str) -> Iterator[None]:
    """Tell what is being done and how long it takes; at a terminal the seconds count on."""
    started = time.monotonic()
    done = threading.Event()

    def line(end: str) -> None:
        seconds = time.monotonic() - started
        start = "\r" if sys.stderr.isatty() else ""
        print(f"{start}  {name:<20} {seconds:5.1f} s", end=end, file=sys.stderr, flush=True)

    def count() -> None:
        while not done.wait(0.1):
            line("")

    counting = threading.Thread(target=count, daemon=True)
    if sys.stderr.isatty():
        counting.start()
    try:
        yield
    finally:
        done.set()
        if counting.is_alive():
            counting.join()
        line("\n")


def say(text: str) -> None:
    """Progress goes beside the answer, so that `--json` output stays clean."""
    print(text, file=sys.stderr, flush=True)
