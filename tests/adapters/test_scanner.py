"""A virus scanner is asked in its own words about every document, and none is taken without it."""

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.scanner import PIECE, ScannerAway, found_in
from adapters.settings import Settings
from adapters.uploads import PDF
from api.claim_documents import NewVersion
from api.errors import Problem
from tests.adapters.uploads_corpus import pdf

BAD = b"what-a-scanner-knows"


class Scanner(socketserver.BaseRequestHandler):
    """Answers as clamd does, by what it was really sent; `says` overrules it."""

    says: bytes = b""

    def handle(self) -> None:
        came = self.request.makefile("rb")
        assert came.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(came.read(4)):
            content += came.read(size)
        verdict = b"Trial.Text FOUND" if BAD in content else b"OK"
        self.request.sendall(self.says or b"stream: " + verdict + b"\0")


@contextmanager
def scanner(path: Path, says: bytes = b"") -> Iterator[str]:
    handler = type("Handler", (Scanner,), {"says": says})
    with socketserver.ThreadingUnixStreamServer(str(path), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"unix://{path}"
        finally:
            server.shutdown()
            thread.join()


def sent(content: bytes) -> NewVersion:
    text = base64.b64encode(content).decode()
    return NewVersion(file_name="bill.pdf", media_type=PDF, content=text)


def test_what_it_finds_is_not_kept_and_the_rest_is(tmp_path: Path) -> None:
    with scanner(tmp_path / "scanner") as address:
        ours = Settings(scanner_url=address)
        assert sent(pdf()).cleaned(ours).content == pdf()
        marked = pdf().replace(b"%PDF-1.7", b"%PDF-1.7\n%" + BAD)
        assert BAD in marked
        with pytest.raises(Problem) as refused:
            sent(marked).cleaned(ours)
        assert "virus scanner" in str(refused.value.details)
        assert sent(marked).cleaned(Settings()).content == marked, "without one it is kept"


@pytest.mark.parametrize("before", [0, 1, PIECE - 5, PIECE, 3 * PIECE + 7])
def test_it_sees_the_whole_file(before: int, tmp_path: Path) -> None:
    with scanner(tmp_path / "scanner") as address:
        assert found_in(b"x" * before + BAD, address) == "Trial.Text"
        assert found_in(b"x" * before, address) == ""


@pytest.mark.parametrize("says", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"stream: \0"])
def test_an_answer_that_is_no_verdict_lets_nothing_in(says: bytes, tmp_path: Path) -> None:
    with scanner(tmp_path / "scanner", says) as address, pytest.raises(ScannerAway):
        sent(pdf()).cleaned(Settings(scanner_url=address))


def test_while_it_is_away_nothing_is_taken(tmp_path: Path) -> None:
    with pytest.raises(ScannerAway):
        sent(pdf()).cleaned(Settings(scanner_url=f"unix://{tmp_path}/none"))
