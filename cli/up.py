"""Running the ledger on this machine: servers, API, projections and workers."""

import os
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)

SERVERS = ("DATABASE_URL", "REDIS_URL")


@app.command()
def up(
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Return when all is ready; leave it running.")
    ] = False,
) -> None:
    """Start the servers, the API, the projections and the workers; Ctrl-C stops them all."""
    from adapters.settings import get_settings
    from deploy.stack import start_stack
    from deploy.supervisor import Supervisor

    settings = get_settings()
    if detach:
        running = start_stack(settings.state_dir, tied=False)
        typer.echo(f"Bima is up at {running.api_url}; `bima down` stops it.")
        return

    def tell(part: str, what: str) -> None:
        typer.echo(f"{part:<11} {what}")

    if settings.settings_dir is not None:  # what a vault has laid there, for all parts
        for name, url in zip(SERVERS, (settings.database_url, settings.redis_url), strict=True):
            if url:
                os.environ.setdefault(name, url)
    scheme = "https" if settings.tls_certificate else "http"
    supervisor = Supervisor(
        settings.state_dir, settings.api_host, settings.api_port, tell, scheme=scheme
    )
    supervisor.run()
