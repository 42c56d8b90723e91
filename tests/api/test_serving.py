"""How the API is reached: over TLS of today alone, by whom it says, and one message at a time."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.api.book import V1
from tests.api.running import RunningApi, running_api, settings_for
from tests.support.servers import DatabaseMaker, TestServers, worker_number
from tests.support.slapd import certificates

ANONYMOUS = 8
POLICY = f"{V1}/security/password-policy"


@dataclass
class Served:
    """`behind` answers over TLS, to a proxy that it trusts; `alone` has neither."""

    behind: RunningApi
    alone: RunningApi
    ca: Path

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.ca))

    def greeted(self, context: ssl.SSLContext) -> tuple[str | None, str]:
        """The version and the method that the server agrees to."""
        place = self.address(self.behind)
        with (
            socket.create_connection(place, timeout=60) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as spoken,
        ):
            cipher = spoken.cipher()
            assert cipher is not None
            return spoken.version(), cipher[0]

    @staticmethod
    def address(api: RunningApi) -> tuple[str, int]:
        return "127.0.0.1", int(urlsplit(api.url).port or 0)


@pytest.fixture(scope="module")
def served(
    servers: TestServers, new_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    ca = certificates(folder, "localhost")
    alone = settings_for(
        new_database(), servers.redis_for(worker_number()), folder,
        rate_limits=True, limit_anonymous=ANONYMOUS,
    )  # fmt: skip
    over_tls = {
        "tls_certificate": str(folder / "server.pem"),
        "tls_key": str(folder / "server.key"),
        "trusted_proxies": "127.0.0.1",
    }
    with ExitStack() as stack:
        behind, plain = (
            stack.enter_context(running_api(settings, read_models=False))
            for settings in (alone.model_copy(update=over_tls), alone)
        )
        yield Served(behind, plain, ca)


def limited_to(context: ssl.SSLContext, version: ssl.TLSVersion) -> ssl.SSLContext:
    context.minimum_version = context.maximum_version = version
    return context


def test_the_newest_version_of_tls_is_spoken_and_none_before_1_2(served: Served) -> None:
    assert served.greeted(served.context())[0] == "TLSv1.3"
    context = limited_to(served.context(), ssl.TLSVersion.TLSv1_2)
    assert served.greeted(context)[0] == "TLSv1.2"
    old = served.context()
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLS"):
        limited_to(old, ssl.TLSVersion.TLSv1_1)
    with pytest.raises(ssl.SSLError):
        served.greeted(old)


@pytest.mark.parametrize("weak", ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-SHA384", "AES256-SHA"])
def test_methods_without_forward_secrecy_or_proof_are_not_spoken(served: Served, weak: str) -> None:
    context = limited_to(served.context(), ssl.TLSVersion.TLSv1_2)
    context.set_ciphers(f"{weak}:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        served.greeted(context)


def test_where_tls_is_set_nothing_is_answered_without_it(served: Served) -> None:
    with httpx2.Client(base_url=served.behind.url, verify=served.context()) as client:
        assert client.get("/health/live").status_code == 200
    plain = served.behind.url.replace("https://", "http://")
    with httpx2.Client(base_url=plain, timeout=60) as client, pytest.raises(httpx2.RequestError):
        client.get("/health/live")


def left_of(client: httpx2.Client, headers: dict[str, str]) -> int:
    return int(client.get(POLICY, headers=headers).headers["X-RateLimit-Remaining"])


def test_a_trusted_proxy_says_who_asks_and_nobody_else_does(served: Served) -> None:
    def asked_by(address: str) -> dict[str, str]:
        return {"X-Forwarded-For": address, "X-Real-IP": address, "Forwarded": f"for={address}"}

    with httpx2.Client(base_url=served.behind.url, verify=served.context()) as client:
        first = left_of(client, asked_by("198.51.100.1"))
        assert left_of(client, asked_by("198.51.100.2")) == first  # each has their own allowance
        assert left_of(client, asked_by("198.51.100.1")) == first - 1
        # What a caller writes in front of it themselves does not make them another.
        assert left_of(client, asked_by("203.0.113.9, 198.51.100.1")) == first - 2
    alone = served.alone.anonymous()
    told = [left_of(alone, asked_by(f"198.51.100.{n}")) for n in range(50, 53)]
    assert told == [told[0], told[0] - 1, told[0] - 2]  # one connection, one caller


ENDLESS = b"Transfer-Encoding: chunked\r\n"
HEAD = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
READY = b"GET /health/ready HTTP/1.1\r\nHost: x\r\n"
HIDDEN = READY + b"Connection: close\r\n\r\n"
SMUGGLED = {
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + HIDDEN,
    "a length and pieces": HEAD + b"Content-Length: 4\r\n" + ENDLESS + b"\r\n0\r\n\r\n" + HIDDEN,
    "a sign before the length": HEAD + b"Content-Length: +2\r\n\r\n{}" + HIDDEN,
    "a blank before the colon": HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "pieces of another name": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "a size that is none": HEAD + ENDLESS + b"\r\n0x1\r\nA\r\n0\r\n\r\n" + HIDDEN,
    "a header over two lines": HEAD + b"X-A: b\r\n Content-Length: 2\r\n\r\n" + HIDDEN,
}


def said_to(place: tuple[str, int], message: bytes) -> bytes:
    """Everything that comes back until the server closes the connection."""
    with socket.create_connection(place, timeout=60) as connection:
        connection.sendall(message)
        pieces = iter(lambda: connection.recv(65_536), b"")
        return b"".join(pieces)


@pytest.mark.parametrize("how", SMUGGLED)
def test_no_message_hides_in_another(served: Served, how: str) -> None:
    """Whoever counts another end of a message than a proxy does would answer the hidden one."""
    answers = said_to(served.address(served.alone), SMUGGLED[how])
    assert b'"database"' not in answers
    assert answers.count(b"HTTP/1.1 200") == 0


def test_two_messages_that_end_where_they_say_are_both_answered(served: Served) -> None:
    """So the test above would see what came through; and an answer is as long as it says."""
    answers = said_to(served.address(served.alone), READY + b"\r\n" + HIDDEN)
    assert answers.count(b"HTTP/1.1 200 OK") == 2
    head, _, rest = answers.partition(b"\r\n\r\n")
    lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    body = rest[: int(lines[b"content-length"])]
    assert body.startswith(b"{")
    assert body.endswith(b"}")
    assert rest[len(body) :].startswith(b"HTTP/1.1 200 OK")
    assert b"server" not in lines, "which server in which version answers is told to nobody"
