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
    """Tell how many persons have a key, how many were erased, how many templates have one."""
    from adapters.biometric_keys import way_in
    from adapters.person_keys import person_keys
    from adapters.settings import get_settings

    dsn = get_settings().require_database_url()
    _, of_templates = way_in(dsn)
    counts = {**person_keys(dsn).counts(), "templates": of_templates.count()}
    if as_json:
        typer.echo(json.dumps(counts))
        return
    typer.echo(
        f"{counts['kept']} persons have a key, {counts['destroyed']} were erased; "
        f"{counts['templates']} templates of fingers and faces have one."
    )


@app.command()
def rotate() -> None:
    """Wrap all keys by new keys of the insurer; older copies of them are useless from then on."""
    from adapters.biometric_keys import way_in
    from adapters.biometric_templates import BiometricTemplates
    from adapters.person_keys import person_keys
    from adapters.settings import get_settings
    from commands.desk import open_desk

    settings = get_settings()
    desk = open_desk(settings)
    BiometricTemplates(desk.store).set_apart(desk.clock.now())
    done = person_keys(settings.require_owner_url()).rewrap()
    _, of_templates = way_in(desk.store.pool.dsn)
    others = of_templates.rewrap()
    typer.echo(
        f"{done} keys of persons are wrapped anew and {others} of fingers and faces; "
        f"both keys of the insurer, in {settings.secrets_folder} and in "
        f"{settings.biometric_secrets_folder}, are others now: back them up, apart."
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
