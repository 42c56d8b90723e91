"""The outside world on this machine: a bank and a sender of text messages, over signed HTTP."""

import logging
import os
import threading
from typing import Annotated
from urllib.parse import urlsplit

import typer

app = typer.Typer(add_completion=False)

OPEN = "the simulated bank is open"


@app.command()
def simulator(
    port: Annotated[int, typer.Option(help="Where it listens; 0: where BIMA_BANK_URL says.")] = 0,
    api_url: Annotated[
        str, typer.Option(help="Where webhooks go; the API of the stack that runs if left out.")
    ] = "",
) -> None:
    """Play bank and text messages for a Bima with BIMA_BANK_URL and BIMA_SMS_URL set to here.

    The bank keeps its book in the ledger's database and is told how to behave there
    (`bank_manner`): late, twice, in any order, lost, refused, returned.
    """
    import uvicorn

    from adapters.clock import SystemClock
    from adapters.postgres import Pool
    from adapters.secret_keys import bank_key, sms_key
    from adapters.settings import get_settings
    from cli.outside.bank_service import BankService, Webhooks
    from cli.outside.serving import TextMessages, serve
    from deploy.running import running

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    settings = get_settings()
    stack = running(settings.state_dir)
    api = api_url or os.environ.get("BIMA_API_URL") or (stack.api_url if stack else "")
    place = port or urlsplit(settings.bank_url).port
    if not place or not api:
        typer.echo("bima: name --port (or BIMA_BANK_URL) and --api-url", err=True)
        raise typer.Exit(2)
    pool, today = Pool(settings.require_database_url()), SystemClock(settings.timezone).today
    key = bank_key(settings.secrets_folder)
    hooks = Webhooks(pool, settings.tenant, key, f"{api}/api/v1/webhooks/bank", today)
    threading.Thread(target=hooks.run, name="webhooks", daemon=True).start()
    served = serve(
        BankService(pool, settings.tenant, today),
        key,
        TextMessages(settings.state_dir / "outbox"),
        sms_key(settings.secrets_folder),
    )
    logging.getLogger("bima.outside").info(OPEN)
    uvicorn.run(served, host="127.0.0.1", port=place, log_level="warning")
    hooks.stop()
