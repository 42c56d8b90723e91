"""S21: what Bima calls by itself is asked at its configured place and nowhere else."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest

from adapters.bank import BankUnreachable
from adapters.bank_http import HttpBank
from adapters.openid import OpenId, Provider, ProviderAway
from adapters.outgoing import Elsewhere, client_to
from adapters.text_messages import MessageAway, TextMessages
from adapters.witnessing import NotWitnessed
from cli.witness import _posted
from domain.money import Money
from tests.support.openid_provider import CLIENT, SECRET, openid_provider

KEY = b"a key of thirty-two bytes, or so"


@dataclass
class Service:
    """A service on loopback: where it is, what it was asked, where it sends whoever asks."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    status: int = 200
    location: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def service() -> Iterator[Service]:
    said = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said.asked.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(said.status)
            if said.location:
                self.send_header("Location", said.location)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *said: object) -> None:
            """Nothing: what is asked is kept above."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    said.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield said
    finally:
        server.shutdown()
        server.server_close()
        thread.join(60)


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[Service, Service]]:
    with service() as ours, service() as inner:
        yield ours, inner


@pytest.fixture
def both(started: tuple[Service, Service]) -> tuple[Service, Service]:
    """The configured service, and one of the same machine that nobody may be led to."""
    for one in started:
        one.asked.clear()
        one.status, one.location = 200, ""
    return started


# Forty ways to mean another place; {ours} and {inner} are ports of loopback.
ELSEWHERE = {
    "another port": "http://127.0.0.1:{inner}/",
    "no port": "http://127.0.0.1/",
    "another name of the machine": "http://localhost:{inner}/",
    "another name, our port": "http://localhost:{ours}/",
    "as one number": "http://2130706433:{inner}/",
    "as one octal number": "http://017700000001:{inner}/",
    "as one hexadecimal number": "http://0x7f000001:{inner}/",
    "octal parts": "http://0177.0.0.01:{inner}/",
    "hexadecimal parts": "http://0x7f.0x0.0x0.0x1:{inner}/",
    "parts left out": "http://127.1:{inner}/",
    "two parts left out": "http://127.0.1:{inner}/",
    "zeros before": "http://127.000.000.001:{inner}/",
    "another address of loopback": "http://127.8.8.8:{inner}/",
    "the address of nothing": "http://0.0.0.0:{inner}/",
    "nothing, in short": "http://0:{inner}/",
    "IPv6": "http://[::1]:{inner}/",
    "IPv6, written out": "http://[0:0:0:0:0:0:0:1]:{inner}/",
    "IPv6, nothing": "http://[::]:{inner}/",
    "IPv4 inside IPv6": "http://[::ffff:127.0.0.1]:{inner}/",
    "IPv4 inside IPv6, as hexadecimal": "http://[::ffff:7f00:1]:{inner}/",
    "IPv4 inside IPv6, our port": "http://[::ffff:127.0.0.1]:{ours}/",
    "the machine's own data": "http://169.254.169.254/latest/meta-data/",
    "the same as one number": "http://2852039166/latest/meta-data/",
    "the same inside IPv6": "http://[::ffff:169.254.169.254]/latest/meta-data/",
    "signs that are digits": "http://①②⑦.⓪.⓪.①:{inner}/",
    "wide full stops": "http://127。0。0。1:{inner}/",
    "we are the user": "http://127.0.0.1:{ours}@127.0.0.1:{inner}/",
    "a user at ours": "http://anybody@127.0.0.1:{ours}/",
    "a user and a password at ours": "http://anybody:secret@127.0.0.1:{ours}/",
    "a backslash before the at": "http://127.0.0.1:{ours}\\@127.0.0.1:{inner}/",
    "a host that begins as ours": "http://127.0.0.1.evil.example:{ours}/",
    "a host that ends as ours": "http://evil.127.0.0.1:{ours}/",
    "a full stop behind": "http://127.0.0.1.:{inner}/",
    "a port that begins as ours": "http://127.0.0.1:{ours}0/",
    "a line break in the host": "http://127.0.0.1\n.evil.example:{ours}/",
    "another scheme": "https://127.0.0.1:{ours}/",
    "a file": "file:///etc/passwd",
    "another protocol": "gopher://127.0.0.1:{inner}/_GET",
    "a name that means loopback": "http://127.0.0.1.nip.io:{inner}/",
    "a name that changes what it means": "http://7f000001.a9fea9fe.rbndr.us:{inner}/",
}


def test_forty_addresses_elsewhere_are_neither_asked_nor_looked_up(
    both: tuple[Service, Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(ELSEWHERE) == 40
    ours, inner = both
    looked_up: list[str] = []
    look_up = socket.getaddrinfo

    def noted(host: str, *more: object, **named: object) -> object:
        looked_up.append(host)
        return look_up(host, *more, **named)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(socket, "getaddrinfo", noted)
    reached = []
    with client_to([ours.url], 1) as client:
        for what, address in ELSEWHERE.items():
            try:
                client.get(address.format(ours=ours.port, inner=inner.port))
                reached.append(what)
            except httpx2.InvalidURL:
                continue
            except httpx2.HTTPError:
                reached.append(what)
        assert (reached, looked_up, ours.asked, inner.asked) == ([], [], [], [])
        assert client.get(f"{ours.url}/asked").status_code == 200  # and ours is
    assert ours.asked == ["/asked"]
    print(f"S21: {len(ELSEWHERE) - len(reached)} of {len(ELSEWHERE)} addresses refused")


def pays(url: str) -> None:
    HttpBank(url, KEY).pay("1", "0150", Money(1, "TZS"))


def tells(url: str) -> None:
    TextMessages(url, KEY).send("1", "+255", "x")


def shows(url: str) -> None:
    status, _ = _posted(url, "old 0\n")
    if status != 200:
        raise NotWitnessed(str(status))


@pytest.mark.parametrize(
    ("asks", "away"),
    [(pays, BankUnreachable), (tells, MessageAway), (shows, NotWitnessed)],
    ids=["bank", "text messages", "witness"],
)
def test_no_service_sends_us_on(
    both: tuple[Service, Service],
    monkeypatch: pytest.MonkeyPatch,
    asks: Callable[[str], None],
    away: type[Exception],
) -> None:
    ours, inner = both
    # What the surroundings say of proxies is not asked either.
    monkeypatch.setenv("HTTP_PROXY", inner.url)
    monkeypatch.setenv("ALL_PROXY", inner.url)
    for location in (f"{inner.url}/led", f"{ours.url}/led"):
        for status in (301, 302, 303, 307, 308):
            ours.location, ours.status = location, status
            with pytest.raises(away):
                asks(ours.url)
    assert (len(ours.asked), inner.asked) == (10, [])
    for wrong in ("file:///etc/passwd", f"http://x@127.0.0.1:{inner.port}", "inner", "http://"):
        with pytest.raises(away):
            asks(wrong)
    assert (len(ours.asked), inner.asked) == (10, [])


def test_a_redirect_that_somebody_follows_by_hand_leads_nowhere(
    both: tuple[Service, Service],
) -> None:
    ours, inner = both
    ours.status, ours.location = 302, f"{inner.url}/led"
    with client_to([ours.url], 1) as client, pytest.raises(Elsewhere):
        client.get(ours.url, follow_redirects=True)
    assert inner.asked == []


def test_a_name_that_means_another_machine_now_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding of a configured name: who answers has no certificate for it."""
    look_up = socket.getaddrinfo
    with openid_provider(tmp_path) as provider:
        port = provider.issuer.rpartition(":")[2]
        issuer = f"https://id.insurer.example:{port}"

        def rebound(host: str, *more: object, **named: object) -> object:
            assert host == "id.insurer.example"
            return look_up("127.0.0.1", *more, **named)  # type: ignore[arg-type]  # passed on

        monkeypatch.setattr(socket, "getaddrinfo", rebound)
        asking = OpenId(Provider(issuer, CLIENT, SECRET, "", ca_file=provider.ca_file))
        with pytest.raises(ProviderAway, match="ConnectError"):
            asking.address("state", "nonce", "verifier")
        assert provider.asked == []
