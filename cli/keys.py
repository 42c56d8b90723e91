"""See to the keys that personal data is sealed with."""

import json
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def about() -> None:
    """See to the keys that personal data is sealed with."""


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
) -> None:
    """Tell how many persons have a key, and how many were erased."""
    from adapters.person_keys import person_keys
    from adapters.settings import get_settings

    counts = person_keys(get_settings().require_database_url()).counts()
    if as_json:
        typer.echo(json.dumps(counts))
        return
    typer.echo(f"{counts['kept']} persons have a key, {counts['destroyed']} were erased.")


@app.command()
def rotate() -> None:
    """Wrap all keys by a new key of the insurer; older copies of them are useless from then on."""
    from adapters.person_keys import person_keys
    from adapters.settings import get_settings

    settings = get_settings()
    done = person_keys(settings.require_owner_url()).rewrap()
    typer.echo(
        f"{done} keys are wrapped anew; the insurer's key in {settings.secrets_folder} is another "
        "one now: back it up."
    )


@app.command("rotate-tokens")
def rotate_tokens() -> None:
    """Have another key sign access tokens; restart the API for it. Nobody has to sign in again."""
    from adapters.secret_keys import renew_signing_key
    from adapters.settings import get_settings

    folder = get_settings().secrets_folder
    renew_signing_key(folder)
    typer.echo(
        f"Another key in {folder} signs tokens once the API starts anew; those of the last one are"
        " good until they run out."
    )
