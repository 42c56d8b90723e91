"""What goes over a network goes encrypted: which settings would send it in the clear, and why not.

Inside one machine (a socket, the loopback) nothing is asked for. Elsewhere PostgreSQL is verified
by its certificate, Redis is spoken to by `rediss://`, and the API answers over TLS or behind a
proxy that does; whoever has a private network says so, host by host (BIMA_PLAIN_HOSTS).
"""

import os
import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from adapters.settings import Settings

VERIFYING = ("verify-ca", "verify-full")
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2: with forward secrecy and authenticated. TLS 1.3 has no others."""


def in_the_clear(settings: "Settings") -> list[str]:
    """A sentence with its remedy for each setting by which data would travel unencrypted."""
    plain = {host.strip().lower() for host in settings.plain_hosts.split(",")}
    return [
        sentence
        for host, sentence in (*_databases(settings), *_queue(settings), *_api(settings))
        if not stays_here(host) and host.lower() not in plain
    ]


def stays_here(host: str) -> bool:
    """Whether what is sent to a host does not leave this machine."""
    if not host or host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def server_context(certificate: str, key: str) -> ssl.SSLContext:
    """How the API answers over TLS: 1.2 or 1.3, the newest first, by the server's order of methods.

    Raises OSError where the files cannot be read or do not belong together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_COMPRESSION
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.load_cert_chain(certificate, key or None)
    return context


def _databases(settings: "Settings") -> Iterator[tuple[str, str]]:
    urls = {
        "DATABASE_URL": settings.database_url,
        "BIMA_OWNER_DATABASE_URL": settings.owner_database_url,
        "BIMA_MODELS_DATABASE_URL": settings.models_database_url,
        "BIMA_KEYS_DATABASE_URL": settings.keys_database_url,
        "BIMA_BIOMETRICS_DATABASE_URL": settings.biometrics_database_url,
        "BIMA_BIOMETRIC_KEYS_DATABASE_URL": settings.biometric_keys_database_url,
    }
    for name, url in urls.items():
        if not url:
            continue
        hosts, mode = _database(url)
        if mode not in VERIFYING:
            remedy = f"add sslmode=verify-full to {name}, or name it in BIMA_PLAIN_HOSTS"
            yield from (
                (host, f"{name}: PostgreSQL at {host} is not verified by TLS: {remedy}")
                for host in hosts
            )


def _database(url: str) -> tuple[list[str], str]:
    """The hosts and the sslmode of an address of PostgreSQL, as its client library reads it."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        said = conninfo_to_dict(url)
    except ProgrammingError:  # told by whoever connects, with its remedy
        return [], ""
    hosts = str(said.get("host") or said.get("hostaddr") or os.environ.get("PGHOST", ""))
    return hosts.split(","), str(said.get("sslmode") or os.environ.get("PGSSLMODE", ""))


def _queue(settings: "Settings") -> Iterator[tuple[str, str]]:
    parts = urlsplit(settings.redis_url)
    verified = parse_qs(parts.query).get("ssl_cert_reqs", ["required"]) == ["required"]
    if parts.scheme == "unix" or (parts.scheme == "rediss" and verified):
        return
    host = parts.hostname or ""
    remedy = "write rediss://, or name it in BIMA_PLAIN_HOSTS"
    yield host, f"REDIS_URL: Redis at {host} is not verified by TLS: {remedy}"


def _api(settings: "Settings") -> Iterator[tuple[str, str]]:
    if settings.tls_certificate or settings.trusted_proxies:
        return
    remedy = "set BIMA_TLS_CERTIFICATE, or name the proxy in front in BIMA_TRUSTED_PROXIES"
    host = settings.api_host
    yield host, f"BIMA_API_HOST: the API would answer at {host} without TLS: {remedy}"
