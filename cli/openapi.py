"""The description of the HTTP interface that clients are generated from."""

import json
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def openapi(
    indent: Annotated[int, typer.Option(min=0, max=8, help="Spaces; 0 for one line.")] = 2,
) -> None:
    """Print the HTTP interface as OpenAPI 3.1 (JSON); nothing needs to run."""
    from adapters.settings import get_settings
    from api.app import create_app

    schema = create_app(get_settings()).openapi()
    typer.echo(json.dumps(schema, indent=indent or None, ensure_ascii=False))
