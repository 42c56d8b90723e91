"""A real OpenLDAP server for the tests: its own CA, its own schema of groups, the given entries.

It is the system's, or lies below the folder that BIMA_SLAPD names (a Debian package as unpacked);
where there is neither, Debian's packages are fetched and unpacked once, and nothing is installed.
"""

import datetime
import ipaddress
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.debian import unpack

BASE = "dc=example,dc=com"
READER, READER_PASSWORD = f"cn=reader,{BASE}", "reads and nothing else"
PACKAGES = ("slapd", "libldap-2.5-0", "libltdl7", "libodbc2", "libsasl2-2", "libwrap0")
OTHERWISE = "no LDAP server: install slapd, or name its unpacked package in BIMA_SLAPD"
FETCHED = Path(tempfile.gettempdir()) / f"bima-slapd-{os.getuid()}"
_LEFT_OUT = ("aci:", "nslookthroughlimit:", "nstimelimit:", "nssizelimit:", "nsidletimeout:")


@dataclass
class Slapd:
    """A running server: where it is reached, and the CA that vouches for it."""

    host: str
    port: int
    plain_port: int
    ca_file: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"ldaps://{self.host}:{self.port}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


def found() -> tuple[Path, Path, Path, dict[str, str]]:
    """The program, its modules, its schemas and the environment that it needs; or a loud skip."""
    root = _root()
    env = dict(os.environ)
    if root != Path("/"):
        (libraries,) = (root / "usr/lib").glob("*-linux-gnu")
        env["LD_LIBRARY_PATH"] = str(libraries)
    return root / "usr/sbin/slapd", root / "usr/lib/ldap", root / "etc/ldap/schema", env


def _root() -> Path:
    for root in (Path(os.environ.get("BIMA_SLAPD") or "/"), FETCHED):
        if (root / "usr/sbin/slapd").exists():
            return root
    unpack(FETCHED, lambda _: ("apt-get", "download", "-q", *PACKAGES), OTHERWISE, 90)
    return FETCHED


@contextmanager
def slapd(folder: Path, entries: Path, *, host: str = "localhost") -> Iterator[Slapd]:
    """A server with the entries of an LDIF file, until the block ends. Its certificate is for
    `host`."""
    program, modules, schemas, env = found()
    ca_file = certificates(folder, host)
    config = folder / "slapd.conf"
    data = folder / "data"
    data.mkdir()
    config.write_text(
        "\n".join(
            [
                *(f"include {schemas}/{n}.schema" for n in ("core", "cosine", "inetorgperson")),
                f"modulepath {modules}",
                "moduleload back_mdb",
                f"TLSCertificateFile {folder}/server.pem",
                f"TLSCertificateKeyFile {folder}/server.key",
                f"TLSCACertificateFile {ca_file}",
                "security simple_bind=128",
                "database mdb",
                f'suffix "{BASE}"',
                f'rootdn "{READER}"',
                f'rootpw "{READER_PASSWORD}"',
                f"directory {data}",
                "access to attrs=userPassword by anonymous auth by * none",
                "access to * by users read by * none",
                "",
            ]
        )
    )
    ldif = folder / "entries.ldif"
    ldif.write_text(loadable(entries.read_text(encoding="utf-8")))
    subprocess.run(
        [str(program.with_name("slapadd")), "-q", "-f", str(config), "-l", str(ldif)],
        env=env, check=True, capture_output=True,
    )  # fmt: skip
    port, plain = _free_port(), _free_port()
    process = subprocess.Popen(
        [str(program), "-d", "0", "-f", str(config), "-h",
         f"ldaps://127.0.0.1:{port} ldap://127.0.0.1:{plain}"],
        env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    server = Slapd("localhost", port, plain, ca_file, process)
    try:
        _wait(server)
        yield server
    finally:
        if process.poll() is None:
            server.stop()


def loadable(text: str) -> str:
    """The entries without what only another maker's server knows."""
    unfolded = text.replace("\r\n", "\n").replace("\n ", "")
    lines = [li for li in unfolded.split("\n") if not li.startswith("#")]
    return "\n".join(li for li in lines if not li.lower().startswith(_LEFT_OUT))


def certificates(folder: Path, host: str) -> Path:
    now = datetime.datetime.now(datetime.UTC)
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA of a test")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])

    def made(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
        )

    ca = made(ca_name, ca_key.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    server = made(name, key.public_key()).add_extension(
        x509.SubjectAlternativeName(names), critical=False
    )
    pem = serialization.Encoding.PEM
    ca_file = folder / "ca.pem"
    ca_file.write_bytes(ca.sign(ca_key, hashes.SHA256()).public_bytes(pem))
    (folder / "server.pem").write_bytes(server.sign(ca_key, hashes.SHA256()).public_bytes(pem))
    (folder / "server.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return ca_file


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _wait(server: Slapd) -> None:
    give_up = time.monotonic() + 60
    while True:
        assert server.process.poll() is None, "the LDAP server did not start"
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
        except OSError:
            assert time.monotonic() < give_up, "the LDAP server did not start in time"
            time.sleep(0.05)
        else:
            return
