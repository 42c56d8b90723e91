"""Calls to other services: to the places that a setting names, and to no other.

The address is compared by its parts as the client that connects reads them, never by how its text
begins. A place that nobody configured is not even looked up, so that no name can first mean one
machine and then another; no redirect is followed, and no proxy or password of the surroundings is
used. Over TLS the certificate then says whether the name still means whom it meant.
"""

import ssl
from collections.abc import Iterable
from functools import cache

import httpx2

_PORTS = {"http": 80, "https": 443}
_Place = tuple[str, str, int]


class Elsewhere(httpx2.InvalidURL):
    """An address that is none of the configured places; nobody was asked."""


def client_to(
    places: Iterable[str], patience: float, trusted: ssl.SSLContext | None = None
) -> httpx2.Client:
    """A client that asks at these places only; safe for many threads.

    `places` are addresses with a scheme, `patience` is in seconds, `trusted` says whose
    certificates count (default: those of the system). Every call raises Elsewhere for another
    place; this function raises it for a place that is none.
    """
    ours = frozenset(_place(httpx2.URL(place)) for place in places)

    def look(request: httpx2.Request) -> None:
        if _place(request.url) not in ours:
            raise Elsewhere(f"{request.url.host[:200]!r} is no place that we were told to ask")

    return httpx2.Client(
        timeout=patience,
        verify=_system() if trusted is None else trusted,
        follow_redirects=False,
        trust_env=False,
        event_hooks={"request": [look]},
    )


@cache
def _system() -> ssl.SSLContext:
    return ssl.create_default_context()  # takes 50 ms: once a process


def _place(url: httpx2.URL) -> _Place:
    """Scheme, host and port; raises Elsewhere for an address that names no place of ours."""
    if url.scheme not in _PORTS or not url.host or url.userinfo:
        raise Elsewhere("an address is http:// or https:// with a host, and with no user in it")
    return url.scheme, url.host.lower(), url.port or _PORTS[url.scheme]
