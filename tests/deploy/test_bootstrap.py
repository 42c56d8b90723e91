"""A machine with only Python becomes one that runs Bima, or is told why not."""

import fcntl
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from deploy import bootstrap, install
from deploy.bootstrap import DEVELOPER_LOCK, PROJECT, RUNTIME_LOCK, STAMP, is_ready, stamp
from deploy.complaints import explain

BIMA = PROJECT / "bima"


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """An environment folder as an installation leaves it, without the packages."""
    folder = tmp_path / "venv"
    install.make_empty(folder)
    return folder


def stamped(venv: Path, lock: str) -> Path:
    python = (venv / "bin" / "python").resolve()
    (venv / STAMP).write_text(stamp(lock, python))
    return venv


def test_an_environment_is_ready_only_for_the_locked_versions_and_its_python(venv: Path) -> None:
    assert not is_ready(venv, developer=False)
    assert is_ready(stamped(venv, RUNTIME_LOCK), developer=False)
    (venv / STAMP).write_text((venv / STAMP).read_text().replace("python3", "python2"))
    assert not is_ready(venv, developer=False)


def test_the_developers_environment_serves_both_and_the_other_does_not(venv: Path) -> None:
    stamped(venv, DEVELOPER_LOCK)
    assert is_ready(venv, developer=False)
    assert is_ready(venv, developer=True)
    stamped(venv, RUNTIME_LOCK)
    assert not is_ready(venv, developer=True)


def test_new_versions_do_not_take_the_developers_tools_away(venv: Path) -> None:
    (venv / STAMP).write_text(f"{DEVELOPER_LOCK} of-an-older-day\n")
    assert install.was_for_developers(venv)
    (venv / STAMP).write_text(f"{RUNTIME_LOCK} of-an-older-day\n")
    assert not install.was_for_developers(venv)


def test_an_environment_whose_python_is_gone_is_made_anew(venv: Path) -> None:
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to(venv / "no-such-python")
    assert not is_ready(stamped_lost(venv), developer=False)
    install.make_empty(venv)
    subprocess.run([venv / "bin" / "python", "-c", ""], check=True)


def stamped_lost(venv: Path) -> Path:
    (venv / STAMP).write_text(stamp(RUNTIME_LOCK, venv / "no-such-python"))
    return venv


def test_a_whole_environment_is_kept(venv: Path) -> None:
    mark = venv / "bin" / "mark"
    mark.touch()
    install.make_empty(venv)
    assert mark.exists()


def test_a_second_start_waits_for_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = tmp_path / "lock"
    entered = threading.Event()

    def second() -> None:
        with install.only_one(lock):
            entered.set()

    with lock.open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not entered.wait(0.3)
    assert entered.wait(60)
    waiting.join()
    assert "another start is setting up" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("error: Failed to fetch: index\n cause: dns error", "is there a network"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("Hash mismatch for `x==1`", "not the one that was locked"),
        ("/p/.venv: Permission denied", "no right to write"),
        ("something never seen", "removing"),
    ],
)
def test_a_complaint_is_told_with_its_remedy_and_its_own_words(said: str, remedy: str) -> None:
    told = explain(said, Path("/p/.venv"))
    assert remedy in told
    assert said in told


def test_a_full_disk_is_noticed_before_anything_is_fetched(tmp_path: Path) -> None:
    beyond = shutil.disk_usage(tmp_path).total // 1_000_000 + 1
    with pytest.raises(install.InstallFailed, match="nearly full"):
        install.refuse_full_disk(tmp_path, beyond)


def test_a_folder_that_may_not_be_written_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(install.InstallFailed):
        install.install(tmp_path / "file" / "venv", developer=False)


def test_a_warm_start_reads_a_few_files_and_starts_nothing(venv: Path) -> None:
    stamped(venv, RUNTIME_LOCK)
    asked = (
        "import sys; from deploy import bootstrap; from pathlib import Path; done = []; "
        "sys.addaudithook(lambda what, _: done.append(what)); "
        "assert bootstrap.is_ready(Path(sys.argv[1]), False); "
        "print(done.count('open'), done.count('subprocess.Popen'), done.count('os.scandir'))"
    )
    told = subprocess.check_output([sys.executable, "-c", asked, str(venv)], cwd=PROJECT)
    opened, started, searched = map(int, told.split())
    assert 0 < opened <= 5
    assert (started, searched) == (0, 0)


def test_the_front_door_can_be_read_by_an_old_python_and_sends_it_away() -> None:
    """Its first lines must not use what an older Python does not know."""
    import ast

    source = BIMA.read_text()
    ast.parse(source, feature_version=(3, 6))
    old = source.replace("sys.version_info < (3, 11)", "True").replace("(14, 13, 12, 11)", "()")
    done = subprocess.run([sys.executable, "-c", old], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Bima needs 3.11 or newer" in done.stderr


def test_compiled_files_go_into_the_environment_where_they_may_not_lie_beside_the_source(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    wanted = bootstrap.child_environment(tmp_path)
    assert wanted["PYTHONPYCACHEPREFIX"] == str(tmp_path / "pycache")
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
