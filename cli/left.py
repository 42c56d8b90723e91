"""What was left of a member's deductibles and limits for a day, as the ledger knew it then."""

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

app = typer.Typer(add_completion=False)

_POLICIES = """SELECT DISTINCT policy_id FROM policy_members
WHERE tenant = %s AND member_id = %s ORDER BY policy_id LIMIT 50"""


@app.command()
def left(
    member: Annotated[str, typer.Argument(help="The member, by number or id.")],
    on: Annotated[str, typer.Option(help="Day of service; today if left out.", metavar="DAY")] = "",
    known: Annotated[
        str,
        typer.Option(help="As known at the end of this day, or at an instant.", metavar="DAY"),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One object a policy.")] = False,
) -> None:
    """Tell what was left of each deductible and limit for a day of service, as known on a day."""
    from adapters.settings import get_settings
    from api.envelope import plain
    from api.limits import left_of
    from commands.as_known import as_known
    from commands.desk import open_desk
    from projections.subjects import KINDS, find

    settings = get_settings()
    at = _instant(known, settings.zone) if known else None
    desk = open_desk(settings)
    try:
        day = _day(on) if on else desk.clock.today()
        with desk.store.pool.connection() as conn:
            which = find(conn, settings.tenant, KINDS["member"], member)
            found = conn.execute(_POLICIES, (settings.tenant, which)).fetchall()
            policies: list[UUID] = [policy_id for (policy_id,) in found]
        if which is None:
            sys.exit(f"bima: there is no member {member}")
        then = as_known(desk, at)
        answers = [left_of(then, policy_id, which, day) for policy_id in policies]
    finally:
        desk.store.close()
    covered = [answer for answer in answers if answer is not None]
    if as_json:
        for answer in covered:
            typer.echo(json.dumps(plain(answer)))
        return
    said = f" as known at {at:%Y-%m-%d %H:%M:%S %Z}" if at else ""
    if not covered:
        typer.echo(f"no policy covers {member} on {day}{said}")
    for answer in covered:
        typer.echo(
            f"{answer.policy_number}, {answer.product} version {answer.product_version}, "
            f"benefit year from {answer.year}, service on {day}{said}"
        )
        for one in answer.limits:
            name = f"{one.name} {one.benefit}".strip()
            typer.echo(f"  {name:<40} {one.left} left of {one.amount}, {one.used} used")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day like 2025-03-01") from None


def _instant(text: str, zone: ZoneInfo) -> datetime:
    """The end of a day in the insurer's zone, or an instant with its own."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither a day nor an instant") from None
    if len(text) == len("2025-03-01"):
        begins = datetime.combine(at.date() + timedelta(days=1), time(), zone)
        return begins - timedelta(microseconds=1)
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)
