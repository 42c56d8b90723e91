"""Threads that need decoders of the same classes at the same moment all get whole ones."""

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MADE_ELSEWHERE = re.compile(r"json\.Decoder\((?!dict\[)|json\.decode\(.*type=(?!dict|tuple|list)")
# In a process of its own: what goes wrong here ends the process.
MANY_THREADS = """
import sys
import threading
from dataclasses import dataclass
from adapters.decoders import decoder_of
sys.setswitchinterval(1e-6)
def classes():
    @dataclass(frozen=True)
    class Line:
        code: str
        units: int
        parts: tuple[int, ...] = ()
    @dataclass(frozen=True)
    class Claim:
        first: Line
        others: tuple[Line, ...] = ()
        total: int = 0
    return Claim
DATA = b'{"first":{"code":"a","units":1,"parts":[1]},"others":[{"code":"b","units":2}],"total":3}'
read = []
for _ in range(300):
    kind, begin = classes(), threading.Barrier(4)
    def work():
        begin.wait()
        read.append(decoder_of(kind).decode(DATA).others[0].code)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
assert read == ["b"] * 1_200, len(read)
"""


def test_threads_may_need_decoders_of_one_class_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MANY_THREADS], cwd=PROJECT, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_nobody_else_makes_decoders_of_classes() -> None:
    found = [
        f"{path.relative_to(PROJECT)}: {line.strip()}"
        for folder in ("adapters", "api", "cli", "commands", "ml", "projections", "workers")
        for path in sorted((PROJECT / folder).rglob("*.py"))
        if path.name != "decoders.py"
        for line in path.read_text().splitlines()
        if MADE_ELSEWHERE.search(line)
    ]
    assert found == []
