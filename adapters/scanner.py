"""Asks a virus scanner about a file before it is kept: clamd, or whatever speaks as it does.

The file is handed over piece by piece (INSTREAM) and stays in the scanner's memory. A scanner that
is set and does not answer keeps every file out: nothing is taken unlooked at.
"""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

PATIENCE = 30.0  # seconds; a large document takes a few
PIECE = 65_536  # bytes


class ScannerAway(Exception):
    """The scanner that was set does not answer, or makes no sense."""


def found_in(content: bytes, address: str) -> str:
    """What the scanner calls what it found in a file; empty where it is clean.

    `address` is `tcp://host:port` or `unix:///path`. Raises ScannerAway.
    """
    try:
        with _connected(address) as scanner:
            scanner.sendall(b"zINSTREAM\0")
            for piece in _pieces(content):
                scanner.sendall(len(piece).to_bytes(4) + piece)
            scanner.sendall(bytes(4))
            answer = _until_the_end(scanner)
    except OSError as error:
        raise ScannerAway(type(error).__name__) from error
    _, _, verdict = answer.partition(": ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise ScannerAway("it answered neither OK nor FOUND")


def _connected(address: str) -> socket.socket:
    place = urlsplit(address)
    if place.scheme == "tcp":
        return socket.create_connection((place.hostname or "", place.port or 3310), PATIENCE)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(PATIENCE)
        connection.connect(place.path)
    except OSError:
        connection.close()
        raise
    return connection


def _pieces(content: bytes) -> Iterator[bytes]:
    return (content[at : at + PIECE] for at in range(0, len(content), PIECE))


def _until_the_end(scanner: socket.socket) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < 1_000 and (more := scanner.recv(1_000)):
        answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
