"""The bill of materials: which libraries in which versions Bima is built on, for who asks."""

import json
from typing import Annotated, Any

import typer

app = typer.Typer(add_completion=False)


@app.command()
def sbom(
    developer: Annotated[bool, typer.Option(help="With what tests and checks need, too.")] = False,
) -> None:
    """Print the libraries and their locked versions as CycloneDX 1.6 (JSON)."""
    from deploy.bootstrap import DEVELOPER_LOCK, RUNTIME_LOCK

    typer.echo(json.dumps(bill(DEVELOPER_LOCK if developer else RUNTIME_LOCK), indent=2))


def bill(lock: str) -> dict[str, Any]:
    """The bill of a lock; the same lock always gives the same bill. A library of which the lock
    holds a version for each kind of machine is named once a version, with when it is taken."""
    from deploy.locks import pins

    components = [
        _component(name, version, when)
        for name, versions in sorted(pins(lock).items())
        for version, when in sorted(versions.items())
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "bima"}},
        "components": components,
    }


def _component(name: str, version: str, when: str) -> dict[str, Any]:
    address = f"pkg:pypi/{name}@{version}"
    said = {"type": "library", "bom-ref": address, "name": name, "version": version}
    more = {"properties": [{"name": "bima:when", "value": when}]} if when else {}
    return {**said, "purl": address, **more}
