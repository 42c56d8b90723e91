"""One process that answers HTTP: over TLS where a certificate is set, else for a proxy in front."""

import argparse
import ssl
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from adapters.journal import SERVED
from adapters.settings import Settings, get_settings
from adapters.transport import server_context

if TYPE_CHECKING:
    import uvicorn


# Seconds that one thread may keep the others waiting. The loop that answers everybody shares the
# interpreter with the threads of commands; by default it waits up to 5 ms for each turn of theirs.
TURN = 0.0005


def server_config(app: "Any", settings: Settings, **more: "Any") -> "uvicorn.Config":
    """How `app` (the application, or where it is made) is served by these settings.

    Only proxies that were named are believed about whom they speak for: without any, the address
    of a caller is the one that the connection comes from, whatever its headers say.
    """
    import uvicorn

    return uvicorn.Config(
        app,
        server_header=False,
        access_log=False,  # addresses hold what people search for
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        ssl_context_factory=_context(settings) if settings.tls_certificate else None,
        **more,
    )


def _context(settings: Settings) -> "Callable[[uvicorn.Config, Any], ssl.SSLContext]":
    return lambda _config, _default: server_context(settings.tls_certificate, settings.tls_key)


def main() -> None:
    """Serve on a socket that was opened by whoever started us, until a signal says stop."""
    import uvicorn

    sys.setswitchinterval(TURN)
    asked = argparse.ArgumentParser(prog="api.serving")
    asked.add_argument("--fd", type=int, required=True, help="number of the listening socket")
    fd = asked.parse_args().fd
    config = server_config(
        "api.app:create_app", get_settings(), factory=True, fd=fd, timeout_graceful_shutdown=5,
        log_config=SERVED,
    )  # fmt: skip
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
