"""Where the commands of reinsurance work: the ledger, who acts, and what is said when refused."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

if TYPE_CHECKING:
    from api.report_desk import ReportDesk
    from commands.context import Context, Desk
    from commands.treaties import Placement

By = Annotated[str, typer.Option("--by", help="The member of staff who acts.", metavar="NAME")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]
Treaty = Annotated[str, typer.Argument(help="Code of the treaty, such as QS-2025.")]


@contextmanager
def in_words() -> Iterator[None]:
    """What a user can cause is said in a sentence, with every fault, not as a traceback."""
    from domain.refusals import Refused

    try:
        yield
    except Refused as refused:
        faults = refused.facts.get("faults")
        if isinstance(faults, list):
            lines = [f"  {one['field']}: {one['reason']} ({one['rule']})" for one in faults]
            sys.exit("\n".join([f"bima: {len(lines)} faults, nothing was recorded:", *lines]))
        found = refused.facts.get("findings")
        if isinstance(found, list):
            told = "\n".join(f"  {one}" for one in found)
            sys.exit(f"bima: {len(found)} findings, nothing was recorded:\n{told}")
        sys.exit(f"bima: {refused.detail} ({refused.code})")


@contextmanager
def the_desk() -> Iterator["Desk"]:
    """The ledger's desk for the length of a block."""
    from adapters.settings import get_settings
    from commands.desk import open_desk

    settings = get_settings()
    settings.require_database_url()
    desk = open_desk(settings)
    try:
        yield desk
    finally:
        desk.store.close()


@contextmanager
def the_report_desk() -> Iterator["ReportDesk"]:
    """The desk of treaty reports for the length of a block."""
    from adapters.settings import get_settings
    from api.report_desk import ReportDesk

    with the_desk() as desk:
        yield ReportDesk(desk, get_settings())


def context_of(desk: "Desk", by: str, reason: str = "", on: str = "") -> "Context":
    """A command of a member of staff; without a name, of the command line itself."""
    from adapters.identities import Identities, Kind
    from commands.context import Context

    actor, roles = "cli", frozenset[str]()
    if by:
        found = Identities(desk.store.pool, desk.store.tenant).named(by)
        if found is None or not found[0].active or found[0].kind is not Kind.STAFF:
            sys.exit(
                f"bima: {by} is no active member of staff: `bima user list` shows who is, "
                "`bima user add` adds somebody"
            )
        actor, roles = found[0].actor, found[0].roles
    command = uuid4()
    return Context(
        actor, command, command, desk.clock.now(), day("--on", on) or desk.clock.today(),
        roles=roles, reason=reason,
    )  # fmt: skip


def day(option: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"{option}: {text!r} is not a day like 2025-03-01") from None


def slip(path: Path) -> "Placement":
    """The treaty that a file describes; ends with every fault where it is none."""
    from pydantic import ValidationError

    from adapters.settings import get_settings
    from api.treaty_forms import placement_of

    try:
        return placement_of(path.read_bytes(), get_settings().currency)
    except OSError as error:
        sys.exit(f"bima: {path} cannot be read: {error.strerror}")
    except ValidationError as error:
        faults = [f"  {'.'.join(map(str, it['loc']))}: {it['msg']}" for it in error.errors()]
        sys.exit("\n".join([f"bima: {path} is not a treaty:", *faults]))


def tell(answer: dict[str, Any], *, as_json: bool, words: str) -> None:
    typer.echo(json.dumps(answer, ensure_ascii=False) if as_json else words)
